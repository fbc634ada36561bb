import type { Page, Request } from "@playwright/test";
import { expect, test as base } from "../fixtures.ts";
import { InboxFrame } from "../pages/inbox-frame.ts";
import { type Copilot, identityToken } from "../support/copilot.ts";
import type { Demo } from "../support/demo.ts";
import { newCustomer } from "../support/meta.ts";
import { Site } from "../support/site.ts";
import { type Line, Tenant } from "../support/tenant.ts";
import type { Session } from "../support/tokens.ts";

// One page shows the inboxes of two customers of the installation: on the left by our SDK in the Pilot Status dialect, on the right by the
// script tag of the OnPilot dialect. Neither side knows of the other.

const page = (inbox: string, token: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Two products</title><link rel="icon" href="data:,">
<style>html, body { height: 100%; margin: 0 } body { display: flex } body > div { flex: 1; min-width: 0 }</style>
<script src="${inbox}/embed.js"></script><script src="/page.js"></script></head>
<body><div id="left"></div>
<div id="right"><script src="${inbox}/onpilot.js" data-identity-token="${token}" data-position="inline"></script></div></body></html>`;

const SCRIPT = `
window.heard = [];
window.told = { unread: [], opened: [], expired: 0, errors: [] };
const frameIn = (side) => document.querySelector("#" + side + " iframe");
addEventListener("message", ({ source, data }) => {
  const from = ["left", "right"].find((side) => frameIn(side)?.contentWindow === source) ?? "nobody";
  heard.push({ from, source: data?.source, type: data?.type, content: data?.data?.content });
});
window.post = (side, message) => frameIn(side).contentWindow.postMessage(message, "*");
window.mount = (options) => {
  window.chat = PilotStatus.chat.mount("#left", {
    ...options,
    onUnreadCount: (count) => told.unread.push(count),
    onConversationOpened: (id) => told.opened.push(id),
    onSessionExpired: () => { told.expired++; },
    onError: ({ code }) => told.errors.push(code),
  });
};
PilotStatus.init();
`;

type Side = "left" | "right";
interface HostWindow {
  heard: { from: Side | "nobody"; source?: string; type?: string; content?: string }[];
  told: { unread: number[]; opened: string[]; expired: number; errors: string[] };
  chat: { setTheme(theme: string): void; setLocale(locale: string): void; destroy(): void };
  post(side: Side, message: unknown): void;
  mount(options: { token: string; locale: string; theme: string }): void;
}
declare const window: HostWindow;

const pilotStatus = (type: string, payload: object) => ({ source: "pilot-status-embed", v: 1, type, payload });
const onpilot = (type: string, data: object) => ({ type: `onpilot:${type}`, data });

/** The two of them, on screen. */
class Neighbours {
  readonly left: InboxFrame;
  readonly right: InboxFrame;
  /** What each side sent to the server, with its credential. */
  private readonly requests: { side: string; bearer: string | undefined; body: string }[] = [];

  private constructor(
    private readonly page: Page,
    readonly lines: Record<Side, Line>,
    readonly tenants: Record<Side, Tenant>,
    readonly session: Session,
    readonly copilot: Copilot,
  ) {
    this.left = new InboxFrame(page, "#left");
    this.right = new InboxFrame(page, "#right", "OnPilot Chat");
    page.on("request", (request) => this.note(request));
  }

  static async meet(tab: Page, demo: Demo, site: Site): Promise<Neighbours> {
    const [one, other] = [await Tenant.create(demo, "Left Ltd"), await Tenant.create(demo, "Right Ltd")];
    const lines = { left: await one.connect("Left's line"), right: await other.connect("Right's line") };
    const session = await one.mint(lines.left, site.origin);
    return new Neighbours(tab, lines, { left: one, right: other }, session, await other.copilot(lines.right, site.origin));
  }

  /** Both with different colours and languages. */
  async show(site: Site): Promise<void> {
    await this.page.goto(site.origin);
    await this.page.evaluate((token) => window.mount({ token, locale: "en", theme: "light" }), this.session.token);
    await this.left.ready();
    await this.right.ready();
    await this.say("right", onpilot("theme_update", { theme: "dark" }));
    await this.say("right", onpilot("user_context", { locale: "pt" }));
    await this.look("left", "light", "en");
    await this.look("right", "dark", "pt");
  }

  async look(side: Side, theme: string, language: string): Promise<void> {
    await expect(this[side].frame.locator("html")).toHaveAttribute("data-theme", theme);
    await expect(this[side].frame.locator("html")).toHaveAttribute("lang", language);
  }

  say(side: Side, message: unknown): Promise<void> {
    return this.page.evaluate(([where, what]) => window.post(where as Side, what), [side, message] as const);
  }

  told(): Promise<HostWindow["told"]> {
    return this.page.evaluate(() => window.told);
  }

  heard(): Promise<HostWindow["heard"]> {
    return this.page.evaluate(() => window.heard);
  }

  /** A text comes in on this side and is shown there. */
  async lives(side: Side, text: string): Promise<void> {
    const customer = newCustomer(`Somebody on the ${side}`);
    await this.lines[side].meta.text(customer, text);
    await expect(this[side].rows.filter({ hasText: text })).toBeVisible();
  }

  /** The tenants whose tokens a side has used, and whatever else it sent. */
  sentBy(side: Side): { tenants: string[]; bearers: string[]; all: string } {
    const own = this.requests.filter((it) => it.side === side);
    const bearers = [...new Set(own.flatMap(({ bearer }) => bearer ?? []))];
    const tenants = bearers.map((bearer) => {
      const claims = JSON.parse(Buffer.from(bearer.split(".")[1]!, "base64url").toString()) as { sub: string };
      return claims.sub;
    });
    return { tenants: [...new Set(tenants)], bearers, all: JSON.stringify(own) };
  }

  private note(request: Request) {
    if (!request.url().includes("/api/")) return;
    const side = new URL(request.frame().url()).searchParams.get("dialect") === "onpilot" ? "right" : "left";
    const bearer = request.headers().authorization?.replace("Bearer ", "");
    this.requests.push({ side, bearer, body: request.postData() ?? "" });
  }
}

const test = base.extend<{ neighbours: Neighbours }>({
  neighbours: async ({ page: tab, demo }, use) => {
    let token = "";
    await using site = await Site.start((path) => (path === "/page.js" ? SCRIPT : page(demo.inbox, token)));
    const neighbours = await Neighbours.meet(tab, demo, site);
    token = identityToken(neighbours.copilot, { id: "user-1", name: "Olga Operator" });
    await neighbours.lines.left.meta.text(newCustomer("Lena Left"), "left 1");
    await neighbours.lines.right.meta.text(newCustomer("Rita Right"), "right 1");
    await neighbours.show(site);
    await use(neighbours);
  },
});

// Room for a list beside the thread, twice.
test.use({ viewport: { width: 2000, height: 800 } });

test("each of two tenants' inboxes shows what is its own, and the page hears each by its own name", async ({ neighbours, simulator }) => {
  const { left, right, lines } = neighbours;
  const [liam, rosa] = [newCustomer("Liam Left"), newCustomer("Rosa Right")];
  // In turns: when the last of one side is on screen, what the other side got before would be, too.
  for (const index of [1, 2]) {
    await lines.left.meta.text(liam, `to the left ${index}`);
    await lines.right.meta.text(rosa, `to the right ${index}`);
  }
  await expect(left.row("Liam Left")).toContainText("to the left 2");
  await expect(right.row("Rosa Right")).toContainText("to the right 2");
  await expect(left.rows).toHaveCount(2);
  await expect(right.rows).toHaveCount(2);
  await expect(left.root).not.toContainText(/Right|right \d/);
  await expect(right.root).not.toContainText(/Left|left \d/);

  // Unread messages: three on each side, and the page is told of the left ones.
  await expect.poll(async () => (await neighbours.told()).unread.at(-1)).toBe(3);
  await right.open("Rosa Right");
  await expect(right.unread("Rosa Right")).toHaveCount(0);
  await lines.right.meta.text(rosa, "to the right 3");
  await expect(right.message("to the right 3")).toBeVisible();
  await right.reply("From the right");
  await simulator.received(rosa, "From the right");
  await left.open("Liam Left");
  await left.reply("From the left");
  await simulator.received(liam, "From the left");
  await expect.poll(async () => (await neighbours.told()).unread.at(-1)).toBe(1);
  expect((await neighbours.told()).opened, "only the left one says so").toHaveLength(1);
  await expect(right.thread).toContainText("to the right 3");

  const heard = await neighbours.heard();
  expect(new Set(heard.filter(({ source }) => source === "pilot-status-embed").map(({ from }) => from))).toEqual(new Set(["left"]));
  expect(new Set(heard.filter(({ type }) => type?.startsWith("onpilot:")).map(({ from }) => from))).toEqual(new Set(["right"]));
  const contents = heard.filter(({ type }) => type === "onpilot:message").map(({ content }) => content);
  expect(contents).toEqual(["to the right 1", "to the right 2", "to the right 3"]);
  expect((await neighbours.told()).unread.every((count) => count <= 3)).toBe(true);

  // Each asks with its own token, and has never seen the other's.
  const sent = { left: neighbours.sentBy("left"), right: neighbours.sentBy("right") };
  expect(sent.left.tenants).toEqual([neighbours.tenants.left.id]);
  expect(sent.right.tenants).toEqual([neighbours.tenants.right.id]);
  for (const bearer of sent.left.bearers) expect(sent.right.all).not.toContain(bearer);
  for (const bearer of sent.right.bearers) expect(sent.left.all).not.toContain(bearer);
  expect(sent.right.all, "the identity").toContain("eyJ");
});

test("what is said to one in the words of the other changes nothing", async ({ neighbours, page: tab }) => {
  const { left, right, copilot, session } = neighbours;
  const identity = identityToken(copilot, { id: "user-2", name: "Somebody Else" });
  for (const message of [
    onpilot("theme_update", { theme: "dark" }),
    onpilot("user_context", { locale: "ar" }),
    onpilot("ui-flags", { readOnly: true, hideConversationList: true }),
    onpilot("identity_token", { token: identity }),
  ]) {
    await neighbours.say("left", message);
  }
  for (const message of [
    pilotStatus("set-theme", { theme: "light" }),
    pilotStatus("set-locale", { locale: "ar" }),
    pilotStatus("init", { token: session.token, theme: "light", locale: "ar" }),
    pilotStatus("renew", { token: session.token }),
  ]) {
    await neighbours.say("right", message);
  }
  // Each obeys its own page's next word, which comes after those.
  await tab.evaluate(() => window.chat.setLocale("es"));
  await neighbours.look("left", "light", "es");
  await neighbours.say("right", onpilot("user_context", { locale: "en" }));
  await neighbours.look("right", "dark", "en");
  await tab.evaluate(() => window.chat.setTheme("dark"));
  await neighbours.look("left", "dark", "es");
  await neighbours.say("right", onpilot("theme_update", { theme: "light" }));
  await neighbours.look("right", "light", "en");
  await neighbours.look("left", "dark", "es");

  await left.open("Lena Left");
  await expect(left.list).toBeVisible();
  await expect(left.composer).toBeEditable();
  await expect(right.row("Rita Right")).toBeVisible();
  await neighbours.lives("left", "still the left one");
  await neighbours.lives("right", "still the right one");
  expect(neighbours.sentBy("left").tenants).toEqual([neighbours.tenants.left.id]);
  expect(neighbours.sentBy("right").tenants).toEqual([neighbours.tenants.right.id]);
  expect(neighbours.sentBy("left").all).not.toContain(identity);
  expect(neighbours.sentBy("right").all).not.toContain(session.token);
  expect((await neighbours.heard()).filter(({ type }) => type === "onpilot:ready")).toHaveLength(1);
});

test("the end of one session, a refused token and a frame that goes leave the neighbour alone", async ({ neighbours, demo, complaints, page: tab }) => {
  complaints.allow(/status of 401/, /\[PilotStatus\] TOKEN_INVALID/);
  const { left, right, tenants, lines, copilot, session } = neighbours;
  // The left session is taken away.
  const ended = await fetch(`${demo.inbox}/v1/embed/sessions/${session.id}`, { method: "DELETE", headers: { "x-api-key": tenants.left.key } });
  expect(ended.status).toBe(204);
  await left.state("ended");
  await expect.poll(async () => (await neighbours.told()).expired).toBe(1);
  await neighbours.lives("right", "the left one has ended");
  await right.state("ready");

  // A token that is none, on either side. The page is still invited, by another session.
  const fresh = await tenants.left.mint(lines.left, new URL(tab.url()).origin);
  await tab.evaluate(() => {
    window.chat.destroy();
    window.mount({ token: "not.a.token", locale: "en", theme: "light" });
  });
  await left.state("ended");
  await expect.poll(async () => (await neighbours.told()).errors).toEqual(["TOKEN_INVALID"]);
  await tab.evaluate((token) => {
    window.chat.destroy();
    window.mount({ token, locale: "en", theme: "light" });
  }, fresh.token);
  await left.ready();
  await neighbours.say("right", onpilot("identity_token", { token: `${identityToken(copilot, { id: "user-1", name: "Olga" }).slice(0, -4)}AAAA` }));
  await neighbours.lives("right", "a wrong token");
  await neighbours.lives("left", "is not mine");

  // The right inbox is taken away.
  await demo.command("inbox", "remove", copilot.inbox);
  await right.state("ended");
  await neighbours.lives("left", "the right one has ended");
  await left.state("ready");
  expect((await neighbours.told()).expired, "the session, and the token that was none").toBe(2);

  // Out of the page.
  await tab.locator("#right iframe").evaluate((frame) => frame.remove());
  await neighbours.lives("left", "the right one has gone");
  await tab.evaluate(() => window.chat.destroy());
  await expect(tab.locator("iframe")).toHaveCount(0);
});

test("destroying one leaves the other live", async ({ neighbours, page: tab }) => {
  await tab.evaluate(() => window.chat.destroy());
  await expect(tab.locator("#left iframe")).toHaveCount(0);
  const before = (await neighbours.told()).unread.length;
  await neighbours.lives("right", "the left one has gone");
  await neighbours.say("right", onpilot("theme_update", { theme: "light" }));
  await neighbours.look("right", "light", "pt");
  expect((await neighbours.told()).unread, "nobody speaks for it").toHaveLength(before);
});

base("two numbers of one tenant, each in an inbox of its own", async ({ host, demo, page: tab }) => {
  await tab.setViewportSize({ width: 2000, height: 800 });
  const tenant = await Tenant.create(demo, "Both Ltd");
  const [sales, support] = [await tenant.connect("Sales"), await tenant.connect("Support")];
  const [sally, sam] = [newCustomer("Sally Sales"), newCustomer("Sam Support")];
  await host.open(demo.inbox);
  await tab.locator("#second").evaluate((node) => node.removeAttribute("hidden"));
  await host.mount({ token: (await tenant.mint(sales, host.origin)).token, locale: "en", theme: "light" }, "#inbox");
  await host.mount({ token: (await tenant.mint(support, host.origin)).token, locale: "ar", theme: "dark" }, "#second");
  const [first, second] = [host.inbox, new InboxFrame(tab, "#second")];
  await first.ready();
  await second.ready();
  for (const index of [1, 2]) {
    await sales.meta.text(sally, `to sales ${index}`);
    await support.meta.text(sam, `to support ${index}`);
  }
  await expect(first.row("Sally Sales")).toContainText("to sales 2");
  await expect(second.row("Sam Support")).toContainText("to support 2");
  await expect(first.rows).toHaveCount(1);
  await expect(second.rows).toHaveCount(1);
  await host.call("setLocale", "es", "#second");
  await expect(second.frame.locator("html")).toHaveAttribute("lang", "es");
  await expect(first.frame.locator("html")).toHaveAttribute("lang", "en");
  await expect(second.frame.locator("html")).toHaveAttribute("data-theme", "dark");
  await host.call("destroy", "", "#second");
  await sales.meta.text(sally, "to sales 3");
  await expect(first.row("Sally Sales")).toContainText("to sales 3");
});
