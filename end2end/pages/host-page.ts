import { expect, type Page } from "@playwright/test";
import { InboxFrame } from "./inbox-frame.ts";

export interface Seen {
  messages: { origin: string; data: { source?: string; v?: number; type?: string; payload?: Record<string, unknown> } }[];
  ready: number;
  unread: number[];
  opened: string[];
  expired: number;
  errors: { code: string; message: string }[];
}

export interface MountOptions {
  token: string;
  locale?: string;
  theme?: string;
  baseUrl?: string;
}

interface HostWindow {
  seen: Seen;
  chats: Record<string, { setTheme(theme: string): void; setLocale(locale: string): void; destroy(): void }>;
  mountInbox(target: string, options: MountOptions): void;
}

/**
 * A customer's page for suites that have none of their own: mounts through the real SDK and remembers what its callbacks were told. The
 * server is one that answers what `support/host-server.ts` does.
 */
export class HostPage {
  readonly inbox: InboxFrame;

  constructor(
    readonly page: Page,
    private readonly server: { readonly origin: string },
  ) {
    this.inbox = new InboxFrame(page);
  }

  get origin(): string {
    return this.server.origin;
  }

  /** Opens the page, with the SDK from `inbox`. */
  async open(inbox: string): Promise<void> {
    await this.page.goto(`${this.origin}/?inbox=${encodeURIComponent(inbox)}`);
  }

  async mount(options: MountOptions, target = "#inbox"): Promise<void> {
    await this.page.evaluate(
      ([where, what]) => (window as unknown as HostWindow).mountInbox(where, what),
      [target, options] as const,
    );
  }

  /** Opens, mounts, and waits for the first screen. */
  async show(inbox: string, options: MountOptions): Promise<InboxFrame> {
    await this.open(inbox);
    await this.mount(options);
    await this.inbox.ready();
    return this.inbox;
  }

  seen(): Promise<Seen> {
    return this.page.evaluate(() => (window as unknown as HostWindow).seen);
  }

  /** Waits until the record of callbacks satisfies `check`. */
  async hears(check: (seen: Seen) => void): Promise<void> {
    await expect(async () => check(await this.seen())).toPass({ timeout: 8_000, intervals: [50] });
  }

  async call(method: "setTheme" | "setLocale" | "destroy", value = "", target = "#inbox"): Promise<void> {
    await this.page.evaluate(
      ([where, what, how]) => (window as unknown as HostWindow).chats[where]![what](how),
      [target, method, value] as const,
    );
  }
}
