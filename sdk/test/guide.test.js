// Every snippet of HTML and JavaScript in the guide and in the readme is run as it is written. Those for backends: backends.test.js.

import { build } from "esbuild";
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import vm from "node:vm";
import { openPage, posts, settle } from "./page.js";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const INBOX = "https://inbox.example.com";

const snippets = ["../../docs/embedding.md", "../README.md"].flatMap((file) =>
  [...readFileSync(path(file), "utf8").matchAll(/^```(.+)\n([^]*?)^```$/gm)].map(([, kind, code], i) => ({
    name: `${file.split("/").pop()}, snippet ${i + 1} (${kind})`,
    kind,
    code,
  })),
);
const of = (kind) => snippets.filter((it) => it.kind === kind);

/** What a page of the guide has: the elements of its markup, a backend that mints, and the packages, `vue` and React as stand-ins. */
async function open({ file = "embed.js", selectors = ["#inbox"], module = "" }) {
  const { outputFiles } = await build({
    stdin: { contents: module, resolveDir: path("."), loader: "jsx" },
    jsxFactory: "createElement",
    jsxFragment: "Fragment",
    inject: [path("jsx.js")],
    alias: {
      react: path("react.js"),
      vue: path("vue.js"),
      "@pilot-status/embed": path("../src/index.ts"),
      "@pilot-status/embed/react": path("../src/react.ts"),
      "@pilot-status/embed/onpilot": path("../src/onpilot/react.ts"),
    },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "Entry",
    logLevel: "error",
  });
  const built = readFileSync(path(`../../public/${file}`), "utf8");
  const asked = [];
  const page = openPage({ src: `${INBOX}/${file}`, code: built, selectors, dataset: { identityToken: "a.b.c" } });
  page.context.fetch = async (url, options) => {
    asked.push([options?.method ?? "GET", url]);
    return { ok: true, status: 200, json: async () => ({ token: "minted.token.here" }), text: async () => "signed.token.here" };
  };
  page.context.console.log = () => {};
  return { page, asked, run: () => vm.runInContext(outputFiles[0].text, page.context) };
}

const frames = (page) => page.body.all("iframe");

/** The inbox came up with the token that the page's backend minted. */
function mounted(page, asked) {
  assert.deepEqual(page.errors, []);
  assert.deepEqual(asked, [["POST", "/my-backend/inbox-token"]]);
  const [frame] = frames(page);
  assert.equal(new URL(frame.src).origin, INBOX);
  page.say = (type, payload) =>
    page.deliver({ origin: INBOX, source: frame.contentWindow, data: { source: "pilot-status-embed", v: 1, type, payload } });
  page.say("ready");
  assert.equal(posts(frame)[0][1].token, "minted.token.here");
  page.say("chat:unread-count", { count: 3 });
  assert.deepEqual([...page.timers.values()].filter(({ ms }) => ms === undefined), [], "no callback threw");
  return frame;
}

for (const { name, code } of of("html")) {
  test(name, async () => {
    const ids = [...code.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => `#${id}`);
    const sources = [...code.matchAll(/<script src="([^"]+)"/g)].map(([, src]) => new URL(src));
    assert.ok(sources.length > 0 && sources.every(({ origin }) => origin === INBOX));
    const module = code.match(/<script type="module">([^]*?)<\/script>/)?.[1];
    if (!module) {
      const { page } = await open({ file: sources[0].pathname.slice(1) });
      assert.match(code, /data-identity-token/);
      assert.equal(frames(page)[0].title, "OnPilot Chat");
      return;
    }
    const { page, asked } = await open({ selectors: ids });
    if (code.includes("<pilot-status-chat")) {
      vm.runInContext(readFileSync(path("../../public/embed-element.js"), "utf8"), page.context);
      const element = page.document.createElement("pilot-status-chat");
      page.elements["#inbox"] = element;
      page.body.append(element);
    }
    let click;
    for (const it of Object.values(page.elements)) it.addEventListener = (type, run) => type === "click" && (click = run);
    // A module may await at its top level.
    await vm.runInContext(`(async () => {${module}})()`, page.context);
    await click?.();
    await settle();
    if (module.includes("connect.open")) {
      assert.ok(frames(page)[0].src.startsWith(`${INBOX}/connect/minted.token.here?`));
      page.deliver({
        origin: INBOX,
        source: frames(page)[0].contentWindow,
        data: { source: "pilot-status-embed", v: 1, type: "connect:paired", payload: { numberId: "wn_1" } },
      });
      assert.deepEqual(frames(page), []);
      return;
    }
    const frame = mounted(page, asked);
    if (!module.includes("onSessionExpired")) return;
    page.say("session-expired");
    await settle();
    assert.equal(frames(page).length, 1);
    assert.notEqual(frames(page)[0], frame, "mounted anew");
  });
}

