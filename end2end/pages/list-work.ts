import { expect, type Locator } from "@playwright/test";
import type { InboxFrame } from "./inbox-frame.ts";

/** What an operator does with the rows of the list: picks some and acts on all of them, filters them, keeps the labels. */
export class ListWork {
  /** What can be done with what is picked. */
  readonly bar: Locator;
  readonly count: Locator;
  readonly all: Locator;
  readonly menu: Locator;
  readonly toast: Locator;
  readonly labels: Locator;
  /** The labels in the dialog. */
  readonly stored: Locator;

  constructor(readonly inbox: InboxFrame) {
    const { frame } = inbox;
    this.bar = frame.getByTestId("bulk");
    this.count = frame.getByTestId("bulk-count");
    this.all = this.bar.getByRole("button", { name: "Select all shown" });
    this.menu = frame.getByTestId("work-menu");
    this.toast = frame.getByTestId("toast");
    this.labels = frame.getByTestId("manage-labels");
    this.stored = this.labels.getByTestId("label");
  }

  /** The box of a row; it is seen when the pointer is over the row, or when something is picked. */
  box(name: string): Locator {
    return this.inbox.frame.getByRole("checkbox", { name: `Select ${name}`, exact: true });
  }

  async pick(...names: string[]): Promise<void> {
    for (const name of names) {
      await this.inbox.row(name).hover();
      await this.box(name).click();
      await expect(this.box(name)).toBeChecked();
    }
  }

  async press(what: "read" | "assign" | "labels" | "snooze" | "resolve"): Promise<void> {
    await this.bar.getByTestId(`bulk-${what}`).click();
  }

  /** Opens a menu of the bar and chooses from it. */
  async choose(what: "assign" | "labels" | "snooze", entry: string | RegExp): Promise<void> {
    await this.press(what);
    await this.menu.getByRole("button", { name: entry }).click();
  }

  async undo(): Promise<void> {
    await this.toast.getByRole("button", { name: "Undo" }).click();
  }

  async view(name: "all" | "mine" | "unassigned" | "snoozed" | "resolved"): Promise<void> {
    await this.inbox.frame.locator(`[data-testid=view][data-view=${name}]`).click();
  }

  filter(name: "All labels" | "All assignees"): Locator {
    return this.inbox.frame.getByRole("combobox", { name, exact: true });
  }

  /** A mark of a row: a label, or whose it is. */
  mark(row: string, name: string): Locator {
    return this.inbox.row(row).getByRole("img", { name, exact: true });
  }

  /** Opens the dialog of labels, from the menu of what is picked; nothing is picked when it has been left. */
  async manageLabels(row: string, work: () => Promise<void>): Promise<void> {
    await this.pick(row);
    await this.choose("labels", "Manage labels");
    await expect(this.labels).toBeVisible();
    await work();
    await this.labels.press("Escape");
    await expect(this.labels).toHaveCount(0);
    await expect(this.bar.getByTestId("bulk-labels")).toBeFocused();
    await this.bar.press("Escape");
    await expect(this.bar).toHaveCount(0);
  }

  /** Writes what the form of the dialog asks for. */
  async write(name: string, colour?: string): Promise<void> {
    await this.labels.getByLabel("Name").fill(name);
    if (colour) await this.labels.getByRole("radio", { name: colour }).check();
    await this.labels.getByRole("button", { name: "Save" }).click();
  }
}
