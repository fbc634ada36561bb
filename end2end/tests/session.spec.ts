import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

const REFRESH = "**/api/public/embed/refresh";

/** Counts the renewals that went well. */
function countRenewals(page: Page): { count: number } {
  const renewals = { count: 0 };
  page.on("response", (response) => {
    if (response.url().endsWith("/api/public/embed/refresh") && response.status() === 200) renewals.count += 1;
  });
  return renewals;
}

test("the token is renewed before it ends, once each time, and nothing stops", async ({ host, demo, session, meta, simulator, page }) => {
  const renewals = countRenewals(page);
  const max = newCustomer("Max Renewed");
  await meta.text(max, "Hello");
  const ttl = 6;
  const started = Date.now();
  const { token } = await session(ttl);
  const inbox = await host.show(demo.inbox, { token });
  await inbox.open("Max Renewed");

  // Well past the first token's end: three renewals at two thirds of six seconds each.
  await expect(() => expect(renewals.count).toBeGreaterThanOrEqual(3)).toPass({ timeout: 20_000, intervals: [100] });
  const lived = (Date.now() - started) / 1000;
  expect(lived).toBeGreaterThan(ttl);
  expect(renewals.count, "no more often than at half of the lifetime").toBeLessThanOrEqual(Math.ceil(lived / (ttl / 2)));

  await meta.text(max, "Still with me?");
  await expect(inbox.message("Still with me?")).toBeVisible();
  await inbox.reply("Still here");
  await simulator.received(max, "Still here");
  await inbox.state("ready");
  expect((await host.seen()).expired).toBe(0);
});

test("a token that cannot be renewed ends the session once, keeps the draft, and a new mount goes on", async ({
  host,
  demo,
  session,
  meta,
  page,
  complaints,
}) => {
  complaints.allow(/net::ERR_FAILED/, /status of 401/);
  await page.route(REFRESH, (route) => route.abort());
  const nora = newCustomer("Nora Draft");
  await meta.text(nora, "I am waiting for an answer");
  const { token } = await session(4);
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Nora Draft");
  await inbox.composer.fill("A long answer that nobody wants to type twice");

  await inbox.state("ended");

  await expect(inbox.sessionEnded).toBeVisible();
  await expect(inbox.composer).toHaveValue("A long answer that nobody wants to type twice");
  await expect(inbox.message("I am waiting for an answer")).toBeVisible();
  await host.hears((seen) => expect(seen.expired).toBe(1));

  // Whatever else happens in the ended inbox, the page is told no second time.
  await meta.text(nora, "Hello?");
  await inbox.composer.press("End");
  const renewed = await session();
  await host.call("destroy");
  await host.mount({ token: renewed.token, locale: "en" });
  await inbox.ready();
  await expect(inbox.row("Nora Draft")).toContainText("Hello?");
  const { messages, expired } = await host.seen();
  expect(expired).toBe(1);
  expect(messages.filter(({ data }) => data.type === "session-expired")).toHaveLength(1);
});

test("a renewal that the server refuses ends the session as well", async ({ host, demo, session, page, complaints }) => {
  complaints.allow(/status of 401/);
  const body = JSON.stringify({ error: "The session was ended.", code: "SESSION_ENDED" });
  await page.route(REFRESH, (route) => route.fulfill({ status: 401, contentType: "application/json", body }));
  const { token } = await session(6);
  const inbox = await host.show(demo.inbox, { token });
  await inbox.state("ended");
  await host.hears((seen) => expect(seen.expired).toBe(1));
});

test("a token that is over before it arrives", async ({ host, demo, session, complaints }) => {
  complaints.allow(/status of 401/);
  const { token, expiresAt } = await session(1);
  await host.open(demo.inbox);
  // Past the end and past the clock leeway that a verifier may grant.
  await expect(() => expect(Date.now()).toBeGreaterThan(Date.parse(expiresAt) + 6_000)).toPass({ timeout: 12_000 });
  await host.mount({ token });
  await host.inbox.state("ended");
  await host.hears((seen) => expect(seen.expired).toBe(1));
});

test("a token that was tampered with", async ({ host, demo, session, complaints }) => {
  complaints.allow(/status of 401/, /\[PilotStatus\] TOKEN_INVALID/);
  const { token } = await session();
  const [head, claims, signature] = token.split(".") as [string, string, string];
  const swapped = (signature[0] === "A" ? "B" : "A") + signature.slice(1);
  await host.open(demo.inbox);
  await host.mount({ token: [head, claims, swapped].join(".") });
  await host.inbox.state("ended");
  await expect(host.inbox.rows).toHaveCount(0);
  await host.hears((seen) => expect(seen.expired).toBe(1));
  expect((await host.seen()).errors.map(({ code }) => code)).toEqual(["TOKEN_INVALID"]);
});
