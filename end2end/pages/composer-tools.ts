import type { Locator } from "@playwright/test";
import type { InboxFrame } from "./inbox-frame.ts";

/** What helps to write: emoji, quick replies, other ways to send. */
export class ComposerTools {
  readonly emojiButton: Locator;
  readonly picker: Locator;
  readonly search: Locator;
  readonly emoji: Locator;
  readonly quickReplies: Locator;
  readonly quickRows: Locator;
  readonly manage: Locator;
  readonly stored: Locator;
  readonly more: Locator;
  readonly sendMenu: Locator;
  readonly undo: Locator;

  constructor(readonly inbox: InboxFrame) {
    const { frame } = inbox;
    this.emojiButton = frame.getByRole("button", { name: "Emoji", exact: true });
    this.picker = frame.getByTestId("emoji-picker");
    this.search = this.picker.getByRole("searchbox");
    this.emoji = this.picker.getByRole("option");
    this.quickReplies = frame.getByTestId("quick-replies");
    this.quickRows = this.quickReplies.getByRole("option");
    this.manage = frame.getByTestId("manage-quick-replies");
    this.stored = this.manage.getByTestId("quick-reply");
    this.more = frame.getByTestId("send-more");
    this.sendMenu = frame.getByTestId("send-menu");
    this.undo = frame.getByTestId("undo-send");
  }

  /** Writes a quick reply in the dialog that is open. */
  async store(shortcut: string, text: string): Promise<void> {
    await this.manage.getByRole("button", { name: "New quick reply" }).click();
    await this.manage.getByLabel("Shortcut").fill(shortcut);
    await this.manage.getByLabel("Text", { exact: true }).fill(text);
    await this.manage.getByRole("button", { name: "Save" }).click();
  }

  /** From now on what is sent can be undone for so many seconds. */
  async undoFor(seconds: 0 | 5 | 10): Promise<void> {
    await this.more.click();
    await this.sendMenu.getByLabel("Undo send").selectOption(`${seconds}`);
    await this.sendMenu.press("Escape");
  }
}
