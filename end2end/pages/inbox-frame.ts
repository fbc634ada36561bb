import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";

/**
 * The inbox in its iframe, as an operator sees it. Roles and test ids are those that docs/testing-your-embed.md promises; who tests a page of
 * their own may take this file with them.
 */
export class InboxFrame {
  readonly frame: FrameLocator;
  readonly root: Locator;
  readonly list: Locator;
  readonly rows: Locator;
  readonly thread: Locator;
  readonly messages: Locator;
  readonly composer: Locator;
  /** What stands in place of the composer's field while the customer service window is shut. */
  readonly windowShut: Locator;
  readonly send: Locator;
  readonly record: Locator;
  readonly picker: Locator;
  readonly attachments: Locator;
  readonly back: Locator;
  readonly connection: Locator;
  readonly sessionEnded: Locator;
  readonly contextCard: Locator;
  readonly offers: Locator;
  readonly suggestions: Locator;
  /** The field above the list. */
  readonly search: Locator;
  /** What it found: conversations first, then messages. */
  readonly hits: Locator;
  readonly threadSearch: Locator;
  readonly palette: Locator;
  readonly shortcuts: Locator;

  constructor(
    private readonly page: Page,
    private readonly target = "#inbox",
    title?: "WhatsApp inbox" | "OnPilot Chat",
  ) {
    const frame = title ? `[title="${title}"]` : `:is([title="WhatsApp inbox"], [title="OnPilot Chat"])`;
    this.frame = page.frameLocator(`${target} iframe${frame}`);
    this.root = this.frame.getByTestId("inbox");
    this.list = this.frame.getByTestId("conversation-list");
    this.rows = this.frame.getByTestId("conversation-row");
    this.thread = this.frame.getByTestId("thread");
    this.messages = this.frame.getByTestId("message");
    this.composer = this.frame.getByTestId("composer");
    this.windowShut = this.frame.getByTestId("window-shut");
    this.send = this.frame.getByTestId("send");
    this.record = this.frame.getByTestId("record");
    this.picker = this.frame.getByTestId("file-picker");
    this.attachments = this.frame.getByTestId("attachment");
    this.back = this.frame.getByRole("button", { name: "Back", exact: true });
    this.connection = this.frame.getByTestId("connection");
    this.sessionEnded = this.frame.getByTestId("session-ended");
    this.contextCard = this.frame.getByTestId("context-card");
    this.offers = this.frame.getByTestId("offer");
    this.suggestions = this.frame.getByTestId("suggestion");
    this.search = this.frame.getByTestId("search");
    this.hits = this.frame.getByTestId("search-hit");
    this.threadSearch = this.frame.getByTestId("thread-search");
    this.palette = this.frame.getByTestId("palette");
    this.shortcuts = this.frame.getByTestId("shortcuts");
  }

  /** Waits until the inbox shows its first screen. */
  async ready(): Promise<void> {
    await this.state("ready");
  }

  async state(state: "waiting" | "loading" | "ready" | "ended" | "refused" | "failed"): Promise<void> {
    await expect(this.root).toHaveAttribute("data-state", state);
  }

  /** The row of the contact with this name. */
  row(name: string): Locator {
    return this.rows.filter({ hasText: name });
  }

  unread(name: string): Locator {
    return this.row(name).getByTestId("unread");
  }

  /** Scrolls the list until the row of the contact is there: rows out of sight are not in the document. */
  async seek(name: string): Promise<void> {
    await expect(async () => {
      if ((await this.row(name).count()) === 0) {
        await this.list.evaluate((rows) => {
          const list = rows.parentElement!;
          const end = list.scrollHeight - list.clientHeight;
          list.scrollTop = list.scrollTop >= end - 1 ? 0 : list.scrollTop + list.clientHeight * 0.9;
        });
      }
      await expect(this.row(name)).toHaveCount(1, { timeout: 200 });
    }).toPass({ intervals: [0] });
  }

  /** Opens a conversation and waits for its thread. */
  async open(name: string): Promise<void> {
    await this.row(name).click();
    await expect(this.thread).toBeVisible();
    await expect(this.composer.or(this.windowShut)).toBeVisible();
  }

  message(text: string): Locator {
    return this.messages.filter({ hasText: text });
  }

  /** The texts of the open thread that match, in their order on screen. */
  async textsMatching(pattern: RegExp): Promise<string[]> {
    const texts = await this.messages.allTextContents();
    return texts.flatMap((text) => text.match(pattern)?.[0] ?? []);
  }

  /** Scrolls the open thread to its middle, where nothing follows its end. */
  async scrollToMiddle(): Promise<void> {
    await this.thread.evaluate((log) => (log.scrollTop = (log.scrollHeight - log.clientHeight) / 2));
  }

  /** The message at the top of the open thread, and how far below the edge it begins, in CSS pixels. */
  place(): Promise<{ text: string; top: number }> {
    return this.thread.evaluate((log) => {
      const edge = log.getBoundingClientRect().top;
      const boxes = [...log.querySelectorAll('[data-testid="message"]')].map((it) => ({ text: it.textContent ?? "", box: it.getBoundingClientRect() }));
      const first = boxes.find(({ box }) => box.bottom > edge);
      return { text: first?.text ?? "", top: (first?.box.top ?? 0) - edge };
    });
  }

  /** Types into the field above the list until something is found that has `text`: the index is about a second behind. */
  async find(query: string, text: string): Promise<Locator> {
    const hit = this.hits.filter({ hasText: text });
    await expect(async () => {
      await this.search.fill("");
      await this.search.fill(query);
      await expect(hit.first()).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 20_000 });
    return hit;
  }

  /** Types into the composer and sends. */
  async reply(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.send.click();
  }

  ticks(text: string): Locator {
    return this.message(text).getByTestId("ticks");
  }

  /** Runs code in the iframe's own world. */
  async evaluate<R>(run: () => R): Promise<Awaited<R>> {
    const handle = await this.page.locator(`${this.target} iframe`).elementHandle();
    const frame = await handle?.contentFrame();
    if (!frame) throw new Error("the inbox's iframe is gone");
    return (await frame.evaluate(run)) as Awaited<R>;
  }
}
