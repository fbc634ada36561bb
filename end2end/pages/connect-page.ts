import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";

export interface Heard {
  paired: { numberId?: string; redirectUrl?: string }[];
  errors: { code: string; message: string }[];
  expired: number;
  closed: number;
}

interface HostWindow {
  connected: Heard;
  showConnect(how: "open" | "mount", token: string): void;
}

/** The page on which a number is connected: on its own, in a customer's page, or in a window over it. */
export class ConnectPage {
  constructor(
    readonly page: Page,
    private readonly within: Page | FrameLocator = page,
  ) {}

  /** In the window that the SDK opens. */
  static async open(page: Page, token: string): Promise<ConnectPage> {
    await page.evaluate((it) => (window as unknown as HostWindow).showConnect("open", it), token);
    return new ConnectPage(page, page.frameLocator("dialog iframe"));
  }

  /** In the customer's page. */
  static async mount(page: Page, token: string): Promise<ConnectPage> {
    await page.evaluate((it) => (window as unknown as HostWindow).showConnect("mount", it), token);
    return new ConnectPage(page, page.frameLocator("#inbox iframe"));
  }

  get main(): Locator {
    return this.within.getByTestId("connect");
  }

  get title(): Locator {
    return this.within.getByRole("heading", { level: 1 });
  }

  get code(): Locator {
    return this.within.getByRole("img", { name: "Code to scan with WhatsApp" });
  }

  get pairingCode(): Locator {
    return this.within.getByTestId("pairing-code");
  }

  /** Waits for what stands on it. */
  async shows(face: string): Promise<void> {
    await expect(this.main).toHaveAttribute("data-face", face);
  }

  /** Waits until what the customer's page was told satisfies `check`. */
  async hears(check: (heard: Heard) => void): Promise<void> {
    await expect(async () => check(await this.page.evaluate(() => (window as unknown as HostWindow).connected))).toPass({
      timeout: 8_000,
      intervals: [50],
    });
  }
}
