import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "../fixtures.ts";
import { InboxFrame } from "../pages/inbox-frame.ts";

// Writes the pictures of docs/screenshots from the demo: `npm run screenshots`.

const folder = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));

/** A seeded conversation with a bit of everything. */
const SHOWN = "Beatriz Fonseca";

// A picture taken in the middle of a movement shows neither place.
test.use({ contextOptions: { reducedMotion: "reduce" } });

test.beforeAll(() => mkdir(folder, { recursive: true }));

test("host", async ({ demo, page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(demo.facts.HOST_URL);
  const inbox = new InboxFrame(page);
  await inbox.ready();
  await inbox.open(SHOWN);
  await expect(inbox.messages.first()).toBeVisible();
  await page.screenshot({ path: `${folder}host.png`, animations: "disabled" });
});

for (const theme of ["light", "dark"] as const) {
  test(theme, async ({ host, demo, session, page }) => {
    await page.setViewportSize({ width: 1280, height: 800 });
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token, locale: "en", theme });
    await inbox.open(SHOWN);
    await expect(inbox.messages.first()).toBeVisible();
    await page.screenshot({ path: `${folder}${theme}.png`, animations: "disabled" });
  });
}

test("narrow", async ({ host, demo, session, page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en", theme: "light" });
  await inbox.open(SHOWN);
  await expect(inbox.messages.first()).toBeVisible();
  await page.screenshot({ path: `${folder}narrow.png`, animations: "disabled" });
});
