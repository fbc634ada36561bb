import type { Browser } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { HostPage } from "../pages/host-page.ts";
import type { InboxFrame } from "../pages/inbox-frame.ts";
import { Notes } from "../pages/notes.ts";
import type { Demo } from "../support/demo.ts";
import type { HostServer } from "../support/host-server.ts";
import { newCustomer } from "../support/meta.ts";
import { mint, type Operator } from "../support/tokens.ts";

const HOUR = 3_600_000;

/** A token of somebody by name. */
async function tokenOf(demo: Demo, server: HostServer, operator: Operator): Promise<string> {
  return (await mint(demo, [server.origin], undefined, { operator })).token;
}

/** The inbox of a colleague, in a browser of their own. */
async function beside(browser: Browser, demo: Demo, server: HostServer, width: number, token: string): Promise<InboxFrame> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, locale: "en-GB" });
  return new HostPage(await context.newPage(), server).show(demo.inbox, { token, locale: "en" });
}

for (const width of [360, 768, 1440]) {
  test(`two colleagues see each other's notes and work at ${width} px, and the customer sees neither`, async ({ host, demo, server, meta, simulator, page, browser }) => {
    await page.setViewportSize({ width, height: 800 });
    const [quin, other] = [newCustomer(`Nora${width} Note`), newCustomer(`Otto${width} Other`)];
    await meta.text(other, "Another matter");
    await meta.text(quin, "Where is my parcel?");
    const names = { ana: `Ana ${width}`, bruno: `Bruno Costa ${width}` };
    const brunos = await tokenOf(demo, server, { id: `bruno-${width}`, name: names.bruno });
    const token = await tokenOf(demo, server, { id: `ana-${width}`, name: names.ana });
    const ana = await host.show(demo.inbox, { token, locale: "en" });
    const bruno = await beside(browser, demo, server, width, brunos);
    const [left, right] = [new Notes(ana), new Notes(bruno)];
    await ana.open(quin.name);
    await bruno.open(quin.name);

    // What is for colleagues and what is for the customer stand side by side, and neither is lost on the way.
    await ana.composer.fill("We are looking for it");
    await left.note.click();
    await expect(ana.composer).toHaveValue("");
    await expect(ana.composer).toBeFocused();
    await ana.composer.pressSequentially(`@${names.bruno.slice(0, 3).toLowerCase()}`);
    await expect(left.rows.filter({ hasText: names.bruno })).toHaveCount(1);
    await left.rows.filter({ hasText: names.bruno }).click();
    await expect(ana.composer).toHaveValue(`@${names.bruno} `);
    await ana.composer.pressSequentially("please <b>look</b>");
    if (width < 480) await ana.back.click();
    await ana.open(other.name);
    await expect(left.note).toHaveAttribute("aria-pressed", "false");
    if (width < 480) await ana.back.click();
    await ana.open(quin.name);
    await expect(left.note).toHaveAttribute("aria-pressed", "true");
    await expect(ana.composer).toHaveValue(`@${names.bruno} please <b>look</b>`);
    await ana.send.click();
    await expect(ana.composer).toHaveValue("");

    // The colleague sees it live: who wrote it, whom it calls, and its words as words.
    await expect(right.bubbles).toHaveCount(1);
    await expect(right.bubbles).toContainText(names.ana);
    await expect(right.bubbles).toContainText("Only your team sees this");
    await expect(right.bubbles).toContainText("please <b>look</b>");
    await expect(right.bubbles.locator("b")).toHaveCount(0);
    await expect(right.mentions).toHaveText(`@${names.bruno}`);
    await expect(left.bubbles).toContainText(names.ana);

    // And the other way round, by keyboard alone.
    await bruno.thread.focus();
    await bruno.thread.press("n");
    await expect(bruno.composer).toBeFocused();
    await bruno.composer.pressSequentially("It is in Lisbon");
    await bruno.composer.press("Enter");
    await expect(left.bubbles.filter({ hasText: "It is in Lisbon" })).toContainText(names.bruno);
    await left.assign(names.bruno);
    await expect(bruno.messages.filter({ hasText: names.ana }).last()).toContainText(names.bruno);

    // The reply is still there, and is all that goes out.
    await left.reply.click();
    await expect(ana.composer).toHaveValue("We are looking for it");
    await ana.send.click();
    await simulator.received(quin, "We are looking for it");
    expect((await simulator.sentTo(quin)).map((it) => it.text)).toEqual(["We are looking for it"]);
    if (width < 480) await ana.back.click();
    await expect(ana.row(quin.name)).toContainText("We are looking for it");
    await expect(ana.row(quin.name)).not.toContainText("Lisbon");
    const overflow = await ana.root.evaluate((node) => node.ownerDocument.documentElement.scrollWidth - node.ownerDocument.documentElement.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await bruno.root.page().context().close();
  });
}

test("while the window is shut a note can be written, also by nobody in particular", async ({ host, demo, session, meta, simulator, page }) => {
  const olga = newCustomer("Olga Overnight");
  await meta.texts(olga, ["Hello from yesterday"], Date.now() - 25 * HOUR);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const notes = new Notes(inbox);
  await inbox.seek(olga.name);
  await inbox.open(olga.name);
  await expect(inbox.windowShut).toBeVisible();
  await inbox.thread.focus();
  await page.keyboard.press("n");
  await expect(inbox.windowShut).toHaveCount(0);
  await expect(inbox.composer).toBeFocused();
  await inbox.reply("She calls tomorrow");
  await expect(notes.bubbles).toContainText("Team");
  await expect(notes.bubbles).toContainText("She calls tomorrow");
  await notes.reply.click();
  await expect(inbox.windowShut).toBeVisible();
  expect(await simulator.sentTo(olga)).toEqual([]);
});

test("a note waits for the connection, and who only looks reads it", async ({ host, demo, server, session, meta, browser, page }) => {
  const wim = newCustomer("Wim Waits");
  await meta.text(wim, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const notes = new Notes(inbox);
  await inbox.open(wim.name);
  const looker = await tokenOf(demo, server, { id: "lena", name: "Lena Looks", role: "read-only" });
  const looks = await beside(browser, demo, server, 1280, looker);
  await looks.row(wim.name).click();
  await expect(looks.message("Hello")).toBeVisible();
  await expect(looks.composer).toHaveCount(0);
  await expect(new Notes(looks).modes).toHaveCount(0);

  await page.context().setOffline(true);
  await notes.note.click();
  await inbox.reply("Written on a train");
  await expect(notes.bubbles).toHaveAttribute("data-status", /queued|sending/);
  await page.context().setOffline(false);
  await expect(notes.bubbles).toHaveAttribute("data-status", "sent");
  await expect(new Notes(looks).bubbles).toContainText("Written on a train");
  await looks.root.page().context().close();
});
