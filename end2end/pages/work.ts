import type { Locator } from "@playwright/test";
import type { InboxFrame } from "./inbox-frame.ts";

/** What is done with conversations: views of the list, and the buttons at the head of a thread. */
export class Work {
  readonly resolve: Locator;
  readonly toast: Locator;
  readonly menu: Locator;
  private readonly head: Locator;

  constructor(private readonly inbox: InboxFrame) {
    this.head = inbox.frame.getByTestId("work");
    this.resolve = this.head.getByTestId("resolve");
    this.menu = inbox.frame.getByTestId("work-menu");
    this.toast = inbox.frame.getByTestId("toast");
  }

  /** The chip of a view, by its name. */
  view(name: string): Locator {
    return this.inbox.frame.getByTestId("view").filter({ hasText: name });
  }

  /** Opens a menu of the open conversation. Where there is no room for its button, it is in the last menu. */
  async open(name: "Assign" | "Snooze" | "More"): Promise<Locator> {
    const button = this.head.getByRole("button", { name, exact: true });
    if (await button.isVisible()) {
      await button.click();
    } else {
      await this.head.getByRole("button", { name: "More", exact: true }).click();
      await this.menu.getByRole("button", { name, exact: true }).click();
    }
    return this.inbox.frame.getByRole("group", { name, exact: true });
  }

  async choose(menu: "Assign" | "Snooze" | "More", entry: string | RegExp): Promise<void> {
    const group = await this.open(menu);
    await group.getByRole("button", { name: entry }).first().click();
  }

  /** What the thread tells of work. */
  told(words: string | RegExp): Locator {
    return this.inbox.messages.filter({ hasText: words });
  }
}
