import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { HostPage } from "../pages/host-page.ts";
import { HostServer } from "../support/host-server.ts";
import { newCustomer } from "../support/meta.ts";
import { mint } from "../support/tokens.ts";

/** Every request that carried a credential. */
function credentialed(page: Page): string[] {
  const urls: string[] = [];
  page.on("request", (request) => {
    if (request.headers().authorization) urls.push(request.url());
  });
  return urls;
}

const REFUSED = /frame-ancestors|Refused to (frame|display)|Framing '/;

test("a page that no token names is not drawn at all, and is given no word", async ({ page, demo, session, complaints }) => {
  complaints.allow(REFUSED, /net::ERR_BLOCKED_BY_RESPONSE/);
  const { token } = await session();
  // Started here, so that no other test has made a token for it.
  await using server = await HostServer.start();
  const stranger = new HostPage(page, server);
  const sent = credentialed(page);
  await stranger.open(demo.inbox);
  await stranger.mount({ token });
  const frame = page.locator("#inbox iframe");
  await expect(frame).toBeVisible();
  await expect(() => {
    const framed = page.frames().find((it) => it !== page.mainFrame());
    expect(framed?.url()).toMatch(/^chrome-error:/);
  }).toPass();
  const seen = await stranger.seen();
  expect(seen.messages).toEqual([]);
  expect(seen.ready).toBe(0);
  expect(sent).toEqual([]);
});

test("a page that lies about its origin is refused by the browser", async ({ page, demo, server, otherServer, session, complaints }) => {
  complaints.allow(REFUSED, /net::ERR_BLOCKED_BY_RESPONSE/);
  await session();
  const liar = new HostPage(page, otherServer);
  await liar.open(demo.inbox);
  await page.evaluate(
    ([inbox, other]) => {
      const frame = document.createElement("iframe");
      frame.src = `${inbox}/?parentOrigin=${encodeURIComponent(other!)}`;
      document.querySelector("#inbox")!.append(frame);
    },
    [demo.inbox, server.origin],
  );
  await expect(() => {
    const framed = page.frames().find((it) => it !== page.mainFrame());
    expect(framed?.url()).toMatch(/^chrome-error:/);
  }).toPass();
  expect((await liar.seen()).messages).toEqual([]);
});

test("a token shown on another customer's page is refused, and nothing of it is drawn", async ({
  page,
  demo,
  otherServer,
  session,
  meta,
  complaints,
}) => {
  complaints.allow(/status of 403/, /\[PilotStatus\] ORIGIN_NOT_ALLOWED/);
  const tess = newCustomer("Tess Private");
  await meta.text(tess, "Nobody else may read this");
  const { token } = await session();
  // The other page may embed, with tokens of its own; this one was not made for it.
  await mint(demo, [otherServer.origin]);
  const thief = new HostPage(page, otherServer);
  const bodies: string[] = [];
  page.on("response", async (response) => {
    if (response.url().includes("/api/")) bodies.push(await response.text().catch(() => ""));
  });
  await thief.open(demo.inbox);
  await thief.mount({ token, locale: "en" });
  await thief.inbox.state("refused");
  await expect(thief.inbox.root).toContainText(otherServer.origin);
  await thief.hears(({ errors }) => expect(errors.map(({ code }) => code)).toEqual(["ORIGIN_NOT_ALLOWED"]));
  await expect(thief.inbox.rows).toHaveCount(0);
  expect(await thief.inbox.frame.locator("body").textContent()).not.toContain("Tess");
  expect(bodies.join("\n")).not.toContain("Tess");
  expect((await thief.seen()).unread).toEqual([]);
});

test("without parentOrigin, and with one that is none, nobody may frame the document", async ({ request, demo, server, session }) => {
  await session();
  const origins = [undefined, "", "null", "*", "https://nobody.example", `${server.origin}/`, `${server.origin}/path`, `${server.origin}.evil.example`, `${server.origin}; script-src *`];
  for (const parentOrigin of origins) {
    const answer = await request.get(`${demo.inbox}/`, { params: parentOrigin === undefined ? {} : { parentOrigin } });
    const policy = answer.headers()["content-security-policy"] ?? "";
    expect(policy, String(parentOrigin)).toMatch(/frame-ancestors 'none'(;|$)/);
    expect(policy).not.toContain("evil");
    expect(policy).not.toContain("script-src *");
  }
});

test("a neighbour on the page commands nothing and hears nothing", async ({ host, demo, session, page, otherServer }) => {
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, theme: "light", locale: "en" });
  // A window of another origin that holds a reference to the inbox's frame, as an advertisement in the page would.
  const popup = page.waitForEvent("popup");
  await page.evaluate((url) => void window.open(url), `${otherServer.origin}/?inbox=${encodeURIComponent(demo.inbox)}`);
  const neighbour = await popup;
  await neighbour.waitForLoadState();
  await neighbour.evaluate(() => {
    const frame = (window.opener as Window).frames[0]!;
    const say = (type: string, payload: object) => frame.postMessage({ source: "pilot-status-embed", v: 1, type, payload }, "*");
    say("set-theme", { theme: "dark" });
    say("set-locale", { locale: "pt" });
    say("init", { token: "not.a.token", theme: "dark" });
    // And towards the page, in the inbox's name.
    (window.opener as Window).postMessage({ source: "pilot-status-embed", v: 1, type: "session-expired", payload: {} }, "*");
    (window.opener as Window).postMessage({ source: "pilot-status-embed", v: 1, type: "chat:unread-count", payload: { count: 999 } }, "*");
  });
  await host.hears((seen) => expect(seen.messages.some(({ origin }) => origin === otherServer.origin)).toBe(true));
  // The page's own command comes after the neighbour's: when it has worked, the others would have.
  await host.call("setLocale", "pt");
  await expect(inbox.frame.locator("html")).toHaveAttribute("lang", /^pt/);
  await expect(inbox.frame.locator("html")).toHaveAttribute("data-theme", "light");
  await inbox.state("ready");
  const seen = await host.seen();
  expect(seen.expired).toBe(0);
  expect(seen.unread).not.toContain(999);
});
