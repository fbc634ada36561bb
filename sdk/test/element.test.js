// `<pilot-status-chat>`, from its own script beside embed.js.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";
import { openPage, posts, settle } from "./page.js";

const element = readFileSync(new URL("../../public/embed-element.js", import.meta.url), "utf8");

function open() {
  const page = openPage();
  vm.runInContext(element, page.context);
  const make = () => page.document.createElement("pilot-status-chat");
  return { page, make };
}

const TOKEN = "header.claims.signature";

test("a token and a place in the page mount the inbox; attributes and properties may come in any order", async () => {
  for (const late of [false, true]) {
    const { page, make } = open();
    const it = make();
    if (late) page.body.append(it);
    it.setAttribute("locale", "es");
    it.setAttribute("theme", "dark");
    it.token = TOKEN;
    it.context = { type: "deal", id: "1" };
    if (!late) page.body.append(it);
    assert.equal(it.children.length, 0, "after the task that sets it up");
    await settle();
    assert.equal(it.children.length, 1);
    assert.equal(it.style.display, "block");
    page.say(it.children[0], "ready");
    assert.deepEqual(posts(it.children[0]), [
      ["init", { token: TOKEN, locale: "es", theme: "dark" }],
      ["set-context", { context: { type: "deal", id: "1" } }],
    ]);
    assert.ok(!JSON.stringify(it.attributes).includes(TOKEN));
  }
});

test("without a token it waits, without a complaint", async () => {
  const { page, make } = open();
  page.body.append(make());
  await settle();
  assert.deepEqual(page.errors, []);
});

test("getToken instead of a token, and another function later without a new mount", async () => {
  const { page, make } = open();
  const it = make();
  it.getToken = () => "first.token.here";
  page.body.append(it);
  await settle();
  const [frame] = it.children;
  page.say(frame, "ready");
  it.getToken = () => "second.token.here";
  await settle();
  assert.equal(it.children[0], frame);
  page.say(frame, "token-needed");
  await settle();
  assert.deepEqual(posts(frame).at(-1), ["renew", { token: "second.token.here" }]);
});

test("changes: theme, locale and record in place; token, mode and base-url anew", async () => {
  const { page, make } = open();
  const it = make();
  it.token = TOKEN;
  page.body.append(it);
  await settle();
  const [frame] = it.children;
  page.say(frame, "ready");
  it.setAttribute("theme", "dark");
  it.setAttribute("locale", "ar");
  it.context = { id: "2" };
  it.context = null;
  it.openConversation("conv_1");
  assert.deepEqual(posts(frame).slice(1), [
    ["set-theme", { theme: "dark" }],
    ["set-locale", { locale: "ar" }],
    ["set-context", { context: { id: "2" } }],
    ["set-context", { context: {} }],
    ["open-conversation", { conversationId: "conv_1" }],
  ]);
  it.setAttribute("base-url", "https://other.example");
  it.setAttribute("mode", "fill");
  await settle();
  assert.equal(it.children.length, 1);
  assert.notEqual(it.children[0], frame);
  assert.equal(new URL(it.children[0].src).origin, "https://other.example");
  it.token = "another.token.here";
  await settle();
  assert.equal(it.children.length, 1);
});

test("events carry what the callbacks get", async () => {
  const { page, make } = open();
  const it = make();
  it.token = TOKEN;
  page.body.append(it);
  await settle();
  const [frame] = it.children;
  page.say(frame, "ready");
  page.say(frame, "chat:unread-count", { count: 3 });
  page.say(frame, "chat:conversation-opened", { conversationId: "conv_1" });
  page.say(frame, "resize", { height: 500 });
  page.say(frame, "error", { code: "X", message: "y" });
  page.say(frame, "session-expired");
  await settle();
  assert.deepEqual(
    it.events.map(({ type, detail }) => [type, typeof detail === "object" ? { ...detail } : detail]),
    [
      ["ready", undefined],
      ["unread-count", 3],
      ["conversation-opened", "conv_1"],
      ["resize", 500],
      ["session-expired", undefined],
      ["error", { code: "X", message: "y" }],
    ],
  );
});

test("taken out of the page it leaves nothing; moved within it stays one", async () => {
  const { page, make } = open();
  const it = make();
  it.token = TOKEN;
  page.body.append(it);
  await settle();
  const [frame] = it.children;
  page.elements["#inbox"].append(it);
  await settle();
  assert.deepEqual(it.children, [frame]);
  it.remove();
  await settle();
  assert.equal(it.children.length, 0);
  assert.deepEqual([page.listening, page.timers.size], [0, 0]);
});

test("what was set before the browser knew the element is taken over", async () => {
  const { page, make } = open();
  const it = make();
  Object.defineProperty(it, "token", { value: TOKEN, configurable: true, enumerable: true, writable: true });
  page.body.append(it);
  await settle();
  page.say(it.children[0], "ready");
  assert.equal(posts(it.children[0])[0][1].token, TOKEN);
});

test("loaded twice it stays the first", () => {
  const { page } = open();
  vm.runInContext(element, page.context);
  assert.deepEqual(page.errors, []);
});
