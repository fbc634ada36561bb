import type { Locator } from "@playwright/test";
import type { InboxFrame } from "./inbox-frame.ts";

/** Notes for colleagues: the composer's other side, and the bubbles that nobody else sees. */
export class Notes {
  readonly modes: Locator;
  readonly reply: Locator;
  readonly note: Locator;
  /** The list behind an `@`. */
  readonly colleagues: Locator;
  readonly rows: Locator;
  readonly bubbles: Locator;
  readonly mentions: Locator;

  constructor(readonly inbox: InboxFrame) {
    const { frame } = inbox;
    this.modes = frame.getByTestId("composer-modes");
    this.reply = this.modes.getByRole("button").first();
    this.note = this.modes.getByRole("button").last();
    this.colleagues = frame.getByTestId("colleagues");
    this.rows = this.colleagues.getByRole("option");
    this.bubbles = frame.locator('[data-testid="message"][data-kind="note"]');
    this.mentions = this.bubbles.getByTestId("mention");
  }

  /** Assigns the open conversation by its menu, which a narrow header has within another one. */
  async assign(to: string): Promise<void> {
    const { frame } = this.inbox;
    const assign = frame.getByTestId("assign");
    if (await assign.isVisible()) await assign.click();
    else {
      await frame.getByTestId("more").click();
      await frame.getByTestId("work-menu").getByRole("button", { name: "Assign", exact: true }).click();
    }
    await frame.getByTestId("work-menu").getByRole("button", { name: to, exact: true }).click();
  }
}
