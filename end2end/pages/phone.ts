import { expect, type Locator, type Page } from "@playwright/test";

/** The pretend phone, on which a person plays the customer. */
export class Phone {
  private readonly customers: Locator;
  private readonly composer: Locator;
  readonly messages: Locator;

  constructor(
    readonly page: Page,
    /** What the program prints as `PILOT_PHONE_URL`. */
    private readonly url: string,
  ) {
    this.customers = page.getByTestId("phone-customer");
    this.composer = page.getByTestId("phone-composer");
    this.messages = page.getByTestId("phone-message");
  }

  async open(): Promise<void> {
    await this.page.goto(this.url);
    await expect(this.customers.first()).toBeVisible();
  }

  /** Takes the phone of the customer with this name; without one, of the customer on top. */
  async take(name = ""): Promise<void> {
    await this.customers.filter({ hasText: name }).first().click();
    await expect(this.composer).toBeEnabled();
  }

  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.page.getByTestId("phone-send").click();
    await expect(this.message(text)).toBeVisible();
  }

  message(text: string): Locator {
    return this.messages.filter({ hasText: text });
  }
}
