import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

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

test("the token is nowhere: not in DOM, URL, storage, cookie, referrer or server log", async ({
  host,
  demo,
  session,
  meta,
  simulator,
  page,
  context,
}) => {
  const wires: string[] = [];
  const tokens: string[] = [];
  page.on("request", (request) => {
    const { authorization: _, ...headers } = request.headers();
    wires.push(`${request.method()} ${request.url()} ${JSON.stringify(headers)} ${request.postData() ?? ""}`);
  });
  page.on("response", async (response) => {
    wires.push(JSON.stringify(response.headers()));
    if (response.url().endsWith("/api/public/embed/refresh") && response.ok()) {
      const { token } = (await response.json()) as { token: string };
      tokens.push(token);
    }
  });
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
    for (const [where, text] of Object.entries({ left, cookies, storage, heard, log, wires: wires.join("\n"), kept })) {
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
