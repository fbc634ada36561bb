import { expect, test } from "../fixtures.ts";
import type { HostPage } from "../pages/host-page.ts";
import type { InboxFrame } from "../pages/inbox-frame.ts";
import { bearers } from "../support/ears.ts";
import { newCustomer } from "../support/meta.ts";
import { Neighbour } from "../support/neighbour.ts";
import { mint } from "../support/tokens.ts";

// A page that says `init` again, by mistake or on purpose, and tokens that come again.

/** Says it past the SDK, which says `init` once. */
const say = (host: HostPage, type: string, payload: object) =>
  host.page.evaluate(
    ([kind, what]) => {
      const frame = document.querySelector<HTMLIFrameElement>("#inbox iframe")!;
      frame.contentWindow!.postMessage({ source: "pilot-status-embed", v: 1, type: kind, payload: what }, new URL(frame.src).origin);
    },
    [type, payload] as const,
  );

/** An inbox with a conversation open and a draft in it. */
async function busy(inbox: InboxFrame, name: string) {
  await inbox.open(name);
  await inbox.composer.fill("A draft");
}

test("a second init with the token in use changes theme and language, and nothing else", async ({ host, demo, session, meta, page }) => {
  await meta.text(newCustomer("Same Token"), "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en", theme: "light" });
  await busy(inbox, "Same Token");
  await expect(inbox.unread("Same Token")).toHaveCount(0);
  const asked: string[] = [];
  // The words of another language are fetched when they are needed.
  page.on("request", (request) => new URL(request.url()).pathname !== "/words" && asked.push(request.url()));
  for (let i = 0; i < 20; i++) await say(host, "init", { token, locale: "pt", theme: "dark" });
  await expect(inbox.frame.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(inbox.frame.locator("html")).toHaveAttribute("lang", /^pt/);
  await expect(inbox.composer).toHaveValue("A draft");
  await expect(inbox.message("Hello")).toBeVisible();
  expect(asked).toEqual([]);
  expect((await host.seen()).errors).toEqual([]);
});

test("a second init with another token of the session goes on with what is on screen", async ({ host, demo, session, meta, page }) => {
  const same = newCustomer("Same Session");
  await meta.text(same, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en", theme: "light" });
  await busy(inbox, "Same Session");
  const renewed = await fetch(`${demo.inbox}/api/public/embed/refresh`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "x-parent-origin": host.origin },
  });
  const other = ((await renewed.json()) as { token: string }).token;
  const sent = bearers(page);
  await say(host, "init", { token: other });
  // Until the stream has been opened with it.
  await expect(() => expect([...sent]).toContain(other)).toPass();
  await meta.text(same, "Still with you");
  await expect(inbox.message("Still with you")).toBeVisible();
  await expect(inbox.composer).toHaveValue("A draft");
  // The one before comes again: good until its end, and of the same session.
  await say(host, "init", { token });
  await meta.text(same, "And again");
  await expect(inbox.message("And again")).toBeVisible();
  await expect(inbox.composer).toHaveValue("A draft");
  const seen = await host.seen();
  expect([seen.expired, seen.errors, seen.opened.length]).toEqual([0, [], 1]);
});

test("a second init with a token of another tenant leaves nothing of the first", async ({ host, demo, session, meta, page }) => {
  const next = await Neighbour.move(demo);
  const [ours, theirs] = [newCustomer("Otto Ours"), newCustomer("Thea Theirs")];
  await meta.text(ours, "Said to us");
  await next.hears(theirs, "Said to them");
  const [first, second] = [await session(), await next.mint(host.origin)];
  const inbox = await host.show(demo.inbox, { token: first.token });
  await busy(inbox, "Otto Ours");
  const answers: string[] = [];
  page.on("response", async (response) => {
    const { authorization } = response.request().headers();
    if (authorization === `Bearer ${second.token}` && !response.url().endsWith("/live")) answers.push(await response.text().catch(() => ""));
  });
  await say(host, "init", { token: second.token });
  await expect(inbox.row("Thea Theirs")).toBeVisible();
  await expect(inbox.rows).toHaveCount(1);
  await expect(inbox.row("Otto Ours")).toHaveCount(0);
  await expect(inbox.message("Said to us")).toHaveCount(0);
  await expect(inbox.composer).toHaveCount(0);
  const html = await inbox.frame.locator("html").evaluate((root) => root.outerHTML);
  for (const words of ["Otto Ours", "Said to us", "A draft"]) expect(html).not.toContain(words);
  expect(answers.join("\n")).toContain("Thea Theirs");
  expect(answers.join("\n")).not.toContain("Otto Ours");
  await inbox.open("Thea Theirs");
  await expect(inbox.composer).toHaveValue("");
  // What comes for the first tenant does not come here any more.
  await meta.text(ours, "Anybody there?");
  await next.hears(theirs, "Come quickly");
  await expect(inbox.message("Come quickly")).toBeVisible();
  await expect(inbox.root).not.toContainText("Anybody there?");
  await host.hears(({ unread }) => expect(unread.at(-1)).toBe(0));
});

