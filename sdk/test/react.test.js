// The React wrappers, on a stand-in for React (test/react.js).

import assert from "node:assert/strict";
import { test } from "node:test";
import { bundled, INBOX, openPage, posts, settle } from "./page.js";

const TOKEN = "header.claims.signature";
const inbox = await bundled("react.ts");
const onpilot = await bundled("onpilot/react.ts");

function open(code, options) {
  const page = openPage({ code, src: null });
  const { React, ...entry } = page.Entry;
  const root = React.createRoot(page.elements["#inbox"], options);
  const h = React.createElement;
  return { page, entry, root, h, React, frames: () => page.elements["#inbox"].all("iframe") };
}

test("the inbox mounts into a div of its own, and goes with it", () => {
  const { page, entry, root, h, frames } = open(inbox);
  root.render(h(entry.PilotStatusChat, { token: TOKEN, baseUrl: INBOX, theme: "dark", className: "mine" }));
  assert.equal(frames().length, 1);
  assert.equal(page.elements["#inbox"].children[0].className, "mine");
  page.say(frames()[0], "ready");
  assert.deepEqual(posts(frames()[0]), [["init", { token: TOKEN, theme: "dark" }]]);
  root.unmount();
  assert.deepEqual([frames().length, page.listening, page.timers.size], [0, 0, 0]);
});

test("StrictMode shows one inbox, with everything it was given", () => {
  const { page, entry, root, h, frames } = open(inbox, { strict: true });
  root.render(h(entry.PilotStatusChat, { token: TOKEN, baseUrl: INBOX, theme: "dark", context: { id: "1" } }));
  assert.deepEqual([frames().length, page.listeners.size], [1, 1]);
  page.say(frames()[0], "ready");
  const sent = posts(frames()[0]);
  assert.deepEqual(sent[0], ["init", { token: TOKEN, theme: "dark" }]);
  assert.deepEqual(sent.at(-1), ["set-context", { context: { id: "1" } }]);
});

test("renders with new closures and equal records change nothing; changes are followed in place", () => {
  const { page, entry, root, h, frames } = open(inbox);
  const counts = [];
  const render = (n, props) =>
    root.render(h(entry.PilotStatusChat, { token: TOKEN, baseUrl: INBOX, onUnreadCount: (it) => counts.push([n, it]), context: { id: "1" }, ...props }));
  render(1);
  const [frame] = frames();
  page.say(frame, "ready");
  render(2);
  page.say(frame, "chat:unread-count", { count: 5 });
  assert.deepEqual(counts, [[2, 5]], "the newest callback");
  assert.equal(posts(frame).length, 2);
  render(3, { theme: "dark", locale: "es", context: { id: "2" } });
  render(4, { theme: "dark", locale: "es", context: undefined });
  assert.deepEqual(posts(frame).slice(2), [
    ["set-theme", { theme: "dark" }],
    ["set-locale", { locale: "es" }],
    ["set-context", { context: { id: "2" } }],
    ["set-context", { context: {} }],
  ]);
  assert.deepEqual(frames(), [frame]);
});

test("a token that comes later mounts then, another one anew", () => {
  const { page, entry, root, h, frames } = open(inbox);
  const render = (token) => root.render(h(entry.PilotStatusChat, { token, baseUrl: INBOX }));
  render(undefined);
  assert.equal(frames().length, 0);
  assert.deepEqual(page.errors, []);
  render(TOKEN);
  const [first] = frames();
  render("another.token.here");
  assert.equal(frames().length, 1);
  assert.notEqual(frames()[0], first);
});

