import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "../fixtures.ts";
import { InboxFrame } from "../pages/inbox-frame.ts";

// Writes the pictures of docs/screenshots from the demo: `npm run screenshots`.

const folder = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));

test.beforeAll(() => mkdir(folder, { recursive: true }));

for (const theme of ["light", "dark"] as const) {
  test(theme, async ({ host, demo, session, page }) => {
    await page.setViewportSize({ width: 1280, height: 800 });
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token, locale: "en", theme });
    await inbox.rows.nth(1).click();
    await expect(inbox.messages.first()).toBeVisible();
    await page.screenshot({ path: `${folder}${theme}.png`, animations: "disabled" });
  });
}

test("narrow", async ({ host, demo, session, page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en", theme: "light" });
  await inbox.rows.nth(1).click();
  await expect(inbox.messages.first()).toBeVisible();
  await page.screenshot({ path: `${folder}narrow.png`, animations: "disabled" });
});

test("host", async ({ demo, page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(demo.facts.HOST_URL);
  const inbox = new InboxFrame(page);
  await inbox.ready();
  await inbox.rows.nth(1).click();
  await expect(inbox.messages.first()).toBeVisible();
  await page.screenshot({ path: `${folder}host.png`, animations: "disabled" });
});
