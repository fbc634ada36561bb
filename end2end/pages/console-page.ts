import { expect, type Locator, type Page } from "@playwright/test";

/** The operators' console: the inbox on a page of its own, and the pages around it. */
export class ConsolePage {
  readonly root: Locator;
  readonly rows: Locator;
  readonly messages: Locator;
  readonly composer: Locator;
  readonly send: Locator;
  readonly settings: Locator;
  readonly alert: Locator;
  /** A key or a link that is shown this one time. */
  readonly shownOnce: Locator;

  constructor(readonly page: Page) {
    this.root = page.getByTestId("inbox");
    this.rows = page.getByTestId("conversation-row");
    this.messages = page.getByTestId("message");
    this.composer = page.getByTestId("composer");
    this.send = page.getByTestId("send");
    this.settings = page.getByRole("link", { name: "Settings" });
    this.alert = page.getByRole("alert");
    this.shownOnce = page.getByTestId("shown-once");
  }

  async ready(): Promise<void> {
    await expect(this.root).toHaveAttribute("data-state", "ready");
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  press(button: string): Promise<void> {
    return this.page.getByRole("button", { name: button, exact: true }).click();
  }

  async setUp(link: string, person: { name: string; email: string; password: string }): Promise<void> {
    await this.page.goto(link);
    await this.field("Name of the workspace").fill("Acme");
    await this.field("Your name").fill(person.name);
    await this.field("Email address").fill(person.email);
    await this.field("New password").fill(person.password);
    await this.press("Set up");
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.field("Email address").fill(email);
    await this.field("Password").fill(password);
    await this.press("Sign in");
  }

  async reply(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.send.click();
  }

  /** No part of the page lies beside the screen. */
  async fits(): Promise<void> {
    const wider = await this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wider).toBeLessThanOrEqual(0);
  }
}
