// What a developer sees who got something wrong: a code, a sentence that says what to do, and a page that still runs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { frameIn, HOST, INBOX, openPage } from "./page.js";

const TOKEN = "header.claims.signature";

const cases = [
  ["something that cannot be a string as target", {}, Object.create(null), { token: TOKEN }, "TARGET_NOT_FOUND", /object/],
  ["an unknown selector", {}, "#nowhere", { token: TOKEN }, "TARGET_NOT_FOUND", /#nowhere/],
  ["no selector at all", {}, "!!", { token: TOKEN }, "TARGET_NOT_FOUND", /!!/],
  ["nothing as target", {}, null, { token: TOKEN }, "TARGET_NOT_FOUND", /object/],
  ["no token", {}, "#inbox", {}, "TOKEN_MISSING", /POST \/v1\/embed\/sessions/],
  ["an empty token", {}, "#inbox", { token: "" }, "TOKEN_MISSING", /empty/],
  ["a promise as token", {}, "#inbox", { token: Promise.resolve(TOKEN) }, "TOKEN_MISSING", /got object/],
  ["the API key as token", {}, "#inbox", { token: "ps_live_0123456789" }, "API_KEY_IN_BROWSER", /Revoke it/],
  ["a bundle without baseUrl", { src: null }, "#inbox", { token: TOKEN }, "BASE_URL_INVALID", /baseUrl/],
  ["a base URL without a scheme", {}, "#inbox", { token: TOKEN, baseUrl: "inbox.example" }, "BASE_URL_INVALID", /https:/],
  ["a script as base URL", {}, "#inbox", { token: TOKEN, baseUrl: "javascript:alert(1)" }, "BASE_URL_INVALID", /https:/],
  ["a page from a file", { origin: "null" }, "#inbox", { token: TOKEN }, "PAGE_WITHOUT_ORIGIN", /Serve it/],
  ["a sandboxed page", { isSandboxed: true }, "#inbox", { token: TOKEN }, "PAGE_WITHOUT_ORIGIN", /sandboxed/],
];

for (const [name, setup, target, options, code, words] of cases) {
  test(`${name}: ${code}`, async () => {
    const page = openPage(setup);
    const told = [];
    const chat = page.PilotStatus.chat.mount(target, { ...options, onError: (error) => told.push(error) });
    assert.deepEqual(told, [], "onError comes after mount has returned");
    await null;
    assert.equal(told.length, 1);
    assert.equal(told[0].code, code);
    assert.match(told[0].message, words);
    assert.deepEqual(page.errors, [`[PilotStatus] ${code}: ${told[0].message}`]);
    assert.ok(!page.errors[0].includes("ps_live"), "a secret is not repeated in the console");
    chat.setTheme("dark");
    chat.setLocale("pt");
    chat.destroy();
    assert.equal(page.listeners.size, 0);
    assert.equal(page.elements["#inbox"].children.length, 0);
  });
}

test("no options at all: told, not thrown", () => {
  const page = openPage();
  page.PilotStatus.chat.mount("#inbox");
  assert.match(page.errors[0], /TOKEN_MISSING/);
});

test("an inbox that stays silent is named, with what to check", async () => {
  const page = openPage();
  const told = [];
  page.PilotStatus.chat.mount("#inbox", { token: TOKEN, onError: (error) => told.push(error) });
  const [{ run, ms }] = page.timers.values();
  assert.equal(ms, 10_000);
  run();
  await null;
  assert.equal(told[0].code, "FRAME_SILENT");
  assert.ok(told[0].message.includes(INBOX) && told[0].message.includes(HOST));
  page.say(frameIn(page), "ready");
  assert.equal(frameIn(page).posted.length, 1, "a late inbox still works");
});

test("an inbox that answers is not complained about", () => {
  const page = openPage();
  page.PilotStatus.chat.mount("#inbox", { token: TOKEN });
  page.say(frameIn(page), "ready");
  assert.equal(page.timers.size, 0);
});

test("baseUrl: of mount before that of init, before the script's origin", () => {
  const page = openPage({ src: "https://cdn.example/sdk/v1/embed.js?x=1", selectors: ["#a", "#b", "#c"] });
  const originIn = (selector) => new URL(frameIn(page, selector).src).origin;
  page.PilotStatus.chat.mount("#a", { token: TOKEN });
  page.PilotStatus.init({ baseUrl: "https://init.example/" });
  page.PilotStatus.chat.mount("#b", { token: TOKEN });
  page.PilotStatus.chat.mount("#c", { token: TOKEN, baseUrl: "https://mount.example/any/path" });
  assert.deepEqual(["#a", "#b", "#c"].map(originIn), ["https://cdn.example", "https://init.example", "https://mount.example"]);
});