test("getToken may be a new closure at each render; ref is the handle; a record that is a cycle is told once", async () => {
  const { page, entry, root, h, React, frames } = open(inbox);
  const ref = { current: null };
  const told = [];
  const cycle = {};
  cycle.self = cycle;
  const render = (n) =>
    root.render(h(entry.PilotStatusChat, { getToken: () => `token.number.${n}`, baseUrl: INBOX, ref, context: cycle, onError: ({ code }) => told.push(code) }));
  assert.ok(React);
  render(1);
  await settle();
  const [frame] = frames();
  page.say(frame, "ready");
  render(2);
  page.say(frame, "token-needed");
  await settle();
  ref.current.openConversation("conv_1");
  assert.deepEqual(posts(frame), [
    ["init", { token: "token.number.1", renews: true }],
    ["renew", { token: "token.number.2" }],
    ["open-conversation", { conversationId: "conv_1" }],
  ]);
  assert.deepEqual(told, ["ARGUMENT_INVALID"]);
  root.unmount();
  assert.equal(ref.current, null);
});

const said = (frame) => frame.posted.map(({ type, data }) => [type, data]);
const props = { baseUrl: INBOX, identityToken: TOKEN };

for (const [name, layout, open_] of [
  ["CopilotBubble", "bubble", "none"],
  ["CopilotSidebar", "sidebar", "block"],
  ["CopilotInline", "inline", "block"],
  ["CopilotPanel", "panel", "block"],
]) {
  test(`${name}: a titled frame, ready, messages, close, and nothing left`, () => {
    const { page, entry, root, h, frames } = open(onpilot, { strict: true });
    const heard = [];
    root.render(
      h(entry[name], {
        ...props,
        context: { recordType: "deal", recordId: "1" },
        theme: "dark",
        onReady: () => heard.push("ready"),
        onMessage: (it) => heard.push(it.content),
        onClose: () => heard.push("close"),
      }),
    );
    const [frame] = frames();
    assert.equal(frames().length, 1);
    assert.equal(frame.title, "OnPilot Chat");
    assert.equal(new URL(frame.src).searchParams.get("layout"), layout);
    assert.equal(frame.parent.style.display, open_);
    assert.equal(page.elements["#inbox"].all("button").length, layout === "bubble" || layout === "sidebar" ? 1 : 0);
    frame.onload();
    page.sayOnPilot(frame, "ready");
    assert.deepEqual(said(frame).map(([type]) => type).sort(), [
      "onpilot:context",
      "onpilot:identity_token",
      "onpilot:page_context",
      "onpilot:theme_update",
    ]);
    page.sayOnPilot(frame, "message", { id: "msg_1", content: "Hello" });
    page.sayOnPilot(frame, "close");
    assert.deepEqual(heard, ["ready", "Hello", "close"]);
    assert.equal(frame.parent.style.display, "none");
    root.unmount();
    assert.deepEqual([frames().length, page.listening, page.timers.size], [0, 0, 0]);
  });
}

test("inline follows its height", () => {
  const { page, entry, root, h, frames } = open(onpilot);
  root.render(h(entry.CopilotInline, props));
  page.sayOnPilot(frames()[0], "resize", { height: 777 });
  assert.equal(frames()[0].parent.style.height, "777px");
});

test("useOnPilot: in a provider and in the three that have one, with what is documented", () => {
  for (const around of ["OnPilotProvider", "CopilotBubble", "CopilotSidebar", "CopilotInline"]) {
    const { page, entry, root, h, frames } = open(onpilot);
    let hook;
    const Inside = () => {
      hook = entry.useOnPilot();
      return null;
    };
    const chat = around === "OnPilotProvider" ? h(entry.CopilotInline, {}) : null;
    root.render(h(entry[around], { ...props, defaultOpen: false }, h(Inside), chat));
    assert.deepEqual(Object.keys(hook).sort(), ["close", "isOpen", "isReady", "open", "setContext", "toggle"]);
    const [frame] = frames();
    frame.onload();
    page.sayOnPilot(frame, "ready");
    root.flush();
    assert.equal(hook.isReady, true);
    hook.close();
    root.flush();
    assert.deepEqual([hook.isOpen, frame.parent.style.display], [false, "none"]);
    hook.toggle();
    root.flush();
    assert.deepEqual([hook.isOpen, frame.parent.style.display], [true, "block"]);
    hook.setContext({ recordId: "9" });
    assert.deepEqual(said(frame).slice(-2), [
      ["onpilot:context", { recordId: "9" }],
      ["onpilot:page_context", { entityId: "9" }],
    ]);
  }
});

