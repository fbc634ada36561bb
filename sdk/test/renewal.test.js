// `getToken`: the page is asked for tokens, and nobody sees a session end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { frameIn, INBOX, openPage, posts, settle } from "./page.js";

/** A page with an inbox whose `getToken` answers what the test says, when it says so. */
function open(options = {}) {
  const page = openPage();
  const calls = [];
  const told = [];
  const chat = page.PilotStatus.chat.mount("#inbox", {
    getToken: () => new Promise((resolve, reject) => calls.push({ resolve, reject })),
    onError: (error) => told.push(error),
    ...options,
  });
  return { page, calls, told, chat, frame: frameIn(page) };
}

test("without a token the first one is asked for, and the frame has no address before it is there", async () => {
  const { page, calls, frame } = open({ locale: "es" });
  assert.equal(calls.length, 1);
  assert.equal(frame.src, undefined, "until a session names this origin, the frame would be refused");
  assert.equal(page.elements["#inbox"].children.length, 1, "but it has its place");
  calls[0].resolve("first.token.here");
  await settle();
  assert.equal(new URL(frame.src).origin, INBOX);
  assert.ok(!frame.src.includes("first.token"));
  page.say(frame, "ready");
  assert.deepEqual(posts(frame), [["init", { token: "first.token.here", locale: "es", renews: true }]]);
});

test("null instead of a token is none", async () => {
  const { calls, told } = open({ token: null });
  await null;
  assert.deepEqual([calls.length, told.length], [1, 0]);
});

test("a given token is used first", async () => {
  const { page, calls, frame } = open({ token: "given.token.here" });
  page.say(frame, "ready");
  assert.equal(calls.length, 0);
  assert.deepEqual(posts(frame), [["init", { token: "given.token.here", renews: true }]]);
});

test("token-needed: asked once at a time, answered with renew", async () => {
  const { page, calls, frame } = open({ token: "given.token.here" });
  page.say(frame, "ready");
  page.say(frame, "token-needed", {});
  page.say(frame, "token-needed", {});
  assert.equal(calls.length, 1, "one call at a time");
  calls[0].resolve("second.token.here");
  await settle();
  const renewals = posts(frame).slice(1);
  assert.ok(renewals.length > 0 && renewals.every(([type, { token }]) => type === "renew" && token === "second.token.here"));
  page.say(frame, "token-needed", {});
  assert.equal(calls.length, 2, "and again when it is asked again");
});

test("a failure is told, and the next request does not wait for the pause", async () => {
  const { page, calls, told, frame } = open({ token: "given.token.here" });
  page.say(frame, "ready");
  for (const answer of [
    (it) => it.reject(new Error("backend is down")),
    (it) => it.reject(undefined),
    (it) => it.resolve(""),
    (it) => it.resolve({ token: "x" }),
    (it) => it.resolve("ps_live_0123456789"),
  ]) {
    page.say(frame, "token-needed", {});
    answer(calls.at(-1));
    await settle();
    assert.equal(told.at(-1).code, "TOKEN_NOT_RENEWED");
    assert.ok(!told.at(-1).message.includes("ps_live"), "a secret is not repeated");
  }
  assert.equal(told.length, 5);
  assert.match(told[0].message, /backend is down/);
  assert.deepEqual(posts(frame).map(([type]) => type), ["init"]);
  page.say(frame, "token-needed", {});
  calls.at(-1).resolve("second.token.here");
  await settle();
  assert.deepEqual(posts(frame).at(-1), ["renew", { token: "second.token.here" }]);
});

test("after a failure it is tried again without being asked, until it works, also when the session has ended meanwhile", async () => {
  const { page, calls, told, frame } = open({ token: "given.token.here" });
  page.say(frame, "ready");
  page.say(frame, "token-needed");
  for (const pause of [1_000, 2_000]) {
    calls.at(-1).reject(new Error("down"));
    await settle();
    page.elapse(pause);
  }
  page.say(frame, "session-expired");
  page.say(frame, "token-needed");
  assert.equal(calls.length, 3, "one call at a time");
  calls[2].reject(new Error("down"));
  await settle();
  assert.equal(page.timers.size, 1, "and one pause");
  assert.equal(told.length, 3);
  page.elapse([...page.timers.values()][0].ms);
  calls[3].resolve("late.token.here");
  await settle();
  assert.deepEqual(posts(frame).at(-1), ["renew", { token: "late.token.here" }]);
  assert.equal(page.timers.size, 0);
});

test("a getToken that throws at once, and one that answers no promise", async () => {
  const thrown = open({
    getToken: () => {
      throw new Error("no session");
    },
  });
  await settle();
  assert.match(thrown.told[0].message, /no session/);
  const plain = open({ getToken: () => "plain.token.here" });
  await settle();
  assert.ok(plain.frame.src);
});

test("the first token is asked for again, with growing pauses, until it comes or nobody wants it", async () => {
  const { page, calls, told, chat, frame } = open();
  for (const [index, pause] of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
    calls[index].reject(new Error("down"));
    await settle();
    page.elapse(pause);
  }
  assert.equal(told.length, 7);
  calls.at(-1).resolve("late.token.here");
  await settle();
  page.say(frame, "ready");
  assert.equal(posts(frame)[0][1].token, "late.token.here");
  chat.destroy();
  const given = open();
  given.calls[0].reject(new Error("down"));
  await settle();
  given.chat.destroy();
  assert.equal(given.page.timers.size, 0);
});

test("a token that comes after destroy starts nothing and tells nothing", async () => {
  for (const answer of [(it) => it.resolve("late.token.here"), (it) => it.reject(new Error("late"))]) {
    const { page, calls, told, chat, frame } = open();
    chat.destroy();
    answer(calls[0]);
    await settle();
    assert.equal(frame.src, undefined);
    assert.deepEqual([page.listening, page.timers.size, told.length], [0, 0, 0]);
  }
});

test("a frame that was reloaded starts with a fresh token, and what was said in between follows", async () => {
  const { page, calls, chat, frame } = open({ token: "given.token.here" });
  page.say(frame, "ready");
  chat.setContext({ type: "deal", id: "1" });
  page.say(frame, "ready");
  chat.openConversation("conv_1");
  calls[0].resolve("second.token.here");
  await settle();
  assert.deepEqual(posts(frame).slice(2), [
    ["init", { token: "second.token.here", renews: true }],
    ["set-context", { context: { type: "deal", id: "1" } }],
    ["open-conversation", { conversationId: "conv_1" }],
  ]);
  page.say(frame, "ready");
  calls[1].reject(new Error("down"));
  await settle();
  assert.deepEqual(posts(frame)[5], ["init", { token: "second.token.here", renews: true }], "the last one, for want of a better");
});

test("the session ends for good: told once, and again only after it was renewed", async () => {
  let expired = 0;
  const { page, calls, frame } = open({ token: "given.token.here", onSessionExpired: () => expired++ });
  page.say(frame, "ready");
  page.say(frame, "session-expired");
  page.say(frame, "session-expired");
  assert.equal(expired, 1);
  page.say(frame, "token-needed");
  calls[0].resolve("second.token.here");
  await settle();
  page.say(frame, "session-expired");
  assert.equal(expired, 2);
});

test("without getToken a request for a token is no business of ours", async () => {
  const page = openPage();
  page.PilotStatus.chat.mount("#inbox", { token: "given.token.here" });
  page.say(frameIn(page), "ready");
  page.say(frameIn(page), "token-needed");
  await settle();
  assert.deepEqual(posts(frameIn(page)), [["init", { token: "given.token.here" }]]);
  assert.deepEqual(page.errors, []);
});
