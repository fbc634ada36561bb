// What the page can ask of a mounted inbox, and what it hears.

import assert from "node:assert/strict";
import { test } from "node:test";
import { frameIn, INBOX, openPage, posts, settle } from "./page.js";

const TOKEN = "header.claims.signature";

function open(options = {}, setup = {}) {
  const page = openPage(setup);
  const told = [];
  const chat = page.PilotStatus.chat.mount("#inbox", { token: TOKEN, onError: (error) => told.push(error), ...options });
  return { page, told, chat, frame: frameIn(page) };
}

test("conversations are opened by id or by phone, the record is set and cleared, all held before ready", () => {
  const { page, chat, frame } = open();
  const record = { type: "deal", id: "8421", data: { stage: "won", amount: 12.5, open: false, owner: null } };
  chat.openConversation("conv_1");
  chat.setContext(record);
  record.data.stage = "changed later";
  chat.openConversation({ phone: "+5511988887777", more: "not passed on" });
  page.say(frame, "ready");
  chat.setContext(null);
  assert.deepEqual(posts(frame).slice(1), [
    ["open-conversation", { conversationId: "conv_1" }],
    ["set-context", { context: { type: "deal", id: "8421", data: { stage: "won", amount: 12.5, open: false, owner: null } } }],
    ["open-conversation", { phone: "+5511988887777" }],
    ["set-context", { context: {} }],
  ]);
});

test("the newest record is said again to a frame that was reloaded; a conversation is not opened twice", () => {
  const { page, chat, frame } = open();
  chat.setContext({ id: "1" });
  chat.openConversation("conv_1");
  page.say(frame, "ready");
  chat.setContext({ id: "2" });
  page.say(frame, "ready");
  assert.deepEqual(posts(frame).slice(4), [
    ["init", { token: TOKEN }],
    ["set-context", { context: { id: "2" } }],
  ]);
});

test("what cannot be said is told, and nothing throws", async () => {
  const cycle = {};
  cycle.self = cycle;
  const hostile = {
    toJSON() {
      throw new Error("no");
    },
  };
  const { page, told, chat, frame } = open();
  page.say(frame, "ready");
  for (const bad of [cycle, { data: { n: 10n } }, hostile, { name: "x".repeat(10_000_000) }]) chat.setContext(bad);
  await null;
  assert.deepEqual(told.map(({ code }) => code), Array(4).fill("ARGUMENT_INVALID"));
  assert.deepEqual(posts(frame).length, 1);
  // Not worth an error: these say nothing, and the inbox ignores them.
  for (const odd of [undefined, null, 7, {}]) chat.openConversation(odd);
  for (const odd of [() => {}, Symbol("x"), undefined]) chat.setTheme(odd);
  chat.setContext({ run: () => {}, name: "Ana" });
  assert.deepEqual(posts(frame).at(-1), ["set-context", { context: { name: "Ana" } }]);
});

test("keys that would reach into prototypes stay data", () => {
  const { page, chat, frame } = open();
  page.say(frame, "ready");
  chat.setContext(JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "name": "Ana"}'));
  page.say(frame, "__proto__", JSON.parse('{"__proto__": {"polluted": 1}}'));
  page.say(frame, "constructor", { prototype: { polluted: 1 } });
  page.say(frame, "hasOwnProperty", {});
  assert.equal({}.polluted, undefined);
  assert.equal(posts(frame).at(-1)[1].context.name, "Ana");
});

test("onResize hears every height; fill ignores it, inline follows it even where the target has a height", () => {
  const heights = [];
  const onResize = (height) => heights.push(height);
  for (const [mode, before, after] of [
    ["fill", "100%", "100%"],
    ["inline", "640px", "655px"],
  ]) {
    const page = openPage();
    page.elements["#inbox"].ownHeight = 300;
    page.PilotStatus.chat.mount("#inbox", { token: TOKEN, mode, onResize });
    const frame = frameIn(page);
    assert.equal(frame.style.height, before);
    assert.equal(frame.style.minHeight, mode === "fill" ? "0" : "400px");
    page.say(frame, "resize", { height: 655 });
    for (const height of [-1, 0, "655", null, Infinity, NaN, 1e9, {}]) page.say(frame, "resize", { height });
    assert.equal(frame.style.height, after);
  }
  assert.deepEqual(heights, [655, 655]);
});

