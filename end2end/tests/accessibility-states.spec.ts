import { expect, test } from "../fixtures.ts";
import { ComposerTools } from "../pages/composer-tools.ts";
import { ListWork } from "../pages/list-work.ts";
import { findings } from "../support/findings.ts";
import { newCustomer } from "../support/meta.ts";
import { Tenant } from "../support/tenant.ts";

// What axe-core can find by rule, in the states that an inbox is seldom in.

test.use({ contextOptions: { reducedMotion: "reduce" } });

const DAY = 24 * 3_600_000;

for (const [locale, theme, width] of [
  ["en", "light", 1440],
  ["en", "dark", 360],
  ["ar", "dark", 1440],
  ["es", "light", 360],
  ["pt", "dark", 768],
] as const) {
  const where = `${locale}, ${theme}, ${width} px`;

  test(`nothing there yet, no window, a failed message and a broken line: ${where}`, async ({ host, demo, wire, simulator, page, complaints }) => {
    test.setTimeout(120_000);
    complaints.allow(/net::ERR_/);
    await page.setViewportSize({ width, height: 800 });
    const tenant = await Tenant.create(demo, `States ${where}`);
    const line = await tenant.connect("Shop");
    const { token } = await tenant.mint(line, host.origin);
    const inbox = await host.show(wire.inbox, { token, locale, theme });
    await expect(inbox.rows).toHaveCount(0);
    expect.soft(await findings(page), "nothing there yet").toEqual([]);

    const [hugo, vera] = [newCustomer("Hugo Hush"), newCustomer("Vera Vocal")];
    await line.meta.texts(hugo, ["Is anybody there?"], Date.now() - 2 * DAY);
    await line.meta.text(vera, "Hello");
    await inbox.open("Hugo Hush");
    await expect(inbox.frame.locator(".window-shut")).toBeVisible();
    expect.soft(await findings(page), "the window is shut").toEqual([]);

    if (width < 768) await page.keyboard.press("Escape");
    await inbox.open("Vera Vocal");
    await simulator.behave({ failNext: [{ code: 131_026, when: "status", to: vera.phone }] });
    await inbox.reply("This does not arrive");
    await expect(inbox.message("This does not arrive")).toHaveAttribute("data-status", "failed");
    expect.soft(await findings(page), "a failed message").toEqual([]);

    await inbox.composer.fill("Never mind");
    await inbox.thread.focus();
    await page.keyboard.press("d");
    await expect(new ComposerTools(inbox).undo).toBeVisible();
    expect.soft(await findings(page), "what can be had back").toEqual([]);

    wire.cut();
    await inbox.reply("This waits for the line");
    await expect(inbox.connection).toBeVisible();
    await expect(inbox.message("This waits for the line")).toBeVisible();
    expect.soft(await findings(page), "a broken line").toEqual([]);
    wire.mend();
    await expect(inbox.message("This waits for the line")).toHaveAttribute("data-status", /sent|delivered|read/, { timeout: 20_000 });
  });

  test(`only looking, many picked, labels, and what is told of news: ${where}`, async ({ host, demo, page }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width, height: 800 });
    const tenant = await Tenant.create(demo, `More states ${where}`);
    const line = await tenant.connect("Shop");
    for (const name of ["Rita Row", "Saul Slot"]) await line.meta.text(newCustomer(name), "Hello");
    const looker = await tenant.mint(line, host.origin, undefined, { id: "lu", name: "Lu", role: "read-only" });
    const looking = await host.show(demo.inbox, { token: looker.token, locale, theme });
    await looking.row("Rita Row").click();
    await expect(looking.thread.getByText("Hello")).toBeVisible();
    expect.soft(await findings(page), "only looking").toEqual([]);

    const { token } = await tenant.mint(line, host.origin, undefined, { id: "jo", name: "Jo" });
    const inbox = await host.show(demo.inbox, { token, locale, theme });
    await inbox.row("Rita Row").focus();
    await page.keyboard.press("x");
    const list = new ListWork(inbox);
    await expect(list.bar).toBeVisible();
    expect.soft(await findings(page), "one is picked").toEqual([]);
    await list.press("labels");
    await expect(list.menu).toBeVisible();
    expect.soft(await findings(page), "labels of what is picked").toEqual([]);
    await page.keyboard.press("Escape");
    await list.press("resolve");
    await expect(list.toast).toBeVisible();
    expect.soft(await findings(page), "what was done, and can be undone").toEqual([]);

    await inbox.frame.locator(".bell").click();
    await expect(inbox.frame.locator("dialog[open]")).toBeVisible();
    expect.soft(await findings(page), "what is told of news").toEqual([]);
  });

  test(`the first answer does not come: ${where}`, async ({ host, demo, session, page, complaints }) => {
    complaints.allow(/net::ERR_FAILED/);
    await page.setViewportSize({ width, height: 800 });
    await page.route("**/api/bootstrap", (route) => route.abort());
    const { token } = await session();
    await host.open(demo.inbox);
    await host.mount({ token, locale, theme });
    await host.inbox.state("failed");
    expect(await findings(page), "the first answer did not come").toEqual([]);
  });
}
