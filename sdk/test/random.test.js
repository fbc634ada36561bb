// Random messages from everywhere. What is not ours changes nothing; what is ours and malformed changes nothing; nothing throws.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bundled, frameIn, INBOX, openPage } from "./page.js";

const RUNS = 4_000;
const hub = await bundled("onpilot/hub.ts");

/** A generator of numbers that starts where the test says, so that a failure can be seen again. */
function dice(seed) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 0) / 2 ** 32;
  };
  return { next, pick: (list) => list[Math.floor(next() * list.length)] };
}

const TYPES = [
  "ready", "resize", "error", "token-needed", "session-expired", "chat:unread-count", "chat:conversation-opened", "init", "renew",
  "connect:paired", "connect:error", "connect:expired", "onpilot:ready", "onpilot:message", "onpilot:close", "onpilot:resize",
  "onpilot:", "__proto__", "constructor", "toString", "", "x".repeat(100_000),
];
const KEYS = ["height", "count", "conversationId", "code", "message", "id", "content", "token", "__proto__", "constructor", "prototype"];

function anything({ next, pick }, depth = 0) {
  const scalars = [
    null, undefined, true, 0, -1, 3, 655, NaN, Infinity, 1e308, 10n, "", "text", "conv_1", "<script>", "\u202eabc", "𝒳".repeat(50),
    new Date(0), new Map([["a", 1]]), new Uint8Array(9),
  ];
  if (depth > 2 || next() < 0.6) return pick(scalars);
  if (next() < 0.3) return Array.from({ length: 3 }, () => anything({ next, pick }, depth + 1));
  // As structured clone makes it: `__proto__` is then a key like any other.
  const made = {};
  for (let i = 0; i < 3; i++) {
    Object.defineProperty(made, pick(KEYS), { value: anything({ next, pick }, depth + 1), enumerable: true, configurable: true });
  }
  return made;
}

function envelope(it) {
  const { next, pick } = it;
  if (next() < 0.1) return anything(it);
  const type = next() < 0.9 ? pick(TYPES) : anything(it);
  return {
    ...(next() < 0.9 && { source: next() < 0.9 ? "pilot-status-embed" : anything(it) }),
    ...(next() < 0.9 && { v: next() < 0.9 ? 1 : anything(it) }),
    type,
    ...(next() < 0.8 && { payload: anything(it) }),
    ...(next() < 0.5 && { data: next() < 0.1 ? { id: "msg_1", content: "Hello", height: 700 } : anything(it) }),
  };
}

/** Every callback, with a check of what it is given. */
function checked(heard, checks) {
  return Object.fromEntries(
    Object.entries(checks).map(([name, check]) => [
      name,
      (...args) => {
        assert.ok(check(...args), `${name} got ${String(args[0])}`);
        heard.push(name);
      },
    ]),
  );
}

const text = (it) => typeof it === "string";
const problem = ({ code, message }) => text(code) && text(message) && code.length <= 64 && message.length < 1000;

test("foreign windows and origins: nothing is heard, said or changed, whatever they send", () => {
  const it = dice(1);
  const page = openPage();
  const heard = [];
  const names = ["onReady", "onUnreadCount", "onConversationOpened", "onResize", "onSessionExpired", "onError", "getToken"];
  const options = Object.fromEntries(names.map((name) => [name, () => heard.push(name)]));
  page.PilotStatus.chat.mount("#inbox", { token: "a.b.c", ...options });
  page.PilotStatus.connect.open({ token: "pairing", ...options });
  const frame = frameIn(page);
  const before = JSON.stringify([frame.style, frame.src, page.body.children.length]);
  const origins = ["https://evil.example", `${INBOX}.evil.example`, "null", "", "http://inbox.example", undefined];
  for (let i = 0; i < RUNS; i++) {
    const foreign = it.next() < 0.5;
    page.deliver({
      origin: foreign ? it.pick(origins) : INBOX,
      source: foreign ? frame.contentWindow : it.pick([null, undefined, {}, { postMessage: assert.fail }]),
      data: envelope(it),
    });
  }
  assert.deepEqual(heard, []);
  assert.deepEqual(frame.posted, []);
  assert.deepEqual(page.errors, []);
  assert.equal(JSON.stringify([frame.style, frame.src, page.body.children.length]), before);
});

