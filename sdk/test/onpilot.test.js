// The OnPilot dialect: the script tag, and the hub that the React components share.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bundled, HOST, INBOX, openPage, settle } from "./page.js";

const TOKEN = "header.claims.signature";
const hub = await bundled("onpilot/hub.ts");
const schedule = await bundled("onpilot/token.ts");

/** A page with the script tag; its frame has loaded. */
function tag(dataset = { identityToken: TOKEN }) {
  const page = openPage({ file: "onpilot.js", src: `${INBOX}/onpilot.js`, dataset });
  const [frame] = page.body.all("iframe");
  frame?.onload();
  const [launcher] = page.body.all("button");
  return { page, frame, launcher, panel: frame?.parent };
}

/** A page with a hub, and one inline frame in it. */
function chat(options = {}) {
  const page = openPage({ code: hub, src: null });
  const it = new page.Entry.Hub({ baseUrl: INBOX, identityToken: TOKEN, ...options });
  const attach = () => {
    const place = { shown: [], show: (open) => place.shown.push(open), resize: (height) => (place.height = height) };
    const [frame, remove] = it.frame("inline", true, place);
    page.body.append(frame);
    return { frame, place, remove };
  };
  return { page, hub: it, attach };
}

const said = (frame) => frame.posted.map(({ type, data }) => [type, data]);
const token = (value) => ["onpilot:identity_token", { token: value }];

test("the frame is the agreed one: address, title, name, and no token anywhere", () => {
  const { page, frame } = tag();
  const url = new URL(frame.src);
  assert.equal(url.origin + url.pathname, `${INBOX}/`);
  assert.deepEqual(Object.fromEntries(url.searchParams), { dialect: "onpilot", parentOrigin: HOST, layout: "bubble" });
  assert.equal(frame.title, "OnPilot Chat");
  assert.ok(frame.attributes["aria-label"]);
  assert.equal(frame.attributes.sandbox, "allow-scripts allow-same-origin allow-forms allow-popups");
  assert.equal(page.script.getAttribute("data-identity-token"), null, "the markup does not keep it");
});

test("the token is repeated until ready, to the inbox's exact origin, and not after", () => {
  const { page, frame } = tag();
  page.elapse(250);
  page.elapse(250);
  assert.deepEqual(said(frame), [token(TOKEN), token(TOKEN), token(TOKEN)]);
  assert.ok(frame.posted.every(({ target }) => target === INBOX));
  page.sayOnPilot(frame, "ready");
  assert.equal(page.timers.size, 0);
});

test("an inbox that is not ready after 10 s is named once; the token goes on more slowly", () => {
  const { page, frame } = tag();
  for (let i = 0; i < 39; i++) page.elapse(250);
  assert.equal(page.errors.length, 1);
  assert.match(page.errors[0], /^\[OnPilot\] FRAME_SILENT: .*https:\/\/app\.saas\.example/);
  page.elapse(2_000);
  page.elapse(2_000);
  assert.equal(page.errors.length, 1);
  assert.equal(frame.posted.length, 42);
});

test("a reloaded frame gets the token again", () => {
  const { page, frame } = tag();
  page.sayOnPilot(frame, "ready");
  frame.onload();
  page.elapse(250);
  assert.equal(frame.posted.length, 3);
  page.sayOnPilot(frame, "ready");
  assert.equal(page.timers.size, 0);
});

test("ready before the load event, from a token that the page itself has posted: no second bootstrap", () => {
  const page = openPage({ file: "onpilot.js", src: `${INBOX}/onpilot.js`, dataset: { identityToken: TOKEN } });
  const [frame] = page.body.all("iframe");
  page.sayOnPilot(frame, "ready");
  frame.onload();
  assert.deepEqual([frame.posted.length, page.timers.size], [0, 0]);
});

test("bubble: the launcher shows and hides, close hides, the focus goes along", () => {
  const { page, frame, launcher, panel } = tag();
  assert.equal(panel.style.display, "none");
  assert.deepEqual([launcher.attributes["aria-label"], launcher.attributes["aria-expanded"]], ["Open chat", "false"]);
  launcher.onclick();
  assert.equal(panel.style.display, "block");
  assert.equal(page.document.activeElement, frame);
  assert.deepEqual([launcher.attributes["aria-label"], launcher.attributes["aria-expanded"]], ["Close chat", "true"]);
  page.sayOnPilot(frame, "close");
  assert.equal(panel.style.display, "none");
  assert.equal(page.document.activeElement, launcher);
  page.sayOnPilot(frame, "close");
  assert.equal(panel.style.display, "none", "closing twice is closing");
});

