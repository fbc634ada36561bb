import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

// A broken line is what these tests are about; the browser says so in its console.
const BROKEN = [/net::ERR_/];

// Numbered texts end with a full stop: on screen the time of day follows at once.

test("messages that come while the line is cut are there afterwards, each once, in order", async ({ host, session, meta, wire, complaints }) => {
  complaints.allow(...BROKEN);
  const otto = newCustomer("Otto Cut");
  await meta.text(otto, "before 1.");
  const { token } = await session();
  const inbox = await host.show(wire.inbox, { token, locale: "en" });
  await inbox.open("Otto Cut");
  await meta.text(otto, "before 2.");
  await expect(inbox.message("before 2.")).toBeVisible();
  expect(wire.open, "the stream goes through the cable").toBeGreaterThan(0);

  wire.cut();
  for (let index = 1; index <= 12; index += 1) await meta.text(otto, `during ${index}.`);
  await expect(inbox.connection).toHaveAttribute("data-state", "reconnecting");
  await expect(inbox.message("during 1.")).toHaveCount(0);
  wire.mend();

  await expect(inbox.message("during 12.")).toBeVisible({ timeout: 20_000 });
  await expect(inbox.connection).toBeHidden();
  await meta.text(otto, "after 1.");
  await expect(inbox.message("after 1.")).toBeVisible();
  const expected = ["before 1.", "before 2.", ...Array.from({ length: 12 }, (_, index) => `during ${index + 1}.`), "after 1."];
  expect(await inbox.textsMatching(/(before|during|after) \d+\./)).toEqual(expected);
});

test("a line that flickers in the middle of a burst loses and doubles nothing", async ({ host, session, meta, wire, complaints }) => {
  complaints.allow(...BROKEN);
  const [pia, quim] = [newCustomer("Pia Burst"), newCustomer("Quim Burst")];
  await meta.text(pia, "burst 0.");
  await meta.text(quim, "Hello");
  const { token } = await session();
  const inbox = await host.show(wire.inbox, { token });
  await inbox.open("Pia Burst");

  const total = 60;
  for (let index = 1; index <= total; index += 1) {
    await meta.text(pia, `burst ${index}.`);
    if (index % 3 === 0) await meta.text(quim, `row ${index}`);
    if (index % 20 === 7) wire.drop();
  }

  await expect(inbox.message(`burst ${total}.`)).toBeVisible({ timeout: 20_000 });
  const expected = Array.from({ length: total + 1 }, (_, index) => `burst ${index}.`);
  await expect.poll(() => inbox.textsMatching(/burst \d+\./)).toEqual(expected);
  await expect(inbox.row("Quim Burst")).toContainText(`row ${total}`);
  await expect(inbox.unread("Quim Burst")).toContainText(String(1 + total / 3));
});

test("ticks that come while the line is cut are there afterwards", async ({ host, session, meta, simulator, wire, complaints }) => {
  complaints.allow(...BROKEN);
  await simulator.holdStatuses();
  const rita = newCustomer("Rita Ticks");
  await meta.text(rita, "Hello");
  const { token } = await session();
  const inbox = await host.show(wire.inbox, { token });
  await inbox.open("Rita Ticks");
  await inbox.reply("On its way");
  const sent = await simulator.received(rita, "On its way");
  wire.cut();
  await simulator.report(sent, "sent");
  await simulator.report(sent, "read");
  wire.mend();
  await expect(inbox.message("On its way")).toHaveAttribute("data-status", "read", { timeout: 20_000 });
});

test("a short break is not worth a word", async ({ host, session, meta, wire, complaints }) => {
  complaints.allow(...BROKEN);
  const saul = newCustomer("Saul Flicker");
  await meta.text(saul, "one");
  const { token } = await session();
  const inbox = await host.show(wire.inbox, { token });
  await inbox.open("Saul Flicker");
  // Remembers whether the banner was ever drawn.
  await inbox.root.evaluate((root) => {
    const view = root.ownerDocument.defaultView as Window & { bannerSeen?: boolean };
    view.bannerSeen = false;
    new MutationObserver(() => {
      const banner = root.ownerDocument.querySelector('[data-testid="connection"]');
      if (banner?.checkVisibility()) view.bannerSeen = true;
    }).observe(root.ownerDocument, { subtree: true, childList: true, attributes: true });
  });
  wire.drop();
  await meta.text(saul, "two");
  await expect(inbox.message("two")).toBeVisible();
  expect(await inbox.root.evaluate((root) => (root.ownerDocument.defaultView as Window & { bannerSeen?: boolean }).bannerSeen)).toBe(false);
});