test("the chat's own frame: callbacks get what their types promise, and nothing throws", async () => {
  const it = dice(2);
  const page = openPage();
  const heard = [];
  page.PilotStatus.chat.mount("#inbox", {
    token: "a.b.c",
    getToken: () => "d.e.f",
    ...checked(heard, {
      onReady: () => true,
      onUnreadCount: (n) => typeof n === "number",
      onConversationOpened: text,
      onResize: (n) => n > 0 && n < 1e5,
      onSessionExpired: () => true,
      onError: problem,
    }),
  });
  const frame = frameIn(page);
  for (let i = 0; i < RUNS; i++) {
    page.deliver({ origin: INBOX, source: frame.contentWindow, data: envelope(it) });
    if (i % 100 === 0) await null;
  }
  await new Promise(setImmediate);
  assert.ok(new Set(heard).size >= 4, "the generator does reach the callbacks");
  assert.ok(frame.posted.every(({ target, source, v }) => target === INBOX && source === "pilot-status-embed" && v === 1));
  assert.ok(frame.posted.every(({ type }) => ["init", "renew"].includes(type)));
  assert.deepEqual([...page.timers.values()].filter(({ ms }) => ms === undefined), [], "no callback's check failed");
  assert.equal({}.height, undefined);
});

test("the connect page's own frame: the same", async () => {
  const it = dice(3);
  const page = openPage();
  const heard = [];
  page.PilotStatus.connect.mount("#inbox", {
    token: "pairing",
    ...checked(heard, {
      onPaired: (result) => Object.values(result).every(text),
      onError: problem,
      onExpired: () => true,
    }),
  });
  const frame = frameIn(page);
  for (let i = 0; i < RUNS; i++) page.deliver({ origin: INBOX, source: frame.contentWindow, data: envelope(it) });
  await null;
  assert.ok(new Set(heard).size >= 2);
  assert.deepEqual(frame.posted, [], "it is only listened to");
  assert.deepEqual([...page.timers.values()].filter(({ ms }) => ms === undefined), []);
});

test("a chat of the OnPilot dialect: the same", async () => {
  const it = dice(4);
  const page = openPage({ code: hub, src: null });
  const heard = [];
  const chat = new page.Entry.Hub({
    baseUrl: INBOX,
    identityToken: "a.b.c",
    ...checked(heard, { onReady: () => true, onMessage: ({ id, content }) => text(id) && text(content), onClose: () => true }),
  });
  const heights = [];
  const [frame] = chat.frame("inline", true, { show: () => {}, resize: (height) => heights.push(height) });
  page.elements["#inbox"].append(frame);
  frame.onload();
  const bare = () => {
    const message = envelope(it);
    return message && typeof message === "object" && text(message.type) ? { ...message, type: `onpilot:${message.type.replace("onpilot:", "")}` } : message;
  };
  for (let i = 0; i < RUNS; i++) {
    page.deliver({ origin: INBOX, source: {}, data: bare() });
    page.deliver({ origin: "https://evil.example", source: frame.contentWindow, data: bare() });
  }
  assert.deepEqual([heard, heights, frame.posted.length], [[], [], 1], "the bootstrap, and nothing else");
  for (let i = 0; i < RUNS; i++) page.deliver({ origin: INBOX, source: frame.contentWindow, data: bare() });
  assert.deepEqual([...new Set(heard)].sort(), ["onClose", "onMessage", "onReady"]);
  assert.ok(heights.length > 0 && heights.every((height) => height > 0 && height < 1e5));
  assert.deepEqual([...page.timers.values()].filter(({ ms }) => ms === undefined), []);
  for (let i = 0; i < RUNS; i++) chat.say(it.pick(["user_context", "context", "ui-flags"]), anything(it));
  for (let i = 0; i < RUNS; i++) chat.setContext(anything(it));
  assert.equal({}.count, undefined);
});

test("random calls on the handle never throw", () => {
  const it = dice(5);
  const page = openPage();
  const chat = page.PilotStatus.chat.mount("#inbox", { token: "a.b.c" });
  const calls = ["setTheme", "setLocale", "openConversation", "setContext"];
  for (let i = 0; i < RUNS; i++) {
    chat[it.pick(calls)](anything(it));
    if (i === RUNS / 2) page.say(frameIn(page), "ready");
  }
  assert.equal({}.count, undefined);
});

test("random options never throw", () => {
  const it = dice(6);
  for (let i = 0; i < 300; i++) {
    const page = openPage();
    const options = it.next() < 0.2 ? anything(it) : { token: it.pick(["a.b.c", anything(it)]), baseUrl: it.pick([undefined, anything(it)]), mode: anything(it), locale: anything(it), theme: anything(it) };
    const { chat, connect } = page.PilotStatus;
    const target = it.pick(["#inbox", anything(it)]);
    for (const handle of [chat.mount(target, options), connect.mount(target, options), connect.open(options)]) handle.destroy();
    assert.equal(page.listening, 0);
  }
});