test("positions: sidebar is open and docked, inline stands at its tag and follows its height, left is the start side", () => {
  const sidebar = tag({ identityToken: TOKEN, position: "sidebar" });
  assert.equal(sidebar.panel.style.display, "block");
  assert.equal(sidebar.launcher.style.display, "none");
  sidebar.page.sayOnPilot(sidebar.frame, "close");
  assert.equal(sidebar.launcher.style.display, "grid", "what was closed can be opened");

  const inline = tag({ identityToken: TOKEN, position: "inline" });
  assert.equal(inline.launcher, undefined);
  assert.equal(new URL(inline.frame.src).searchParams.get("layout"), "inline");
  inline.page.sayOnPilot(inline.frame, "resize", { height: 812 });
  for (const height of [0, -1, "9", NaN, 1e9, undefined]) inline.page.sayOnPilot(inline.frame, "resize", { height });
  assert.equal(inline.panel.style.height, "812px");

  assert.equal(tag({ identityToken: TOKEN, position: "bottom-left" }).panel.style.insetInlineStart, "16px");
  const odd = tag({ identityToken: TOKEN, position: "javascript:alert(1)" });
  assert.equal(new URL(odd.frame.src).searchParams.get("layout"), "bubble");
});

test("only the inline layout follows a height", () => {
  const { page, frame, panel } = tag();
  const before = panel.style.height;
  page.sayOnPilot(frame, "resize", { height: 812 });
  assert.equal(panel.style.height, before);
});

test("a tag without a token says so", () => {
  const { page } = tag({});
  assert.match(page.errors[0], /TOKEN_MISSING/);
});

test("two tags are two chats that hear each its own", () => {
  const first = tag();
  const second = tag();
  first.page.sayOnPilot(second.frame, "ready");
  assert.equal(first.page.timers.size, 1, "still waiting for its own");
});

test("messages wait for ready, in the order of their kinds, the newest of each, and come again with each ready", () => {
  const { page, hub, attach } = chat();
  hub.say("theme_update", { theme: "light" });
  hub.say("smart-suggestions", { suggestions: ["Hello"] });
  hub.say("theme_update", { theme: "dark" });
  hub.say("ui-flags", { hideFooter: true });
  hub.say("ui-flags", { hideBranding: true });
  const { frame } = attach();
  assert.deepEqual(frame.posted, []);
  frame.onload();
  page.sayOnPilot(frame, "ready");
  const all = [
    ["onpilot:theme_update", { theme: "dark" }],
    ["onpilot:smart-suggestions", { suggestions: ["Hello"] }],
    ["onpilot:ui-flags", { hideFooter: true, hideBranding: true }],
  ];
  assert.deepEqual(said(frame), [token(TOKEN), ...all]);
  hub.say("user_context", { plan: "pro" });
  frame.onload();
  hub.say("user_context", { plan: "free" });
  page.sayOnPilot(frame, "ready");
  assert.deepEqual(said(frame).slice(4), [["onpilot:user_context", { plan: "pro" }], token(TOKEN), ...all, ["onpilot:user_context", { plan: "free" }]]);
});

test("a record is said in both vocabularies, and cleared in both", () => {
  const { page, hub, attach } = chat();
  const { frame } = attach();
  frame.onload();
  page.sayOnPilot(frame, "ready");
  const record = { recordType: "deal", recordId: "1", recordName: "Acme", recordData: { amount: 5 }, url: "https://a.example", title: "A" };
  hub.setContext(record);
  hub.setContext(null);
  assert.deepEqual(said(frame).slice(1), [
    ["onpilot:context", record],
    ["onpilot:page_context", { url: "https://a.example", title: "A", entityType: "deal", entityId: "1", metadata: { amount: 5 } }],
    ["onpilot:context", {}],
    ["onpilot:page_context", {}],
  ]);
});

test("several frames hear the same; each is ready for itself", () => {
  const { page, hub, attach } = chat();
  const [a, b] = [attach(), attach()];
  for (const { frame } of [a, b]) frame.onload();
  page.sayOnPilot(a.frame, "ready");
  hub.say("theme_update", { theme: "dark" });
  assert.deepEqual([a.frame.posted.length, b.frame.posted.length], [2, 1]);
  page.sayOnPilot(b.frame, "ready");
  assert.equal(b.frame.posted.length, 2);
  hub.setToken("fresh.token.here");
  for (const { frame } of [a, b]) assert.deepEqual(said(frame).at(-1), token("fresh.token.here"));
  hub.setToken("fresh.token.here");
  assert.equal(b.frame.posted.length, 3, "the same token is no news");
  b.remove();
  a.remove();
  assert.deepEqual([page.listening, page.timers.size], [0, 0]);
});

test("a frame that waits for its page's token is named after 10 s, and lives when it comes", () => {
  const { page, hub, attach } = chat({ identityToken: undefined });
  const { frame } = attach();
  frame.onload();
  assert.deepEqual(page.errors, []);
  for (let i = 0; i < 39; i++) page.elapse(250);
  assert.match(page.errors[0], /FRAME_SILENT.*Check the token/);
  hub.setToken(TOKEN);
  assert.deepEqual(said(frame), [token(TOKEN)]);
});

test("a token that comes after the frame goes out at once", async () => {
  const { page, hub, attach } = chat({ identityToken: undefined, identityTokenProvider: async () => TOKEN });
  const { frame } = attach();
  frame.onload();
  assert.deepEqual(frame.posted, []);
  hub.start();
  await settle();
  assert.deepEqual(said(frame), [token(TOKEN)]);
  assert.deepEqual(page.errors, []);
});

