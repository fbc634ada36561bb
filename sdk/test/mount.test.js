import assert from "node:assert/strict";
import { test } from "node:test";
import { frameIn, HOST, INBOX, openPage, posts } from "./page.js";

const TOKEN = "header.claims.signature";

test("the frame is the documented one, and the token is nowhere in it", () => {
  const page = openPage();
  page.PilotStatus.init();
  page.PilotStatus.chat.mount("#inbox", { token: TOKEN, locale: "pt", theme: "dark" });
  const frame = frameIn(page);
  const url = new URL(frame.src);
  assert.equal(url.origin + url.pathname, `${INBOX}/`);
  assert.deepEqual(Object.fromEntries(url.searchParams), { parentOrigin: HOST, locale: "pt", theme: "dark" });
  assert.equal(frame.attributes.sandbox, "allow-scripts allow-same-origin allow-forms allow-popups");
  assert.equal(frame.title, "WhatsApp inbox");
  assert.equal(frame.allow, "clipboard-write; microphone");
  assert.equal(frame.referrerPolicy, "origin");
  const { contentWindow, posted, parent, page: _, ...visible } = frame;
  assert.ok(!JSON.stringify(visible).includes(TOKEN));
});

test("ready is answered with init, to the inbox's exact origin", () => {
  const page = openPage();
  let ready = 0;
  page.PilotStatus.chat.mount("#inbox", { token: TOKEN, locale: "en", theme: "light", onReady: () => ready++ });
  const frame = frameIn(page);
  assert.deepEqual(frame.posted, [], "nothing is said before the frame is ready");
  page.say(frame, "ready");
  assert.deepEqual(frame.posted, [
    {
      source: "pilot-status-embed",
      v: 1,
      type: "init",
      payload: { token: TOKEN, locale: "en", theme: "light" },
      target: INBOX,
    },
  ]);
  assert.equal(ready, 1);
});

test("calls before ready are held and follow init in their order", () => {
  const page = openPage();
  const chat = page.PilotStatus.chat.mount("#inbox", { token: TOKEN, locale: "en", theme: "light" });
  chat.setTheme("dark");
  chat.setLocale("pt");
  chat.setTheme("system");
  page.say(frameIn(page), "ready", {});
  assert.deepEqual(posts(frameIn(page)), [
    ["init", { token: TOKEN, locale: "en", theme: "light" }],
    ["set-theme", { theme: "dark" }],
    ["set-locale", { locale: "pt" }],
    ["set-theme", { theme: "system" }],
  ]);
});

test("a frame that was reloaded is given init again, with what holds by then", () => {
  const page = openPage();
  let ready = 0;
  const chat = page.PilotStatus.chat.mount("#inbox", { token: TOKEN, theme: "light", onReady: () => ready++ });
  page.say(frameIn(page), "ready");
  chat.setTheme("dark");
  page.say(frameIn(page), "ready");
  assert.deepEqual(posts(frameIn(page)).at(-1), ["init", { token: TOKEN, theme: "dark" }]);
  assert.equal(ready, 1);
});

test("events reach their callbacks, with payloads of the right type only", () => {
  const page = openPage();
  const heard = [];
  page.PilotStatus.chat.mount("#inbox", {
    token: TOKEN,
    onUnreadCount: (n) => heard.push(["unread", n]),
    onConversationOpened: (id) => heard.push(["opened", id]),
    onSessionExpired: () => heard.push(["expired"]),
  });
  const frame = frameIn(page);
  page.say(frame, "chat:unread-count", { count: 3 });
  page.say(frame, "chat:unread-count", { count: "4" });
  page.say(frame, "chat:conversation-opened", { conversationId: "conv_1" });
  page.say(frame, "chat:conversation-opened");
  page.say(frame, "an-event-of-next-year", { count: 5 });
  page.say(frame, "session-expired");
  page.say(frame, "session-expired", {});
  assert.deepEqual(heard, [["unread", 3], ["opened", "conv_1"], ["expired"]]);
});

test("only the frame's own window, at the inbox's origin, with our envelope is heard", () => {
  const page = openPage();
  const counts = [];
  page.PilotStatus.chat.mount("#inbox", { token: TOKEN, onUnreadCount: (n) => counts.push(n) });
  const frame = frameIn(page);
  const good = { source: "pilot-status-embed", v: 1, type: "chat:unread-count", payload: { count: 1 } };
  const ready = { ...good, type: "ready" };
  const own = { origin: INBOX, source: frame.contentWindow };
  for (const data of [good, ready]) {
    page.deliver({ ...own, origin: "https://inbox.example.evil.example", data });
    page.deliver({ ...own, origin: "null", data });
    page.deliver({ ...own, source: { postMessage: assert.fail }, data });
    page.deliver({ ...own, source: null, data });
    page.deliver({ ...own, data: { ...data, source: "onpilot" } });
    page.deliver({ ...own, data: { ...data, v: 2 } });
    page.deliver({ ...own, data: { ...data, v: "1" } });
    page.deliver({ ...own, data: { ...data, type: 7 } });
    page.deliver({ ...own, data: JSON.stringify(data) });
  }
  for (const data of [null, undefined, 0, "", [], { __proto__: null }]) page.deliver({ ...own, data });
  assert.deepEqual(counts, []);
  assert.deepEqual(frame.posted, [], "no token went out");
  page.deliver({ ...own, data: good });
  assert.deepEqual(counts, [1]);
});

