// The npm package, as whoever installs it sees it: packed, put into an empty project, imported and type-checked there.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const sdk = fileURLToPath(new URL("..", import.meta.url));
let project;
let packed;

/** Without what an outer `npm test` hands down: it would act on the workspace. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
const npm = (args, cwd) => execFileSync("npm", args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const node = (code) => execFileSync(process.execPath, ["--input-type=module", "-e", code], { cwd: project, encoding: "utf8" });

before(() => {
  project = mkdtempSync(join(tmpdir(), "embed-package-"));
  [packed] = JSON.parse(npm(["pack", "--json", "--ignore-scripts", "--workspaces=false", "--pack-destination", project], sdk));
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  npm(["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", `./${packed.filename}`], project);
});
after(() => rmSync(project, { recursive: true, force: true }));

test("it holds what was built, a readme and nothing else", () => {
  const paths = packed.files.map(({ path }) => path);
  for (const path of ["package.json", "README.md", "dist/index.js", "dist/index.d.ts"]) assert.ok(paths.includes(path), path);
  assert.deepEqual(paths.filter((path) => !/^(package\.json|README\.md|dist\/.*\.(js|d\.ts))$/.test(path)), []);
  assert.deepEqual(paths.filter((path) => /script/.test(path)), [], "the entries of script tags are no modules");
});

test("it has no dependencies, and React only for those who have it", () => {
  const { dependencies, peerDependenciesMeta } = JSON.parse(readFileSync(join(sdk, "package.json"), "utf8"));
  assert.equal(dependencies, undefined);
  assert.deepEqual(peerDependenciesMeta, { react: { optional: true } });
  assert.throws(() => node('await import("react")'), /ERR_MODULE_NOT_FOUND/, "installing the package brought no React");
});

test("the core exports init, chat and connect, and touches nothing when it is imported", () => {
  const answer = node(`
    const before = Object.getOwnPropertyNames(globalThis).length;
    const { init, chat, connect, ...rest } = await import("@pilot-status/embed");
    init({ baseUrl: "https://inbox.example" });
    init();
    console.log(JSON.stringify([Object.keys(rest), Object.keys(chat), Object.keys(connect), Object.getOwnPropertyNames(globalThis).length - before]));
  `);
  assert.deepEqual(JSON.parse(answer), [[], ["mount"], ["open", "mount"], 0]);
});

test("the element does nothing on a server that renders the page", () => {
  assert.equal(node('await import("@pilot-status/embed/element"); console.log("fine")').trim(), "fine");
});

test("what is not an entry cannot be reached", () => {
  assert.throws(() => node('await import("@pilot-status/embed/dist/chat.js")'), /ERR_PACKAGE_PATH_NOT_EXPORTED/);
});

test("the entries for React import React and export what is documented", () => {
  const react = join(project, "node_modules/react");
  mkdirSync(react, { recursive: true });
  cpSync(join(sdk, "test/react.js"), join(react, "index.js"));
  cpSync(join(sdk, "src/react.types.d.ts"), join(project, "react.types.d.ts"));
  writeFileSync(join(react, "package.json"), '{ "name": "react", "version": "19.0.0", "type": "module", "main": "index.js" }');
  const answer = node(`
    const names = async (entry) => Object.keys(await import("@pilot-status/embed/" + entry)).sort();
    console.log(JSON.stringify([await names("react"), await names("onpilot")]));
  `);
  assert.deepEqual(JSON.parse(answer), [
    ["PilotStatusChat"],
    ["CopilotBubble", "CopilotInline", "CopilotPanel", "CopilotSidebar", "OnPilotProvider", "init", "useOnPilot"],
  ]);
  for (const entry of ["react.js", "onpilot/react.js"]) {
    assert.match(readFileSync(join(project, "node_modules/@pilot-status/embed/dist", entry), "utf8"), /^"use client";/, entry);
  }
});

test("its types hold what the guide promises, and refuse what it forbids", () => {
  writeFileSync(
    join(project, "use.ts"),
    `
import { chat, connect, init, type ChatHandle, type ChatOptions, type EmbedError } from "@pilot-status/embed";
import "@pilot-status/embed/element";
import { PilotStatusChat } from "@pilot-status/embed/react";
import { CopilotBubble, CopilotInline, CopilotPanel, CopilotSidebar, OnPilotProvider, useOnPilot, type CopilotProps } from "@pilot-status/embed/onpilot";
import { createElement } from "react";

init({ baseUrl: "https://inbox.example" });
const handle: ChatHandle = chat.mount("#inbox", { token: "t", locale: "pt-BR", theme: "system", mode: "fill" });
chat.mount(document.body, { getToken: async () => "t", onError: (error: EmbedError) => error.code, onResize: (height: number) => height });
const options: ChatOptions = { token: "t", getToken: () => "t", onSessionExpired: async () => {} };
handle.openConversation({ phone: "+1" });
handle.openConversation("conv_1");
handle.setContext({ type: "deal", id: "1", data: { amount: 1, open: true } });
handle.setContext(null);
connect.open({ token: "t", onPaired: ({ numberId }) => numberId }).destroy();
document.createElement("pilot-status-chat").getToken = async () => "t";
createElement(PilotStatusChat, { getToken: async () => "t", context: { type: "deal" } });
const bubble: CopilotProps = { identityTokenProvider: async () => "t", context: { recordType: "deal" }, onMessage: (m) => m.content };
createElement(CopilotBubble, bubble);
const { isOpen, setContext } = useOnPilot();
setContext({ recordId: "1" });
export const used = [options, isOpen, CopilotInline, CopilotPanel, CopilotSidebar, OnPilotProvider];

// @ts-expect-error a token or getToken
chat.mount("#inbox", {});
// @ts-expect-error a theme that there is none of
handle.setTheme("neon");
// @ts-expect-error no token, no link
connect.open({});
`,
  );
  const tsc = fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url));
  const flags = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom", "--types", ""];
  try {
    execFileSync(tsc, [...flags, "use.ts", "react.types.d.ts"], { cwd: project, encoding: "utf8" });
  } catch ({ stdout }) {
    assert.fail(stdout);
  }
});
