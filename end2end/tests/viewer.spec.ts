import { expect, test } from "../fixtures.ts";
import { DetailsPane } from "../pages/details-pane.ts";
import { Viewer } from "../pages/viewer.ts";
import { findings } from "../support/findings.ts";
import { newCustomer } from "../support/meta.ts";
import { Tenant } from "../support/tenant.ts";

// Pictures and films of a conversation, one after the other, as large as there is room.

test.use({ contextOptions: { reducedMotion: "reduce" } });

const BEGIN = Math.floor(Date.now() / 1000) - 3600;

for (const width of [360, 768, 1440]) {
  test(`the pictures of a conversation one after the other, at ${width} px`, async ({ host, demo, page, simulator }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width, height: 800 });
    const tenant = await Tenant.create(demo, `Viewer ${width}`);
    const line = await tenant.connect("Shop");
    const vera = newCustomer("Vera Viewer");
    const write = (minute: number, body: Record<string, unknown>) =>
      simulator.post("messages?wait=true", { from: vera.phone, name: vera.name, phoneNumberId: line.phoneNumberId, timestamp: BEGIN + minute * 60, ...body });
    await write(0, { type: "image", image: { id: "1001", caption: "The first" } });
    for (let minute = 1; minute <= 30; minute += 1) await write(minute, { text: `Words ${minute}` });
    await write(31, { type: "video", video: { id: "1002" } });
    await write(32, { type: "image", image: { id: "1006", caption: "The <b>last</b>" } });
    const { token } = await tenant.mint(line, host.origin, undefined, { id: "ana", name: "Ana" });
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    const viewer = new Viewer(inbox, page);
    await inbox.open(vera.name);
    const last = inbox.message("The <b>last</b>").getByTestId("picture");
    await expect(last.getByRole("img")).toHaveJSProperty("complete", true);
    await last.focus();
    await page.keyboard.press("Enter");

    await expect(viewer.dialog).toBeVisible();
    await expect(viewer.close).toBeFocused();
    await expect(viewer.about).toContainText(/Vera Viewer · (Today|Yesterday)/);
    await expect(viewer.caption).toHaveText("The <b>last</b>");
    await expect(viewer.picture).toHaveJSProperty("complete", true);
    await expect(viewer.later).toHaveAttribute("aria-disabled", "true");
    await expect(viewer.earlier).toHaveAttribute("aria-disabled", "false");
    await expect(viewer.download).toHaveAttribute("href", /^\/media\//);
    expect(await findings(page), "the viewer").toEqual([]);
    const [whole, stage] = [await viewer.picture.boundingBox(), await viewer.stage.boundingBox()];
    expect(whole!.width).toBeLessThanOrEqual(stage!.width);
    expect(whole!.height).toBeLessThanOrEqual(stage!.height);

    // Full size and back, by key and by button.
    await page.keyboard.press("z");
    await expect(viewer.zoom).toHaveAttribute("aria-pressed", "true");
    const [shown, natural] = await viewer.picture.evaluate((it: HTMLImageElement) => [it.width, it.naturalWidth]);
    expect(shown, "each pixel is one of the screen").toBe(natural);
    await viewer.zoom.click();
    await expect(viewer.zoom).toHaveAttribute("aria-pressed", "false");

    // By keys, to what the thread has not even loaded.
    await viewer.close.focus();
    await page.keyboard.press("ArrowLeft");
    await expect(viewer.film).toBeVisible();
    await expect(viewer.caption).toHaveCount(0);
    await expect(viewer.zoom).toBeDisabled();
    await page.keyboard.press("ArrowLeft");
    await expect(viewer.caption).toHaveText("The first");
    await expect(viewer.earlier).toHaveAttribute("aria-disabled", "true");
    await page.keyboard.press("ArrowLeft");
    await expect(viewer.caption).toHaveText("The first");
    await page.keyboard.press("ArrowRight");
    await expect(viewer.film).toBeVisible();
    // By button and by finger.
    await viewer.earlier.click();
    await expect(viewer.caption).toHaveText("The first");
    await viewer.swipe(-120);
    await expect(viewer.film).toBeVisible();
    await viewer.later.click();
    await expect(viewer.caption).toHaveText("The <b>last</b>");
    await viewer.swipe(120);
    await expect(viewer.film).toBeVisible();

    // The focus goes round inside, and back to where it was.
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press("Tab");
      expect(await inbox.root.evaluate(() => document.activeElement === document.body || Boolean(document.activeElement?.closest("[data-testid=viewer]")))).toBe(true);
    }
    await viewer.close.focus();
    await page.keyboard.press("Escape");
    await expect(viewer.dialog).toHaveCount(0);
    await expect(last).toBeFocused();
    await expect(inbox.thread, "the conversation stays").toBeVisible();

    // From the film in the thread, and from the details; and to the message.
    await inbox.frame.getByRole("button", { name: "Enlarge" }).click();
    await expect(viewer.film).toBeVisible();
    await viewer.close.click();
    const details = new DetailsPane(inbox);
    await details.show();
    await details.unfold("media");
    await expect(details.tiles).toHaveCount(3);
    await details.tiles.last().click();
    await expect(viewer.caption).toHaveText("The first");
    await viewer.show.click();
    await expect(viewer.dialog).toHaveCount(0);
    await expect(inbox.message("The first")).toBeFocused();
  });
}

test("where one reads from the right, the arrows point the other way", async ({ host, demo, page, simulator }) => {
  const tenant = await Tenant.create(demo, "Viewer RTL");
  const line = await tenant.connect("Shop");
  const vera = newCustomer("Vera Viewer");
  for (const caption of ["one", "two"]) {
    await simulator.post("messages?wait=true", { from: vera.phone, name: vera.name, phoneNumberId: line.phoneNumberId, type: "image", image: { id: "1001", caption } });
  }
  const { token } = await tenant.mint(line, host.origin);
  const inbox = await host.show(demo.inbox, { token, locale: "ar" });
  const viewer = new Viewer(inbox, page);
  await inbox.open(vera.name);
  await inbox.message("two").getByTestId("picture").click();
  await expect(viewer.earlier).toHaveAttribute("aria-disabled", "false");
  const [earlier, later] = [await viewer.earlier.boundingBox(), await viewer.later.boundingBox()];
  expect(earlier!.x).toBeGreaterThan(later!.x);
  await page.keyboard.press("ArrowRight");
  await expect(viewer.caption).toHaveText("one");
  await page.keyboard.press("ArrowLeft");
  await expect(viewer.caption).toHaveText("two");
});
