import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { ConsolePage } from "../pages/console-page.ts";
import { Phone } from "../pages/phone.ts";
import { EmptyServer } from "../support/empty-server.ts";
import { newCustomer } from "../support/meta.ts";

/** What a browser was asked for, as the desktop would see it. */
interface Desktop {
  asked: number;
  tones: number;
  notices: { title: string; body?: string; tag?: string; onclick?: () => void }[];
}

declare global {
  interface Window {
    desktop: Desktop;
  }
}

/** Puts a desktop in place of the browser's own, in each frame. */
async function watchDesktop(page: Page, answer: "granted" | "denied"): Promise<void> {
  await page.addInitScript((answer) => {
    const desktop: Desktop = { asked: 0, tones: 0, notices: [] };
    window.desktop = desktop;
    class FakeNotification {
      static permission = "default";
      static requestPermission(): Promise<string> {
        desktop.asked += 1;
        return Promise.resolve(answer);
      }
      onclick?: () => void;
      constructor(
        readonly title: string,
        options: { body?: string; tag?: string },
      ) {
        Object.assign(this, options);
        desktop.notices.push(this);
      }
      close(): void {}
    }
    Object.assign(window, { Notification: FakeNotification });
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) {
      desktop.tones += 1;
      return start.apply(this, when);
    };
  }, answer);
}

for (const width of [360, 768, 1440]) {
  test(`inside another page a tone can be heard, and nobody is asked for notifications, at ${width} px`, async ({ host, demo, session, meta, page }) => {
    await page.setViewportSize({ width, height: 720 });
    await watchDesktop(page, "granted");
    const [open, other] = [newCustomer(`Odo Open ${width}`), newCustomer(`Oda Other ${width}`)];
    await meta.text(other, "Hello");
    await meta.text(open, "Hello");
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    const tones = () => inbox.evaluate(() => window.desktop.tones);
    const dialog = inbox.frame.getByTestId("attention");
    await meta.text(other, "Nothing is heard of this");
    await expect(inbox.row(other.name)).toContainText("Nothing is heard");
    expect(await tones()).toBe(0);

    await inbox.frame.getByRole("button", { name: "Notifications", exact: true }).click();
    await expect(dialog).toHaveAccessibleName("Notifications");
    const sound = dialog.getByRole("switch", { name: "Sound for new messages" });
    const notices = dialog.getByRole("switch", { name: "Desktop notifications" });
    await expect(sound).not.toBeChecked();
    await notices.click();
    await expect(dialog.getByRole("status")).toContainText("The inbox is inside another page");
    await expect(notices).not.toBeChecked();
    expect(await inbox.evaluate(() => window.desktop.asked)).toBe(0);
    await sound.click();
    await expect(sound).toBeChecked();
    expect(await tones(), "as it sounds").toBe(1);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);

    await meta.text(other, "This is heard");
    await expect.poll(tones).toBe(2);
    await inbox.open(open.name);
    await meta.text(open, "This is seen");
    await expect(inbox.message("This is seen")).toBeVisible();
    expect(await tones()).toBe(2);
    expect(await inbox.evaluate(() => window.desktop.notices.length)).toBe(0);
  });
}

test("on a page of our own the desktop tells who wrote and what, and a click leads there", async ({ page, context }) => {
  await watchDesktop(page, "granted");
  await using server = await EmptyServer.start();
  const inbox = new ConsolePage(page);
  await expect.poll(() => server.setUpLink).toBeDefined();
  await inbox.setUp(server.setUpLink!, { name: "Ana", email: "ana@acme.test", password: "correct horse battery" });
  await expect(page.getByRole("link", { name: "Open the phone" })).toBeVisible();
  const phone = new Phone(await context.newPage(), `${server.origin}/simulator/phone?from=5511987654321&name=Maria`);
  await phone.open();
  await phone.write("Where is my order?");
  await page.goto(server.origin);
  await inbox.ready();
  const sign = page.locator("link[rel=icon]");
  await expect(page).toHaveTitle(/^\(1\)/);
  await expect(sign).toHaveAttribute("href", /^data:image\/svg\+xml,.*circle/);

  await page.getByRole("button", { name: "Notifications", exact: true }).click();
  const notices = page.getByTestId("attention").getByRole("switch", { name: "Desktop notifications" });
  expect(await page.evaluate(() => window.desktop.asked), "nobody was asked before").toBe(0);
  await notices.click();
  await expect(notices).toBeChecked();
  expect(await page.evaluate(() => window.desktop.asked)).toBe(1);
  await page.keyboard.press("Escape");

  await phone.write("Are you *there*?");
  const told = () => page.evaluate(() => window.desktop.notices.map(({ title, body }) => ({ title, body })));
  await expect.poll(told).toEqual([{ title: "Maria", body: "Are you there?" }]);
  await page.evaluate(() => window.desktop.notices[0]?.onclick?.());
  await expect(inbox.messages.last()).toContainText("Are you there?");
  await expect(page).not.toHaveTitle(/^\(/);
  await expect(sign).toHaveAttribute("href", "data:,");
  await phone.write("On screen");
  await expect(inbox.messages.last()).toContainText("On screen");
  expect(await told()).toHaveLength(1);
  // The server goes before the page does, and nobody shall complain of that.
  await page.goto("about:blank");
});

test("who refuses notifications is told how to have them", async ({ page }) => {
  await watchDesktop(page, "denied");
  await using server = await EmptyServer.start();
  const inbox = new ConsolePage(page);
  await expect.poll(() => server.setUpLink).toBeDefined();
  await inbox.setUp(server.setUpLink!, { name: "Ana", email: "ana@acme.test", password: "correct horse battery" });
  await expect(page.getByRole("link", { name: "Open the phone" })).toBeVisible();
  await page.goto(server.origin);
  await inbox.ready();
  await page.keyboard.press("ControlOrMeta+k");
  await page.keyboard.type("notifications");
  await page.keyboard.press("Enter");
  const dialog = page.getByTestId("attention");
  await dialog.getByRole("switch", { name: "Desktop notifications" }).click();
  await expect(dialog.getByRole("status")).toContainText("Allow them in its settings");
  await expect(dialog.getByRole("switch", { name: "Desktop notifications" })).not.toBeChecked();
  await page.goto("about:blank");
});
