import { expect, test } from "../fixtures.ts";
import { HostPage } from "../pages/host-page.ts";
import { copilotFor, identityToken } from "../support/copilot.ts";
import { framesOf } from "../support/ears.ts";
import { newCustomer } from "../support/meta.ts";
import { PageServer } from "../support/page-server.ts";

// Messages that no page and no inbox of ours would send: random, of the wrong types, endless, made to reach into prototypes. Everything
// that structured clone carries may come.

/**
 * Posts a swarm of them; answers how many. Runs in the sender's world, as text. `kinds` are types that have no meaning with the
 * contents of the swarm.
 */
function swarm(reach: string, kinds: string[], seed: number): number {
  const target = reach.split(".").reduce((at, name) => (at as never)[name] as Window, window as Window);
  let state = seed;
  const next = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 0) / 2 ** 32;
  };
  const pick = <T>(list: T[]) => list[Math.floor(next() * list.length)]!;
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  let deep: unknown = "end";
  for (let i = 0; i < 500; i++) deep = { payload: deep, data: deep, context: deep };
  // As own properties, which is how structured clone brings them.
  const polluting = () => JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "prototype": {"polluted": 1}}');
  const wrong: (() => unknown)[] = [
    () => undefined,
    () => null,
    () => pick([NaN, Infinity, -1, 1e308, -0, 2 ** 53]),
    () => 10n,
    () => false,
    () => [],
    () => [[], [polluting()]],
    () => new Map<unknown, unknown>([["token", {}], [polluting(), 1]]),
    () => new Set([1]),
    () => new Date(NaN),
    () => /x/g,
    () => new Error("x"),
    () => new Uint8Array(99),
    () => new Blob(["x"]),
    () => new ImageData(1, 1),
    () => cycle,
    () => deep,
    polluting,
  ];
  const keys = ["token", "theme", "locale", "context", "conversationId", "phone", "height", "count", "code", "message", "suggestions", "renews"];
  const thing = (depth = 0): unknown => {
    if (depth > 2 || next() < 0.6) return pick(wrong)();
    return Object.fromEntries(Array.from({ length: 3 }, () => [pick([...keys, "__proto__", "constructor", "toString"]), thing(depth + 1)]));
  };
  const strange = ["", "__proto__", "constructor", "toString", "hasOwnProperty", "x".repeat(9_999), "onpilot:", "INIT", "init ", "\u0000"];
  let said = 0;
  const say = (message: unknown) => {
    target.postMessage(message, "*");
    said++;
  };
  for (let i = 0; i < 400; i++) {
    const ours = next() < 0.9 ? "pilot-status-embed" : thing();
    const version = next() < 0.9 ? 1 : pick([2, "1", null, [1], true]);
    const kind = next() < 0.8 ? pick(kinds) : pick<unknown>([...strange, thing()]);
    const content = thing();
    if (next() < 0.1) say(content);
    else say({ source: ours, v: version, type: kind, payload: content, data: content });
    say({ type: typeof kind === "string" ? `onpilot:${kind}` : kind, data: content });
  }
  // Ten megabytes, in every shape.
  const long = "x".repeat(10_000_000);
  const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key ${i} ${"x".repeat(90)}`, i]));
  const list = Array.from({ length: 500_000 }, (_, i) => i);
  const some = long.slice(0, 2_000_000);
  const words = { token: 1, theme: some, locale: [some], context: [some], suggestions: some, message: 1, code: some };
  for (const [at, kind] of kinds.entries()) {
    // Large objects take their time to be copied: for one type.
    for (const content of at ? [long, words] : [long, words, wide, list, { context: list, suggestions: list }]) {
      say({ source: "pilot-status-embed", v: 1, type: kind, payload: content });
      say({ type: `onpilot:${kind}`, data: content });
    }
  }
  say({ source: long, v: 1, type: "init", payload: {} });
  say({ source: "pilot-status-embed", v: 1, type: long, payload: {} });
  say(long);
  say({ type: long, data: long });
  return said;
}

const PROTOTYPES = () => ({
  polluted: "polluted" in {} || "polluted" in [] || "polluted" in (() => {}),
  own: [Object.prototype, Array.prototype, Function.prototype].map((it) => Object.getOwnPropertyNames(it).length),
});

const call = (reach: string, kinds: string[], seed: number) => `(${swarm.toString()})(${JSON.stringify(reach)}, ${JSON.stringify(kinds)}, ${seed})`;

test("malformed messages from the page change nothing in the inbox", async ({ host, demo, session, meta, page }) => {
  test.setTimeout(180_000); // Copying so much takes its time on a slow machine.
  const iris = newCustomer("Iris Immune");
  await meta.text(iris, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en", theme: "light" });
  await inbox.open("Iris Immune");
  await inbox.composer.fill("A draft");
  await expect(inbox.unread("Iris Immune")).toHaveCount(0);
  const [own] = framesOf(page, demo.inbox);
  const before = await own!.evaluate(PROTOTYPES);
  const look = () => inbox.root.evaluate((node) => node.outerHTML.replace(/<time.*?<\/time>/g, ""));
  const shown = await look();
  await own!.evaluate(() => {
    Object.assign(window, { heard: 0 });
    addEventListener("message", () => (window as unknown as { heard: number }).heard++);
  });
  // Types whose payload, as the swarm makes it, is never what they need.
  const kinds = ["init", "renew", "open-conversation", "set-locale", "destroy", "ready", "error", "identity_token", "theme_update"];
  const said = await page.evaluate<number>(call("frames.0", kinds, 11));
  await expect.poll(() => own!.evaluate(() => (window as unknown as { heard: number }).heard), { timeout: 150_000 }).toBe(said);
  expect(await own!.evaluate(PROTOTYPES)).toEqual(before);
  expect(await look()).toBe(shown);
  await expect(inbox.composer).toHaveValue("A draft");
  // It is alive, and obeys its page as before.
  await meta.text(iris, "Still there?");
  await expect(inbox.message("Still there?")).toBeVisible();
  await host.call("setTheme", "dark");
  await expect(inbox.frame.locator("html")).toHaveAttribute("data-theme", "dark");
  const seen = await host.seen();
  expect([seen.ready, seen.expired, seen.errors]).toEqual([1, 0, []]);
});

test("malformed messages from the inbox's own frame harm no page: callbacks get what they were promised", async ({
  page,
  demo,
  server,
  session,
  complaints,
}) => {
  test.setTimeout(180_000); // Copying so much takes its time on a slow machine.
  complaints.allow(/^console\.error: \[PilotStatus\] /);
  const { token } = await session();
  const host = new HostPage(page, server);
  await host.show(demo.inbox, { token, locale: "en" });
  await host.hears(({ unread }) => expect(unread).toHaveLength(1));
  const before = await page.evaluate(PROTOTYPES);
  const outside = () => page.evaluate(() => [location.href, document.querySelectorAll("iframe").length, document.querySelectorAll("*").length]);
  const around = await outside();
  const [own] = framesOf(page, demo.inbox);
  await page.evaluate(() => {
    // The record of the page would keep everything.
    Object.assign(window, { heard: 0 });
    Object.assign((window as unknown as { seen: { messages: unknown } }).seen, { messages: { push: () => (window as unknown as { heard: number }).heard++ } });
  });
  const kinds = ["resize", "chat:unread-count", "chat:conversation-opened", "error", "token-needed", "connect:paired", "init", "message", "close"];
  const said = await own!.evaluate<number>(call("parent", kinds, 12));
  await expect.poll(() => page.evaluate(() => (window as unknown as { heard: number }).heard), { timeout: 150_000 }).toBe(said);
  expect(await page.evaluate(PROTOTYPES)).toEqual(before);
  expect(await outside()).toEqual(around);
  const seen = await host.seen();
  expect(seen.unread.every((count) => typeof count === "number")).toBe(true);
  expect(seen.opened.every((id) => typeof id === "string")).toBe(true);
  expect(seen.errors.every(({ code, message }) => code.length <= 64 && message.length <= 999)).toBe(true);
  expect([seen.ready, seen.expired]).toEqual([1, 0]);
  const box = (await page.locator("#inbox iframe").boundingBox())!;
  expect(box.height).toBeGreaterThan(0);
  expect(box.height).toBeLessThan(100_000);
  await host.call("setTheme", "dark");
  await expect(host.inbox.frame.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("the same in the dialect of OnPilot, in both directions, and one identity that comes 200 times is exchanged once", async ({ page, demo, meta }) => {
  test.setTimeout(180_000); // Copying so much takes its time on a slow machine.
  const pia = newCustomer("Pia Pilot");
  await meta.text(pia, "Hello");
  let page_ = "";
  await using server = await PageServer.start(
    new Proxy({}, { get: (_, path) => (path === "/" ? page_ : undefined) }) as Record<string, string>,
  );
  const copilot = await copilotFor(demo, server.origin);
  const token = identityToken(copilot, { id: "user-1", name: "Olga" });
  page_ = `<script src="${demo.inbox}/onpilot.js" data-identity-token="${token}" data-position="sidebar"></script>`;
  const exchanges: string[] = [];
  page.on("request", (request) => request.url().endsWith("/embed/exchange") && exchanges.push(request.url()));
  await page.goto(server.origin);
  const frame = page.frameLocator('iframe[title="OnPilot Chat"]');
  const inbox = frame.getByTestId("inbox");
  await expect(inbox).toHaveAttribute("data-state", "ready");
  await frame.getByTestId("conversation-row").filter({ hasText: "Pia Pilot" }).click();
  await frame.getByTestId("composer").fill("A draft");
  const [own] = framesOf(page, demo.inbox);
  const before = [await own!.evaluate(PROTOTYPES), await page.evaluate(PROTOTYPES)];
  for (const it of [own!, page]) {
    await it.evaluate(() => {
      Object.assign(window, { heard: 0 });
      addEventListener("message", ({ data }) => (data?.last ? Object.assign(window, { done: true }) : (window as unknown as { heard: number }).heard++));
    });
  }
  const kinds = ["smart-suggestions", "identity_token", "page_context", "context", "theme_update", "user_context", "ready ", "message", "resize", "init"];
  await page.evaluate(call("frames.0", kinds, 13));
  await page.evaluate((it) => {
    const inside = window.frames[0]!;
    for (let i = 0; i < 200; i++) inside.postMessage({ type: "onpilot:identity_token", data: { token: it } }, "*");
    inside.postMessage({ last: true }, "*");
  }, token);
  await own!.evaluate(call("parent", ["message", "resize", "unknown", "init", "session-expired"], 14));
  await own!.evaluate(() => parent.postMessage({ last: true }, "*"));
  for (const it of [own!, page]) {
    await expect.poll(() => it.evaluate(() => "done" in window), { timeout: 150_000 }).toBe(true);
  }
  expect([await own!.evaluate(PROTOTYPES), await page.evaluate(PROTOTYPES)]).toEqual(before);
  await expect(inbox).toHaveAttribute("data-state", "ready");
  await expect(frame.getByTestId("composer")).toHaveValue("A draft");
  await meta.text(pia, "Still there?");
  await expect(frame.getByTestId("message").filter({ hasText: "Still there?" })).toBeVisible();
  expect(exchanges).toHaveLength(1);
});