test("two inboxes on one page hear and are told each its own", () => {
  const page = openPage({ selectors: ["#a", "#b"] });
  const counts = { a: [], b: [] };
  const a = page.PilotStatus.chat.mount("#a", { token: "token.of.a", onUnreadCount: (n) => counts.a.push(n) });
  page.PilotStatus.chat.mount(page.elements["#b"], { token: "token.of.b", onUnreadCount: (n) => counts.b.push(n) });
  const [frameA, frameB] = [frameIn(page, "#a"), frameIn(page, "#b")];
  page.say(frameA, "ready");
  page.say(frameB, "ready");
  page.say(frameB, "chat:unread-count", { count: 2 });
  a.setTheme("dark");
  assert.deepEqual(counts, { a: [], b: [2] });
  assert.deepEqual(posts(frameB).map(([type]) => type), ["init"]);
  assert.equal(posts(frameB)[0][1].token, "token.of.b");
  assert.deepEqual(posts(frameA).at(-1), ["set-theme", { theme: "dark" }]);
});

test("destroy leaves nothing behind, and later calls do nothing", () => {
  const page = openPage();
  const chat = page.PilotStatus.chat.mount("#inbox", { token: TOKEN, onUnreadCount: assert.fail });
  const frame = frameIn(page);
  const { contentWindow } = frame;
  page.say(frame, "ready");
  chat.destroy();
  assert.equal(page.listening, 0);
  assert.equal(page.timers.size, 0);
  assert.equal(page.elements["#inbox"].children.length, 0);
  page.deliver({
    origin: INBOX,
    source: contentWindow,
    data: { source: "pilot-status-embed", v: 1, type: "chat:unread-count", payload: { count: 1 } },
  });
  chat.setTheme("dark");
  chat.setLocale("pt");
  chat.destroy();
  assert.deepEqual(posts(frame).map(([type]) => type), ["init"]);
});

test("a new mount on the same target inside onSessionExpired, as the guide shows it", async () => {
  const page = openPage();
  let expired = 0;
  const chat = page.PilotStatus.chat.mount("#inbox", {
    token: TOKEN,
    onSessionExpired: async () => {
      expired++;
      const renewed = await Promise.resolve("renewed.token.here");
      chat.destroy();
      page.PilotStatus.chat.mount("#inbox", { token: renewed, locale: "en" });
    },
  });
  page.say(frameIn(page), "ready");
  page.say(frameIn(page), "session-expired");
  await new Promise(setImmediate);
  assert.equal(expired, 1);
  assert.equal(page.elements["#inbox"].children.length, 1);
  assert.equal(page.listeners.size, 1);
  page.say(frameIn(page), "ready");
  assert.equal(posts(frameIn(page))[0][1].token, "renewed.token.here");
});

test("a second mount on an element takes the place of the first", () => {
  const page = openPage();
  const first = page.PilotStatus.chat.mount("#inbox", { token: TOKEN });
  page.PilotStatus.chat.mount(page.elements["#inbox"], { token: TOKEN });
  assert.equal(page.elements["#inbox"].children.length, 1);
  assert.equal(page.listeners.size, 1);
  first.destroy();
  assert.equal(page.elements["#inbox"].children.length, 1, "the old handle does not touch the new inbox");
});

test("resize: followed where the page left the height open, ignored where it did not", () => {
  const page = openPage({ selectors: ["#open", "#fixed"] });
  page.elements["#fixed"].ownHeight = 720;
  for (const selector of ["#open", "#fixed"]) {
    page.PilotStatus.chat.mount(selector, { token: TOKEN });
    const frame = frameIn(page, selector);
    // Nothing in the page jumps when the inbox says what it would like: it has that from the start.
    assert.equal(frame.style.height, selector === "#open" ? "640px" : "100%");
    page.say(frame, "resize", { height: 655 });
  }
  assert.equal(frameIn(page, "#open").style.height, "655px");
  assert.equal(frameIn(page, "#fixed").style.height, "100%");
  for (const height of [Number.NaN, -1, 0, Infinity, "900", null, 1e9]) {
    page.say(frameIn(page, "#open"), "resize", { height });
  }
  assert.equal(frameIn(page, "#open").style.height, "655px");
  // The page gives it a height later on.
  page.elements["#open"].ownHeight = 300;
  page.say(frameIn(page, "#open"), "resize", { height: 655 });
  assert.equal(frameIn(page, "#open").style.height, "100%");
});
