import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { InboxFrame } from "../pages/inbox-frame.ts";
import { identityToken } from "../support/copilot.ts";
import { Demo } from "../support/demo.ts";
import { type Customer, Meta, newCustomer } from "../support/meta.ts";
import { Site } from "../support/site.ts";
import { asleep } from "../support/sleep.ts";
import { Tenant } from "../support/tenant.ts";
import { mint } from "../support/tokens.ts";
import { Wire } from "../support/wire.ts";

// A page that stays open. A token lives for 9 seconds here instead of 15 minutes, and everything else is as much shorter: a minute is 0.6 s,
// on the server's clock as well as on the browser's. Nothing is faked; where the tab sleeps, it sleeps.
const LIFE = 9;
const MINUTE = (LIFE * 1000) / 15;
/** How long a session can be renewed, in seconds. The page is asked for another when a third of it is left. */
const SESSION = 36;

test.describe.configure({ timeout: 120_000 });

const page = (inbox: string) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>My SaaS</title><link rel="icon" href="data:,">
<style>html, body, #inbox { height: 100%; margin: 0 }</style>
<script src="${inbox}/embed.js"></script><script src="/page.js"></script></head><body><div id="inbox"></div></body></html>`;

const SCRIPT = `
window.told = { asked: [], expired: [], errors: [] };
const token = async () => (await (await fetch("/token.json")).json()).token;
window.mount = async (renews) => {
  PilotStatus.chat.mount("#inbox", {
    token: await token(), locale: "en", theme: "light",
    ...(renews && { getToken: () => { told.asked.push(Date.now()); return token(); } }),
    onSessionExpired: () => { told.expired.push(Date.now()); },
    onError: ({ code }) => told.errors.push(code),
  });
};
PilotStatus.init();
`;

interface HostWindow {
  told: { asked: number[]; expired: number[]; errors: string[] };
  mount(renews: boolean): Promise<void>;
}

/** An operator who reads in the middle of a thread and has begun to write an answer. */
class Reader {
  private readonly sent: string[] = [];
  private place = { text: "", top: 0 };

  constructor(
    readonly inbox: InboxFrame,
    private readonly meta: Meta,
    private readonly customer: Customer,
  ) {}

  /** Sends what a customer writes; numbered, and with a full stop since the time of day follows on screen. */
  async write(count = 1): Promise<void> {
    const texts = Array.from({ length: count }, (_, index) => `line ${this.sent.length + index + 1}.`);
    await this.meta.texts(this.customer, texts);
    this.sent.push(...texts);
  }

  async settle(draft: string): Promise<void> {
    await this.inbox.open(this.customer.name);
    await expect(this.inbox.message(this.sent.at(-1)!)).toBeVisible();
    await this.inbox.composer.fill(draft);
    await this.inbox.scrollToMiddle();
    await expect(this.inbox.message(this.sent.at(-1)!)).not.toBeInViewport();
    this.place = await this.inbox.place();
    expect(this.place.text).toMatch(/line \d+\./);
  }

  /** Everything that was written is there, in order and once, and the reader is where they were. */
  async isWhereTheyWere(draft: string): Promise<void> {
    const last = this.sent.slice(-40);
    await expect.poll(async () => (await this.inbox.textsMatching(/line \d+\./)).slice(-40), { timeout: 20_000 }).toEqual(last);
    await expect(this.inbox.composer).toHaveValue(draft);
    const place = await this.inbox.place();
    expect(place.text).toBe(this.place.text);
    expect(Math.abs(place.top - this.place.top)).toBeLessThanOrEqual(1);
  }
}

/** The renewals that went well: when, and until when the token then lives. */
function countRenewals(tab: Page): { count: number; ends: number } {
  const renewals = { count: 0, ends: 0 };
  tab.on("response", async (response) => {
    if (!response.url().endsWith("/api/public/embed/refresh") || response.status() !== 200) return;
    const { expiresAt } = (await response.json()) as { expiresAt: string };
    renewals.ends = Date.parse(expiresAt);
    renewals.count += 1;
  });
  return renewals;
}

const past = (moment: number) => expect.poll(() => Date.now(), { timeout: 60_000, intervals: [100] }).toBeGreaterThan(moment);

test("a page that is open for an hour keeps draft, place and stream, and is asked for a token only when it must be", async ({ page: tab, complaints }) => {
  complaints.allow(/net::ERR_/, /status of 401/);
  await using demo = await Demo.start({ PILOT_SESSION_HOURS: `${SESSION / 3600}` });
  await using wire = await Wire.to(demo.inbox);
  const minted: { at: number; ends: number }[] = [];
  await using site = await Site.start(async (path) => {
    if (path === "/page.js") return SCRIPT;
    if (path !== "/token.json") return page(wire.inbox);
    const { token, expiresAt } = await mint(demo, [site.origin], LIFE);
    minted.push({ at: Date.now(), ends: Date.parse(expiresAt) });
    return JSON.stringify({ token });
  });
  const told = () => tab.evaluate(() => (window as unknown as HostWindow).told);
  const inbox = new InboxFrame(tab);
  const reader = new Reader(inbox, new Meta(demo), newCustomer("Edna Endurance"));
  const renewals = countRenewals(tab);
  const nextRenewal = async () => {
    const before = renewals.count;
    await expect.poll(() => renewals.count, { timeout: 20_000, intervals: [50] }).toBeGreaterThan(before);
  };
  /** Requests for a token while the session at hand could still be renewed. */
  const early = async () => (await told()).asked.filter((at, index) => at < minted[index]!.at + (SESSION * 2000) / 3 - 1000);

  const draft = "I have looked it up, and";
  await reader.write(60);
  await tab.goto(site.origin);
  await tab.evaluate(() => (window as unknown as HostWindow).mount(true));
  await inbox.ready();
  await reader.settle(draft);
  // Remembers the longest time in which no timer fired in the frame.
  await inbox.evaluate(() => {
    const frame = window as unknown as { longest: number };
    let last = Date.now();
    frame.longest = 0;
    setInterval(() => {
      frame.longest = Math.max(frame.longest, Date.now() - last);
      last = Date.now();
    }, 50);
  });
  const longest = () => inbox.evaluate(() => (window as unknown as { longest: number }).longest);

  // After ten minutes the token is renewed, and nobody is asked.
  await nextRenewal();
  await reader.write();
  await reader.isWhereTheyWere(draft);

  // The tab sleeps for six minutes, while somebody writes.
  const short = 6 * MINUTE;
  await asleep(tab, async () => {
    const woken = Date.now() + short;
    await reader.write(2);
    await past(woken);
  });
  await reader.write();
  await reader.isWhereTheyWere(draft);
  expect(await longest(), "the frame slept").toBeGreaterThan(0.9 * short);

  // The network goes and comes back.
  await nextRenewal();
  wire.cut();
  await reader.write(5);
  await expect(inbox.connection).toHaveAttribute("data-state", "reconnecting");
  wire.mend();
  await reader.write();
  await reader.isWhereTheyWere(draft);
  await expect(inbox.connection).toBeHidden();
  expect(await early()).toEqual([]);

  // Forty minutes: the session itself nears its end, and now the page is asked.
  await expect.poll(async () => (await told()).asked.length, { timeout: 2000 * SESSION }).toBeGreaterThan(0);
  await reader.write();
  await reader.isWhereTheyWere(draft);
  expect(await early()).toEqual([]);
  expect(minted.length, "what it answered is used").toBe((await told()).asked.length + 1);

  // Another night's sleep: longer than any token lives, so that nothing but the page can help.
  const before = (await told()).asked.length;
  await asleep(tab, async () => {
    await reader.write(3);
    await past(Math.max(renewals.ends, minted.at(-1)!.ends) + 1000);
  });
  await expect.poll(async () => (await told()).asked.length, { timeout: 20_000 }).toBe(before + 1);
  await reader.write();
  await reader.isWhereTheyWere(draft);
  await inbox.state("ready");
  const { asked, expired, errors } = await told();
  expect(asked, "once").toHaveLength(before + 1);
  expect(expired, "a page that renews is never told that it is over").toEqual([]);
  expect(errors).toEqual([]);
  expect(renewals.count).toBeGreaterThanOrEqual(3);
});

test("a page that hands over no more tokens is told once, when the session is over and not before", async ({ page: tab, complaints }) => {
  complaints.allow(/status of 401/);
  const [life, session] = [8, 20];
  await using demo = await Demo.start({ PILOT_SESSION_HOURS: `${session / 3600}` });
  let mintedAt = 0;
  await using site = await Site.start(async (path) => {
    if (path === "/page.js") return SCRIPT;
    if (path !== "/token.json") return page(demo.inbox);
    mintedAt = Date.now();
    return JSON.stringify(await mint(demo, [site.origin], life));
  });
  const told = () => tab.evaluate(() => (window as unknown as HostWindow).told);
  const inbox = new InboxFrame(tab);
  const reader = new Reader(inbox, new Meta(demo), newCustomer("Otto Over"));
  const renewals = countRenewals(tab);
  await reader.write(60);
  await tab.goto(site.origin);
  await tab.evaluate(() => (window as unknown as HostWindow).mount(false));
  await inbox.ready();
  await reader.settle("It was");
  await expect.poll(() => renewals.count, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
  await reader.write();
  await reader.isWhereTheyWere("It was");
  await expect.poll(async () => (await told()).expired.length, { timeout: 30_000 }).toBe(1);
  await inbox.state("ended");
  await reader.isWhereTheyWere("It was");
  const { expired, asked, errors } = await told();
  expect(expired[0]).toBeGreaterThan(mintedAt + (session - 1.5) * 1000);
  expect(expired).toHaveLength(1);
  expect(asked).toEqual([]);
  expect(errors).toEqual([]);
});

test("a clock that is set while the page is open costs a renewal, and neither the session nor a swarm of requests", async ({ page: tab, complaints, host, demo, session, meta }) => {
  complaints.allow(/net::ERR_/);
  const [life, day] = [LIFE, 86_400_000];
  await tab.clock.install({ time: new Date() });
  const renewals = countRenewals(tab);
  const cleo = newCustomer("Cleo Clock");
  await meta.text(cleo, "What time is it?");
  const { token } = await session(life);
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Cleo Clock");
  const began = Date.now();
  for (const [turn, set] of [day, -day].entries()) {
    await tab.clock.setSystemTime(Date.now() + set);
    const shown = await inbox.evaluate(() => Date.now());
    expect(Math.abs(shown - Date.now() - set), "the frame's clock was set").toBeLessThan(day / 2);
    // Past the end of the token that was there, and of the one after it.
    const enough = renewals.count + 2;
    await expect.poll(() => renewals.count, { timeout: 30_000, intervals: [100] }).toBeGreaterThanOrEqual(enough);
    await meta.text(cleo, `Turn ${turn}`);
    await expect(inbox.message(`Turn ${turn}`)).toBeVisible();
    await inbox.state("ready");
  }
  const lives = (Date.now() - began) / (life * 1000);
  expect(renewals.count, "one more for each time that it was set").toBeLessThanOrEqual(Math.ceil(2 * lives) + 2);
  expect((await host.seen()).expired).toBe(0);
});

test("identities are rotated, the server is restarted, and a session that ran out goes on where it was", async ({ page: tab, demo, complaints }) => {
  complaints.allow(/net::ERR_/, /status of 401/, /status of 502/);
  let token = "";
  await using site = await Site.start(
    () => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>CRM</title><link rel="icon" href="data:,">
      <style>html, body, #inbox { height: 100%; margin: 0 } #inbox div { height: 100% !important }</style></head>
      <body><div id="inbox"><script src="${demo.inbox}/onpilot.js" data-identity-token="${token}" data-position="inline"></script></div></body></html>`,
  );
  const tenant = await Tenant.create(demo, "Endurance Ltd");
  const line = await tenant.connect("Line");
  const copilot = await tenant.copilot(line, site.origin);
  const sign = (lifeSeconds: number) => identityToken(copilot, { id: "user-1", name: "Olga Operator" }, lifeSeconds);
  const rotate = async (lifeSeconds: number) => {
    const exchanged = tab.waitForResponse((it) => it.url().endsWith("/api/public/embed/exchange") && it.status() === 200);
    await tab.evaluate(
      (fresh) => {
        const frame = document.querySelector<HTMLIFrameElement>('iframe[title="OnPilot Chat"]')!;
        frame.contentWindow!.postMessage({ type: "onpilot:identity_token", data: { token: fresh } }, "*");
      },
      sign(lifeSeconds),
    );
    return (await (await exchanged).json()) as { expiresAt: string };
  };
  const inbox = new InboxFrame(tab, "#inbox", "OnPilot Chat");
  const reader = new Reader(inbox, line.meta, newCustomer("Ivo Identity"));
  await reader.write(60);
  token = sign(3600);
  await tab.goto(site.origin);
  await inbox.ready();
  const draft = "As agreed,";
  await reader.settle(draft);

  await demo.restart();
  await reader.write(2);
  await reader.isWhereTheyWere(draft);
  await inbox.state("ready");

  // A token that ends soon, and another in time: what was the first's is over, and nobody notices.
  const first = await rotate(8);
  await reader.write();
  await reader.isWhereTheyWere(draft);
  await rotate(3600);
  await past(Date.parse(first.expiresAt) + 1000);
  await reader.write();
  await reader.isWhereTheyWere(draft);
  await inbox.state("ready");

  // No other in time: the session is over, with all that was on screen, and goes on with the next token.
  await rotate(3);
  await inbox.state("ended");
  await expect(inbox.sessionEnded).toBeVisible();
  await expect(inbox.composer).not.toBeEditable();
  await reader.write(3);
  await rotate(3600);
  await inbox.state("ready");
  await reader.isWhereTheyWere(draft);
  await expect(inbox.composer).toBeEditable();
});