const jwt = (claims) => `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;

test("a provider is asked again before its token ends, and after a failure", async () => {
  let calls = 0;
  let broken = false;
  const now = Math.floor(Date.now() / 1000);
  const told = [];
  const { page, hub, attach } = chat({
    identityToken: undefined,
    identityTokenProvider: () => {
      if (broken) throw new Error("down");
      return jwt({ iat: now, exp: now + 3600, n: calls++ });
    },
    onError: ({ code }) => told.push(code),
  });
  const { frame } = attach();
  frame.onload();
  const stop = hub.start();
  await settle();
  page.sayOnPilot(frame, "ready");
  const [{ ms }] = page.timers.values();
  assert.ok(Math.abs(ms - 3_540_000) < 5_000, `${ms}`);
  broken = true;
  page.elapse(ms);
  await settle();
  page.elapse(1_000);
  await settle();
  assert.deepEqual(told, ["TOKEN_NOT_RENEWED", "TOKEN_NOT_RENEWED"]);
  broken = false;
  page.elapse(2_000);
  await settle();
  assert.equal(calls, 2);
  assert.equal(said(frame).filter(([type]) => type === "onpilot:identity_token").length, 2);
  stop();
  assert.equal(page.timers.size, 0);
});

test("when a token is replaced: a fifth of its life before the end, but 30 to 60 seconds; half of a very short one", () => {
  const { Entry } = openPage({ code: schedule, src: null });
  const now = 1_800_000_000;
  const after = (claims) => Entry.renewIn(jwt(claims), now * 1000);
  assert.equal(after({ iat: now, exp: now + 86_400 }), 86_340_000);
  assert.equal(after({ iat: now, exp: now + 3_600 }), 3_540_000);
  assert.equal(after({ iat: now, exp: now + 200 }), 160_000);
  assert.equal(after({ iat: now, exp: now + 100 }), 70_000);
  assert.equal(after({ iat: now, exp: now + 40 }), 20_000);
  assert.equal(after({ iat: now, exp: now + 2 }), 5_000, "never in a frenzy");
  assert.equal(after({ exp: now + 3_600 }), 3_540_000, "without iat");
  assert.equal(after({ iat: now - 1_800, exp: now + 1_800 }), 1_740_000, "half used up");
  assert.equal(after({ iat: now - 9_000, exp: now - 5_400 }), 3_540_000, "the visitor's clock is far ahead");
  assert.equal(after({ iat: now + 9_000, exp: now + 12_600 }), 3_540_000, "or far behind");
  assert.equal(after({}), undefined);
  for (const odd of ["", "a.b.c", "x", "..", "h.bnVsbA.s"]) assert.equal(Entry.renewIn(odd), undefined);
});

test("messages, close and ready reach their callbacks; what they throw stops nothing", () => {
  const heard = [];
  const { page, hub, attach } = chat({
    onReady() {
      heard.push("ready");
      throw new Error("ready");
    },
    onMessage: (it) => heard.push(it.content),
    onClose: () => heard.push("close"),
  });
  const states = [];
  hub.onState = (state) => states.push({ ...state });
  const { frame, place } = attach();
  frame.onload();
  page.sayOnPilot(frame, "ready");
  page.sayOnPilot(frame, "message", { id: "msg_1", content: "Hello" });
  page.sayOnPilot(frame, "message", { id: 7, content: "no" });
  page.sayOnPilot(frame, "close");
  frame.onload();
  page.sayOnPilot(frame, "ready");
  assert.deepEqual(heard, ["ready", "Hello", "close"]);
  assert.equal(place.shown.at(-1), false);
  assert.deepEqual(states, [
    { isOpen: true, isReady: false },
    { isOpen: true, isReady: true },
    { isOpen: false, isReady: true },
  ]);
});

test("mistakes are told, and no frame is made", async () => {
  for (const [options, code, setup] of [
    [{ baseUrl: "inbox.example" }, "BASE_URL_INVALID"],
    [{ baseUrl: undefined }, "BASE_URL_INVALID"],
    [{ baseUrl: INBOX }, "PAGE_WITHOUT_ORIGIN", { isSandboxed: true }],
    [{ baseUrl: INBOX }, "PAGE_WITHOUT_ORIGIN", { origin: "null" }],
  ]) {
    const told = [];
    const page = openPage({ code: hub, src: null, ...setup });
    const it = new page.Entry.Hub({ identityToken: TOKEN, onError: (error) => told.push(error.code), ...options });
    assert.equal(it.frame("inline", true, { show() {}, resize() {} }), undefined);
    await null;
    assert.deepEqual(told, [code]);
  }
  const { page, hub: it } = chat();
  const cycle = {};
  cycle.self = cycle;
  it.setContext({ recordData: cycle });
  assert.match(page.errors[0], /ARGUMENT_INVALID/);
});
