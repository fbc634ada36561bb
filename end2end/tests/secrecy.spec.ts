import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { copilotFor, identityToken } from "../support/copilot.ts";
import { newCustomer } from "../support/meta.ts";
import { PageServer } from "../support/page-server.ts";

/** Everything in one frame where a token could be left lying. */
function leavings(): Promise<string> {
  const reach = <T>(read: () => T): T | string => {
    try {
      return read();
    } catch (error) {
      return String(error);
    }
  };
  const forms = [...document.querySelectorAll("input, textarea, select")].map((node) => (node as HTMLInputElement).value);
  const globals = Object.getOwnPropertyNames(window).map((name) =>
    reach(() => {
      const value = (window as unknown as Record<string, unknown>)[name];
      return typeof value === "string" ? `${name}=${value}` : "";
    }),
  );
  const found = {
    html: document.documentElement.outerHTML,
    url: location.href,
    referrer: document.referrer,
    name: window.name,
    title: document.title,
    history: reach(() => JSON.stringify(history.state)),
    cookie: reach(() => document.cookie),
    local: reach(() => JSON.stringify({ ...localStorage })),
    session: reach(() => JSON.stringify({ ...sessionStorage })),
    timing: performance.getEntries().map((entry) => entry.name),
    forms,
    globals,
  };
  // A third party's frame may be denied its storage altogether.
  const denied = (error: unknown) => [String(error)];
  const databases = indexedDB.databases().then((all) => all.map(({ name }) => name), denied);
  const stores = "caches" in window ? caches.keys().catch(denied) : Promise.resolve([]);
  return Promise.all([databases, stores]).then(([db, cache]) => JSON.stringify({ ...found, db, cache }));
}

/** Where the whole token, or its secret part, occurs in `text`. */
const holds = (text: string, token: string) => text.includes(token) || text.includes(token.split(".")[2]!);

async function inEveryFrame(page: Page): Promise<string> {
  const parts = await Promise.all(page.frames().map((frame) => frame.evaluate(leavings)));
  return parts.join("\n");
}

/** Everything that goes over the wire but for the one place where a token belongs, and everything that is written to the console. */
function listen(page: Page) {
  const wires: string[] = [];
  const lines: string[] = [];
  const tokens: string[] = [];
  page.on("console", (message) => lines.push(message.text()));
  page.on("request", (request) => {
    const { authorization: _, ...headers } = request.headers();
    // An identity is handed over in a body, to be exchanged.
    const body = request.url().endsWith("/api/public/embed/exchange") ? "" : (request.postData() ?? "");
    wires.push(`${request.method()} ${request.url()} ${JSON.stringify(headers)} ${body}`);
  });
  page.on("response", async (response) => {
    wires.push(JSON.stringify(response.headers()));
    if (/\/api\/public\/embed\/(refresh|exchange)$/.test(response.url()) && response.ok()) {
      const { token } = (await response.json()) as { token: string };
      tokens.push(token);
    }
  });
  return { wires, lines, tokens };
}

test("the token is nowhere: not in DOM, URL, storage, cookie, referrer, console or server log", async ({
  host,
  demo,
  session,
  meta,
  simulator,
  page,
  context,
}) => {
  const { wires, lines, tokens } = listen(page);
  const uma = newCustomer("Uma Secret");
  await meta.text(uma, "Hello");
  const { token } = await session(6);
  tokens.push(token);
  const inbox = await host.show(demo.inbox, { token });
  await inbox.open("Uma Secret");
  await inbox.reply("Hello Uma");
  await simulator.received(uma, "Hello Uma");
  await expect(() => expect(tokens.length).toBeGreaterThanOrEqual(2)).toPass({ timeout: 12_000, intervals: [100] });
  // The renewed token has been used.
  await inbox.reply("Still here");
  await simulator.received(uma, "Still here");

  expect(page.frames()).toHaveLength(2);
  const left = await inEveryFrame(page);
  const cookies = JSON.stringify(await context.cookies());
  const storage = JSON.stringify(await context.storageState());
  const heard = JSON.stringify((await host.seen()).messages);
  const kept = await demo.kept();
  expect(kept, "what is kept was found").toContain("Hello Uma");
  for (const log of demo.logs) expect(log, "the server is chatty").toContain("DEBUG");
  const log = demo.logs.join("\n");
  for (const secret of tokens) {
    for (const [where, text] of Object.entries({ left, cookies, storage, heard, log, wires: wires.join("\n"), lines: lines.join("\n"), kept })) {
      expect(holds(text, secret), `a token in ${where}`).toBe(false);
    }
  }
  expect(cookies, "no cookie at all").toBe("[]");
  for (const [name, secret] of Object.entries({ "API key": demo.facts.API_KEY, "app secret": demo.facts.APP_SECRET })) {
    expect(left.includes(secret), `the ${name} in the page`).toBe(false);
    // The demo itself prints them once, on lines of their own, for whoever plays with it.
    const logged = log.split("\n").filter((line) => !line.startsWith("PILOT_"));
    expect(logged.some((line) => line.includes(secret)), `the ${name} in the log`).toBe(false);
  }
  expect(log, "no text of a message in the log").not.toContain("Hello Uma");
  expect(log, "no phone number in the log").not.toContain(uma.phone);
});

test("in the dialect of OnPilot neither the identity nor the token of the session is anywhere", async ({ demo, meta, simulator, page, context }) => {
  const { wires, lines, tokens } = listen(page);
  const vera = newCustomer("Vera Veiled");
  await meta.text(vera, "Hello");
  let body = "";
  await using server = await PageServer.start({
    get "/"() {
      return body;
    },
    "/page.js": `window.heard = []; addEventListener("message", ({ data }) => heard.push(data));`,
  });
  const copilot = await copilotFor(demo, server.origin);
  const [first, second] = ["Olga", "Olga Operator"].map((name) => identityToken(copilot, { id: "user-1", name }));
  body = `<script src="/page.js"></script><script src="${demo.inbox}/onpilot.js" data-identity-token="${first}" data-position="sidebar"></script>`;
  await page.goto(server.origin);
  const frame = page.frameLocator('iframe[title="OnPilot Chat"]');
  await expect(frame.getByTestId("inbox")).toHaveAttribute("data-state", "ready");
  await frame.getByTestId("conversation-row").filter({ hasText: "Vera Veiled" }).click();
  // A fresh identity, as pages hand it over; and what the session then does goes with its token.
  await page.evaluate((token) => window.frames[0]!.postMessage({ type: "onpilot:identity_token", data: { token } }, "*"), second);
  await expect(() => expect(tokens).toHaveLength(2)).toPass();
  await frame.getByTestId("composer").fill("Hello Vera");
  await frame.getByTestId("send").click();
  await simulator.received(vera, "Hello Vera");

  const left = await inEveryFrame(page);
  expect(left).toContain("Vera Veiled");
  const kept = await demo.kept();
  expect(kept).toContain("Hello Vera");
  const places = {
    left,
    kept,
    cookies: JSON.stringify(await context.cookies()),
    storage: JSON.stringify(await context.storageState()),
    heard: JSON.stringify(await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)),
    log: demo.logs.join("\n"),
    wires: wires.join("\n"),
    lines: lines.join("\n"),
  };
  expect(places.wires).toContain("/api/public/embed/exchange");
  expect(places.cookies).toBe("[]");
  for (const secret of [first!, second!, ...tokens]) {
    for (const [where, text] of Object.entries(places)) expect(holds(text, secret), `a token in ${where}`).toBe(false);
  }
  expect(Object.values(places).some((text) => text.includes(copilot.secret)), "the embed secret").toBe(false);
});
