import assert from "node:assert/strict";
import { test } from "node:test";
import { frameIn, HOST, INBOX, openPage } from "./page.js";

const TOKEN = "0b6f1c9e-3f6c-4a57-9f3f-5f6a4f2f7b11";
const dialogOf = (page) => page.body.children.find(({ tag }) => tag === "dialog");

/** Options that write down what they hear. */
function listening(more) {
  const heard = [];
  const names = ["onPaired", "onError", "onExpired", "onClose"];
  return [heard, { token: TOKEN, ...Object.fromEntries(names.map((name) => [name, (...args) => heard.push([name, ...args.map((it) => ({ ...it }))])])), ...more }];
}

test("inline: the documented frame, and nothing is ever said to it", () => {
  const page = openPage();
  page.PilotStatus.connect.mount("#inbox", { token: "rp_1/../x?y" });
  const frame = frameIn(page);
  assert.equal(frame.src, `${INBOX}/connect/rp_1%2F..%2Fx%3Fy?parentOrigin=${encodeURIComponent(HOST)}`);
  assert.equal(
    frame.attributes.sandbox,
    "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox",
  );
  page.say(frame, "ready");
  page.say(frame, "resize", { height: 512 });
  assert.equal(frame.style.height, "512px");
  assert.deepEqual(frame.posted, []);
});

test("what the page says reaches its callback, with what is documented and no more", async () => {
  const page = openPage();
  const [heard, options] = listening();
  page.PilotStatus.connect.mount("#inbox", options);
  const frame = frameIn(page);
  page.say(frame, "connect:paired", { numberId: "wn_1", redirectUrl: "https://app.example/done", secret: 1 });
  page.say(frame, "connect:paired", { numberId: 7 });
  page.say(frame, "connect:paired");
  page.say(frame, "connect:error", { message: "The phone refused." });
  page.say(frame, "connect:error", {});
  page.say(frame, "connect:expired");
  await null;
  assert.deepEqual(heard, [
    ["onPaired", { numberId: "wn_1", redirectUrl: "https://app.example/done" }],
    ["onPaired", {}],
    ["onPaired", {}],
    ["onExpired"],
    ["onError", { code: "CONNECT_FAILED", message: "The phone refused." }],
  ]);
});

test("only the frame's own window at the inbox's origin is heard", () => {
  const page = openPage();
  const [heard, options] = listening();
  page.PilotStatus.connect.mount("#inbox", options);
  const data = { source: "pilot-status-embed", v: 1, type: "connect:paired", payload: {} };
  page.deliver({ origin: "https://evil.example", source: frameIn(page).contentWindow, data });
  page.deliver({ origin: INBOX, source: { postMessage() {} }, data });
  assert.deepEqual(heard, []);
});

test("in a window: the browser's own modal, closed by Esc, by its button and by a click beside it", () => {
  for (const close of [
    ({ dialog }) => dialog.oncancel(),
    ({ dialog, button }) => dialog.onclick({ target: button }),
    ({ dialog }) => dialog.onclick({ target: dialog }),
  ]) {
    const page = openPage();
    const [heard, options] = listening();
    const handle = page.PilotStatus.connect.open(options);
    const dialog = dialogOf(page);
    const [button] = dialog.all("button");
    assert.equal(dialog.open, true, "showModal: the page behind is inert, and the focus returns by itself");
    assert.ok(dialog.attributes["aria-label"] && button.attributes["aria-label"]);
    assert.equal(button.autofocus, true);
    const [frame] = dialog.all("iframe");
    dialog.onclick({ target: dialog.children[0] });
    assert.deepEqual(heard, [], "a click on the card closes nothing");
    page.say(frame, "resize", { height: 700 });
    assert.equal(frame.style.height, "700px");
    close({ dialog, button });
    assert.deepEqual(heard, [["onClose"]]);
    assert.equal(dialog.open, false);
    assert.equal(dialogOf(page), undefined);
    assert.deepEqual([page.listening, page.timers.size], [0, 0]);
    handle.destroy();
    assert.deepEqual(heard, [["onClose"]]);
  }
});

test("destroy closes the window without a word", () => {
  const page = openPage();
  const [heard, options] = listening();
  page.PilotStatus.connect.open(options).destroy();
  assert.deepEqual(heard, []);
  assert.equal(dialogOf(page), undefined);
  assert.deepEqual([page.listening, page.timers.size], [0, 0]);
});

test("two windows at once are two", () => {
  const page = openPage();
  const first = page.PilotStatus.connect.open({ token: "a" });
  page.PilotStatus.connect.open({ token: "b" });
  first.destroy();
  assert.ok(dialogOf(page).all("iframe")[0].src.includes("/connect/b?"));
});

test("until the page answers, a clear error", async () => {
  const page = openPage();
  const [heard, options] = listening();
  page.PilotStatus.connect.open(options);
  page.elapse(10_000);
  await null;
  assert.equal(heard[0][1].code, "FRAME_SILENT");
  assert.match(heard[0][1].message, /pairing link is new/);
});

for (const [name, options, code] of [
  ["no options", undefined, "TOKEN_MISSING"],
  ["no token", {}, "TOKEN_MISSING"],
  ["the API key", { token: "ps_live_0123456789" }, "API_KEY_IN_BROWSER"],
  ["no web address", { token: TOKEN, baseUrl: "javascript:alert(1)" }, "BASE_URL_INVALID"],
]) {
  test(`${name}: ${code}, and no window`, () => {
    const page = openPage();
    page.PilotStatus.connect.open(options).destroy();
    page.PilotStatus.connect.mount("#inbox", options).destroy();
    assert.equal(page.errors.length, 2);
    for (const error of page.errors) assert.match(error, new RegExp(`${code}: `));
    assert.equal(dialogOf(page), undefined);
    assert.equal(page.elements["#inbox"].children.length, 0);
  });
}

test("an unknown selector is told", () => {
  const page = openPage();
  page.PilotStatus.connect.mount("#nowhere", { token: TOKEN }).destroy();
  assert.match(page.errors[0], /TARGET_NOT_FOUND.*#nowhere/);
});