test("fill in a target without a height of its own does not grow either", () => {
  const { page, frame } = open({ mode: "fill" });
  page.say(frame, "resize", { height: 655 });
  assert.equal(frame.style.height, "100%");
});

test("what the inbox reports reaches onError and the console, bounded", async () => {
  const { page, told, frame } = open();
  page.say(frame, "error", { code: "ORIGIN_NOT_ALLOWED", message: "Mint with this page's origin." });
  page.say(frame, "error", { code: "X".repeat(1e6), message: "y".repeat(1e6) });
  for (const bad of [{}, { code: 7, message: "x" }, { code: "X" }, { code: "X", message: {} }]) page.say(frame, "error", bad);
  await null;
  assert.deepEqual({ ...told[0] }, { code: "ORIGIN_NOT_ALLOWED", message: "Mint with this page's origin." });
  assert.equal(told.length, 2);
  assert.ok(told[1].code.length <= 64 && told[1].message.length < 1000);
  assert.equal(page.errors[0], "[PilotStatus] ORIGIN_NOT_ALLOWED: Mint with this page's origin.");
});

test("a callback that throws is reported as uncaught, later, and the inbox goes on", () => {
  const boom = (name) => () => {
    throw new Error(name);
  };
  const names = ["onReady", "onUnreadCount", "onConversationOpened", "onResize", "onSessionExpired"];
  const { page, chat, frame } = open(Object.fromEntries(names.map((name) => [name, boom(name)])));
  page.timers.clear(); // That of the silence.
  page.say(frame, "ready");
  page.say(frame, "chat:unread-count", { count: 1 });
  page.say(frame, "chat:conversation-opened", { conversationId: "conv_1" });
  page.say(frame, "resize", { height: 500 });
  page.say(frame, "session-expired");
  const thrown = [...page.timers.values()].map(({ run }) => {
    try {
      run();
    } catch (error) {
      return error.message;
    }
  });
  assert.deepEqual(thrown, names);
  chat.setTheme("dark");
  assert.deepEqual(posts(frame).map(([type]) => type), ["init", "set-theme"]);
});

test("a callback that is no function is reported the same way", () => {
  const { page, frame } = open({ onReady: "hello", onUnreadCount: 7 });
  page.say(frame, "ready");
  page.say(frame, "chat:unread-count", { count: 1 });
  assert.deepEqual(posts(frame).map(([type]) => type), ["init"]);
});

test("callbacks are methods of the options, and may be exchanged there", () => {
  const options = {
    token: TOKEN,
    onReady() {
      this.wasReady = true;
    },
  };
  const page = openPage();
  page.PilotStatus.chat.mount("#inbox", options);
  page.say(frameIn(page), "ready");
  assert.equal(options.wasReady, true);
  let count;
  options.onUnreadCount = (it) => (count = it);
  page.say(frameIn(page), "chat:unread-count", { count: 4 });
  assert.equal(count, 4);
});

test("a frame that this page's CSP forbids is named at once", async () => {
  const { page, told } = open();
  const violation = { disposition: "enforce", effectiveDirective: "frame-src", blockedURI: `${INBOX}/?parentOrigin=x` };
  const violate = (change) => page.deliver({ ...violation, ...change }, "securitypolicyviolation");
  violate({ blockedURI: "https://other.example/" });
  violate({ blockedURI: "inline" });
  violate({ effectiveDirective: "img-src" });
  violate({ disposition: "report" });
  await null;
  assert.deepEqual(told, []);
  violate({});
  violate({});
  await null;
  assert.deepEqual(told.map(({ code }) => code), ["FRAME_BLOCKED"]);
  assert.match(told[0].message, /frame-src https:\/\/inbox\.example/);
  assert.equal(page.timers.size, 0, "silence is explained already");
});

test("a session that ended lets the page mount again from within its own callback, without a frame left over", async () => {
  const page = openPage();
  let count = 0;
  const show = () => {
    const chat = page.PilotStatus.chat.mount("#inbox", {
      token: `token.number.${count++}`,
      onSessionExpired() {
        chat.destroy();
        show();
      },
    });
  };
  show();
  for (let i = 0; i < 3; i++) {
    page.say(frameIn(page), "ready");
    page.say(frameIn(page), "session-expired");
    await settle();
  }
  assert.equal(page.elements["#inbox"].children.length, 1);
  assert.equal(page.listeners.size, 1);
  assert.equal(count, 4);
});
