import { expect, type Locator } from "@playwright/test";
import type { InboxFrame } from "./inbox-frame.ts";

/** The details of the open conversation: beside the thread on wide screens, over it where there is less room. */
export class DetailsPane {
  readonly pane: Locator;
  /** What leads to them, in the head of the thread: a button, or the menu of a narrow one. Neither where they are beside it. */
  readonly button: Locator;
  readonly menu: Locator;
  readonly close: Locator;
  readonly state: Locator;
  readonly assignee: Locator;
  readonly labels: Locator;
  readonly addLabel: Locator;
  /** Begins to change what operators write about the contact. */
  readonly edit: Locator;
  readonly form: Locator;
  readonly ownName: Locator;
  /** The lines of the form. */
  readonly lines: Locator;
  readonly others: Locator;
  readonly tiles: Locator;
  readonly files: Locator;
  readonly done: Locator;

  constructor(readonly inbox: InboxFrame) {
    this.pane = inbox.frame.getByTestId("details");
    this.button = inbox.frame.getByTestId("details-open");
    this.menu = inbox.frame.getByTestId("more");
    this.close = this.pane.getByRole("button", { name: "Close" });
    this.state = this.pane.getByTestId("details-state");
    this.assignee = this.pane.getByRole("combobox", { name: "Assignee" });
    this.labels = this.pane.getByTestId("details-label");
    this.addLabel = this.pane.getByRole("combobox", { name: "Add a label" });
    this.edit = this.pane.getByTestId("contact-edit");
    this.form = this.pane.getByTestId("contact-form");
    this.ownName = this.form.getByLabel("Name for your team");
    this.lines = this.form.getByTestId("contact-field");
    this.others = this.pane.getByTestId("details-other");
    this.tiles = this.pane.getByTestId("details-tile");
    this.files = this.pane.getByTestId("details-file");
    this.done = this.pane.getByTestId("details-done");
  }

  /** What stands under a name of the contact's facts. */
  fact(name: string): Locator {
    return this.pane.locator(".fact").filter({ has: this.inbox.frame.locator("dt").getByText(name, { exact: true }) }).locator("dd");
  }

  /** Writes into a line of the form. */
  async fill(line: number, name: string, value: string): Promise<void> {
    await this.lines.nth(line).getByLabel("Field").fill(name);
    await this.lines.nth(line).getByLabel("Value").fill(value);
  }

  /** Unfolds what is looked at apart from the thread. */
  async unfold(section: "others" | "media" | "files" | "activity"): Promise<Locator> {
    const found = this.pane.getByTestId(`details-${section}`);
    await found.locator("summary").click();
    await expect(found).toHaveAttribute("open", "");
    return found;
  }

  async fold(section: "others" | "media" | "files" | "activity"): Promise<void> {
    const found = this.pane.getByTestId(`details-${section}`);
    await found.locator("summary").click();
    await expect(found).not.toHaveAttribute("open");
  }

  /** Shows the details where they are not beside the thread. */
  async show(): Promise<void> {
    if (!(await this.pane.isVisible())) await this.open();
    await expect(this.pane).toBeVisible();
  }

  /** Lays them over the thread; answers what has the focus when they are closed. */
  async open(): Promise<Locator> {
    const opener = (await this.button.isVisible()) ? this.button : this.menu;
    await opener.click();
    if (opener === this.menu) await this.inbox.frame.getByTestId("work-menu").getByRole("button", { name: "Contact details" }).click();
    return opener;
  }
}