test("a second init with a token for other pages shows nothing of either", async ({ host, demo, session, meta, otherServer, complaints }) => {
  complaints.allow(/status of 403/, /\[PilotStatus\] ORIGIN_NOT_ALLOWED/);
  await meta.text(newCustomer("Rita Refused"), "For this page only");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await busy(inbox, "Rita Refused");
  await say(host, "init", { token: (await mint(demo, [otherServer.origin])).token });
  await inbox.state("refused");
  await expect(inbox.root).not.toContainText("Rita Refused");
  await expect(inbox.rows).toHaveCount(0);
  await host.hears(({ errors }) => expect(errors.map(({ code }) => code)).toEqual(["ORIGIN_NOT_ALLOWED"]));
});

test("the token of a session that was ended opens nothing, however often it comes", async ({ host, demo, session, meta, page, complaints }) => {
  complaints.allow(/status of 401/, /\[PilotStatus\] SESSION_ENDED/);
  await meta.text(newCustomer("Rex Replayed"), "Gone with the session");
  const { token, id } = (await session());
  const inbox = await host.show(demo.inbox, { token });
  await inbox.ready();
  const ended = await fetch(`${demo.inbox}/v1/embed/sessions/${id}`, { method: "DELETE", headers: { "x-api-key": demo.facts.API_KEY } });
  expect(ended.status).toBe(204);
  await inbox.state("ended");
  await host.hears(({ expired }) => expect(expired).toBe(1));
  const answers: Promise<string>[] = [];
  page.on("response", (response) => {
    if (response.url().includes("/api/")) answers.push(response.text().catch(() => ""));
  });
  // A new frame, which knows nothing yet, and the same token again and again.
  await page.reload();
  await host.mount({ token });
  await inbox.state("ended");
  for (const type of ["init", "renew", "init"]) {
    const refused = page.waitForResponse((response) => response.status() === 401);
    await say(host, type, { token });
    await refused;
    await inbox.state("ended");
  }
  expect((await Promise.all(answers)).join("\n")).not.toContain("Rex Replayed");
  await expect(inbox.rows).toHaveCount(0);
  // The SDK tells its page once.
  expect((await host.seen()).expired).toBe(1);
});

test("tokens that are none end nothing that they could not have begun", async ({ host, demo, session, meta, complaints }) => {
  complaints.allow(/status of 401/, /\[PilotStatus\] TOKEN_INVALID/);
  const mallory = newCustomer("Mallory Token");
  await meta.text(mallory, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  await busy(inbox, "Mallory Token");
  for (const none of ["", null, 7, true, ["t"], { token }, "x".repeat(16_385), "x".repeat(10_000_000)]) {
    await say(host, "init", { token: none });
    await say(host, "renew", { token: none });
  }
  await meta.text(mallory, "After the noise");
  await expect(inbox.message("After the noise")).toBeVisible();
  await expect(inbox.composer).toHaveValue("A draft");
  // Not by `renew` either, while the one in use is good: it is tried beside it.
  await say(host, "renew", { token: "not.a.token" });
  await host.hears(({ errors }) => expect(errors.map(({ code }) => code)).toEqual(["TOKEN_INVALID"]));
  await meta.text(mallory, "Still here");
  await expect(inbox.message("Still here")).toBeVisible();
  await inbox.state("ready");
  expect((await host.seen()).expired).toBe(0);
});