test("useOnPilot throws with nothing around, and inside a panel", () => {
  const { entry, root, h } = open(onpilot);
  const Inside = () => void entry.useOnPilot();
  assert.throws(() => root.render(h(Inside)), /useOnPilot\(\) needs/);
  const panel = open(onpilot);
  const InPanel = () => void panel.entry.useOnPilot();
  assert.throws(() => panel.root.render(panel.h(panel.entry.CopilotPanel, props, panel.h(InPanel))), /useOnPilot\(\) needs/);
});

test("a panel inside a provider is one of its places", () => {
  const { page, entry, root, h, frames } = open(onpilot);
  let hook;
  const Inside = () => void (hook = entry.useOnPilot());
  root.render(h(entry.OnPilotProvider, props, h(entry.CopilotPanel, {}, h(Inside))));
  frames()[0].onload();
  page.sayOnPilot(frames()[0], "ready");
  root.flush();
  assert.equal(hook.isReady, true);
});

test("the context prop is read once; theme, flags, suggestions and user are followed", () => {
  const { page, entry, root, h, frames } = open(onpilot);
  const render = (more) => root.render(h(entry.CopilotInline, { ...props, ...more }));
  render({ context: { recordId: "1" } });
  const [frame] = frames();
  frame.onload();
  page.sayOnPilot(frame, "ready");
  const before = frame.posted.length;
  render({ context: { recordId: "2" }, theme: "dark", uiFlags: { hideFooter: true }, suggestions: ["Hi"], userContext: { plan: "pro" } });
  render({ context: { recordId: "3" }, theme: "dark", uiFlags: { hideFooter: true }, suggestions: ["Hi"], userContext: { plan: "pro" } });
  assert.deepEqual(said(frame).slice(before), [
    ["onpilot:theme_update", { theme: "dark" }],
    ["onpilot:user_context", { plan: "pro" }],
    ["onpilot:smart-suggestions", { suggestions: ["Hi"] }],
    ["onpilot:ui-flags", { hideFooter: true }],
  ]);
});

test("a new identityToken is a rotation, not a new frame; a provider may be a new closure each time", async () => {
  const { page, entry, root, h, frames } = open(onpilot);
  root.render(h(entry.CopilotInline, props));
  const [frame] = frames();
  frame.onload();
  page.sayOnPilot(frame, "ready");
  root.render(h(entry.CopilotInline, { ...props, identityToken: "fresh.token.here" }));
  assert.deepEqual(said(frame).at(-1), ["onpilot:identity_token", { token: "fresh.token.here" }]);
  assert.deepEqual(frames(), [frame]);

  const asked = open(onpilot, { strict: true });
  let calls = 0;
  const render = () =>
    asked.root.render(asked.h(asked.entry.CopilotBubble, { baseUrl: INBOX, identityTokenProvider: async () => `token.number.${++calls}` }));
  render();
  render();
  await settle();
  assert.equal(asked.frames().length, 1);
  asked.frames()[0].onload();
  assert.match(said(asked.frames()[0])[0][1].token, /^token\.number\./);
});

test("a bubble and a sidebar in one provider share token, record and state", () => {
  const { page, entry, root, h, frames } = open(onpilot);
  root.render(h(entry.OnPilotProvider, props, h(entry.CopilotInline, {}), h(entry.CopilotSidebar, {})));
  assert.equal(frames().length, 2);
  for (const frame of frames()) {
    frame.onload();
    page.sayOnPilot(frame, "ready");
    assert.deepEqual(said(frame)[0], ["onpilot:identity_token", { token: TOKEN }]);
  }
});
