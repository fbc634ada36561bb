import type { Locator, Page } from "@playwright/test";
import type { InboxFrame } from "./inbox-frame.ts";

/** Pictures and films of a conversation over everything. */
export class Viewer {
  readonly dialog: Locator;
  readonly about: Locator;
  readonly stage: Locator;
  readonly picture: Locator;
  readonly film: Locator;
  readonly caption: Locator;
  readonly zoom: Locator;
  readonly download: Locator;
  readonly earlier: Locator;
  readonly later: Locator;
  readonly show: Locator;
  readonly close: Locator;

  constructor(
    readonly inbox: InboxFrame,
    private readonly page: Page,
  ) {
    this.dialog = inbox.frame.getByTestId("viewer");
    this.about = this.dialog.getByRole("status").first();
    this.stage = this.dialog.getByTestId("viewer-stage");
    this.picture = this.stage.getByRole("img");
    this.film = this.stage.locator("video");
    this.caption = this.dialog.locator(".viewer-caption");
    this.zoom = this.dialog.getByTestId("viewer-zoom");
    this.download = this.dialog.getByTestId("viewer-download");
    this.earlier = this.dialog.locator(".viewer-older");
    this.later = this.dialog.locator(".viewer-newer");
    this.show = this.dialog.getByRole("button", { name: "Show in the conversation" });
    this.close = this.dialog.getByRole("button", { name: "Close" });
  }

  /** What a finger does that goes aside by so many pixels, over the picture. */
  async swipe(aside: number): Promise<void> {
    const box = (await this.stage.boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const touch = await this.page.context().newCDPSession(this.page);
    await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }] });
    for (const share of [0.25, 0.5, 0.75, 1]) {
      await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x: x + aside * share, y }] });
    }
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await touch.detach();
  }
}