for (const { name, code } of of("js")) {
  test(name, async () => {
    const { page, asked, run } = await open({ module: code });
    run();
    await settle();
    mounted(page, asked);
  });
}

for (const { name, code } of of("vue")) {
  test(name, async () => {
    const [, setup] = code.match(/<script setup>([^]*?)<\/script>/);
    const { page, asked, run } = await open({
      module: `${setup}\nimport { mount, unmount } from "vue";\nplace.value = document.querySelector("#inbox");\nmount();\nglobalThis.unmount = unmount;`,
    });
    run();
    await settle();
    mounted(page, asked);
    page.context.unmount();
    assert.deepEqual(frames(page), []);
  });
}

for (const { name, code } of of("jsx")) {
  test(name, async () => {
    const { page, asked, run } = await open({ module: `${code}\nexport * as React from "react";` });
    run();
    const { React, Inbox, App } = page.Entry ?? vm.runInContext("Entry", page.context);
    const root = React.createRoot(page.elements["#inbox"]);
    root.render(React.createElement(Inbox ?? App, { deal: { id: "8421", name: "Acme", phone: "+5511988887777" } }));
    await settle();
    if (Inbox) {
      mounted(page, asked);
      assert.equal(posts(frames(page)[0])[1][1].context.phone, "+5511988887777");
    } else {
      assert.deepEqual(asked, [["GET", "/api/onpilot/token"]]);
      assert.ok(frames(page).some(({ title, src }) => title === "OnPilot Chat" && src.startsWith(INBOX)));
    }
    root.unmount();
  });
}

/** Imports what a snippet for a backend exports, with these settings around it. */
async function backend(words, settings, run) {
  const [{ code }] = of("js node").filter((it) => it.code.includes(words));
  const folder = mkdtempSync(join(tmpdir(), "embed-guide-"));
  const { fetch } = globalThis;
  Object.assign(process.env, settings);
  try {
    writeFileSync(join(folder, "token.mjs"), code);
    await run(await import(pathToFileURL(join(folder, "token.mjs"))));
  } finally {
    globalThis.fetch = fetch;
    for (const name of Object.keys(settings)) delete process.env[name];
    rmSync(folder, { recursive: true, force: true });
  }
}

test("embedding.md, a backend mints", () =>
  backend("inboxToken", { PILOT_API_KEY: "ps_test" }, async ({ inboxToken }) => {
    let request;
    globalThis.fetch = async (...args) => ((request = args), Response.json({ token: "minted.token.here" }, { status: 201 }));
    assert.equal(await inboxToken(["wn_1"]), "minted.token.here");
    const [url, { method, headers, body }] = request;
    assert.deepEqual([url, method, headers["x-api-key"]], [`${INBOX}/v1/embed/sessions`, "POST", "ps_test"]);
    assert.deepEqual(JSON.parse(body), { surface: "chat", whatsappNumberIds: ["wn_1"], allowedOrigins: ["https://app.example.com"] });
    globalThis.fetch = async () => Response.json({ error: "No such number.", code: "NUMBER_NOT_FOUND" }, { status: 404 });
    await assert.rejects(inboxToken(["wn_2"]), /NUMBER_NOT_FOUND: No such number\./);
  }));

test("embedding.md, a backend signs", () =>
  backend("identityToken", { PILOT_TENANT_ID: "t_1", PILOT_INBOX_ID: "ib_1", PILOT_EMBED_SECRET: "secret" }, async ({ identityToken }) => {
    const [header, claims, signature] = identityToken({ id: "u_1", name: "Ana" }).split(".");
    const read = (part) => JSON.parse(Buffer.from(part, "base64url"));
    assert.equal(read(header).alg, "HS256");
    const { iss, copilot_id, sub, name, iat, exp } = read(claims);
    assert.deepEqual([iss, copilot_id, sub, name, exp - iat], ["t_1", "ib_1", "u_1", "Ana", 3600]);
    assert.equal(signature, createHmac("sha256", "secret").update(`${header}.${claims}`).digest("base64url"));
  }));

test("every code that the SDK can report is in the guide", () => {
  const guide = readFileSync(path("../../docs/embedding.md"), "utf8");
  const options = readFileSync(path("../src/options.ts"), "utf8");
  const codes = options.slice(options.indexOf("type ErrorCode"), options.indexOf("(string & {});\n\n/** Something")).match(/[A-Z]+(_[A-Z]+)+/g);
  assert.ok(codes.length >= 9);
  for (const code of [...codes, "CONNECT_FAILED"]) assert.ok(guide.includes(`| \`${code}\` |`), code);
});
