import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

test.describe("360 pixels", () => {
  test.use({ viewport: { width: 360, height: 640 } });

  test("list and thread take turns, Back and Escape return, the focus goes along", async ({ host, demo, session, meta, page }) => {
    const bela = newCustomer("Bela Narrow");
    await meta.text(bela, "Hello from a narrow place");
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    await expect(inbox.list).toBeInViewport();
    await expect(inbox.composer).not.toBeInViewport();

    await inbox.open("Bela Narrow");
    await expect(inbox.thread).toBeInViewport();
    await expect(inbox.composer).toBeInViewport({ ratio: 1 });
    await expect(inbox.row("Bela Narrow")).not.toBeInViewport();

    await inbox.back.click();
    await expect(inbox.row("Bela Narrow")).toBeInViewport();
    await expect(inbox.composer).not.toBeInViewport();
    await expect(inbox.row("Bela Narrow")).toBeFocused();

    await page.keyboard.press("Enter");
    await expect(inbox.composer).toBeInViewport({ ratio: 1 });
    await page.keyboard.press("Escape");
    await expect(inbox.row("Bela Narrow")).toBeInViewport();
    await expect(inbox.row("Bela Narrow")).toBeFocused();
  });

  test("nothing is wider than the frame", async ({ host, demo, session, meta }) => {
    const cora = newCustomer("Cora With A Name That Goes On And On And Does Not Want To End");
    await meta.texts(cora, [`https://example.com/${"a".repeat(300)}`, "word ".repeat(200)]);
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token });
    const overflow = () => inbox.root.evaluate((node) => {
      const page = node.ownerDocument.documentElement;
      return page.scrollWidth - page.clientWidth;
    });
    expect(await overflow()).toBeLessThanOrEqual(0);
    await inbox.open("Cora With A Name");
    expect(await overflow()).toBeLessThanOrEqual(0);
    const thread = await inbox.thread.evaluate((node) => node.scrollWidth - node.clientWidth);
    expect(thread).toBeLessThanOrEqual(0);
  });
});

for (const width of [320, 600, 1000, 1400]) {
  test(`${width} pixels: list, thread and composer are usable`, async ({ host, demo, session, meta, page }) => {
    await page.setViewportSize({ width, height: 720 });
    const dino = newCustomer(`Dino ${width}`);
    await meta.text(dino, "Hello");
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token });
    await inbox.open(`Dino ${width}`);
    await expect(inbox.composer).toBeInViewport({ ratio: 1 });
    await expect(inbox.record).toBeInViewport({ ratio: 1 });
    await inbox.composer.fill("Hi");
    await expect(inbox.send).toBeInViewport({ ratio: 1 });
    await expect(inbox.message("Hello")).toBeInViewport();
    if (width >= 480) await expect(inbox.list).toBeInViewport();
    const page0 = await inbox.root.evaluate((node) => node.ownerDocument.documentElement.scrollHeight - node.ownerDocument.documentElement.clientHeight);
    expect(page0, "only list and thread scroll").toBeLessThanOrEqual(0);
  });
}
