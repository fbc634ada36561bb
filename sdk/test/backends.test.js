// Every backend snippet of the guide makes the request that its curl line makes: method, path, headers, body.
//
// curl, Node and Python are run against a server of ours. PHP, Ruby, Go and Rust are read: their programs are not everywhere, and
// reading asks the same of all of them. So a mistake of grammar in one of those four would not be seen here.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const INBOX = "https://inbox.example.com";
const KEY = "ps_test";
const NUMBERS = ["wn_01J"];

const guide = readFileSync(fileURLToPath(new URL("../../docs/embedding.md", import.meta.url)), "utf8");

/** The first snippet of this kind that mints. */
function snippet(kind) {
  const all = [...guide.matchAll(/^```(.+)\n([^]*?)^```$/gm)];
  const found = all.find(([, of, code]) => of === kind && code.includes("/v1/embed/sessions"));
  assert.ok(found, `the guide has a snippet of ${kind}`);
  return found[2];
}

/** What reaches the inbox while `work` runs with its address. */
async function heard(work) {
  const requests = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const part of request) text += part;
    const { "x-api-key": key, "content-type": type, authorization } = request.headers;
    requests.push({ method: request.method, path: request.url, headers: { "x-api-key": key, "content-type": type }, authorization, body: JSON.parse(text) });
    response.writeHead(201, { "content-type": "application/json" }).end('{"token":"minted.token.here"}');
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const folder = mkdtempSync(join(tmpdir(), "embed-backend-"));
  try {
    await work(`http://127.0.0.1:${server.address().port}`, folder);
  } finally {
    rmSync(folder, { recursive: true });
    server.closeAllConnections();
    server.close();
  }
  assert.equal(requests.length, 1);
  const [{ authorization, ...request }] = requests;
  assert.equal(authorization, undefined);
  return request;
}

const there = async (program) => run(program, ["--version"]).then(() => true, () => false);
const env = { ...process.env, PILOT_API_KEY: KEY, no_proxy: "*", NO_PROXY: "*" };

const CURL = {
  method: "POST",
  path: "/v1/embed/sessions",
  headers: { "x-api-key": KEY, "content-type": "application/json" },
  body: { surface: "chat", whatsappNumberIds: NUMBERS, allowedOrigins: ["https://app.example.com"] },
};

test("curl says what the other snippets are held against", async (t) => {
  if (!(await there("curl"))) return t.skip("curl is not installed");
  const request = await heard((inbox) => run("sh", ["-c", snippet("sh").replaceAll(INBOX, inbox)], { env }));
  assert.deepEqual(request, CURL);
});

test("Node, run", async () => {
  const request = await heard(async (inbox, folder) => {
    const file = join(folder, "token.mjs");
    writeFileSync(file, `${snippet("js node").replaceAll(INBOX, inbox)}\nconsole.log(await inboxToken(${JSON.stringify(NUMBERS)}));`);
    const { stdout } = await run(process.execPath, [file], { env });
    assert.equal(stdout.trim(), "minted.token.here");
  });
  assert.deepEqual(request, CURL);
});

test("Python, run", async (t) => {
  if (!(await there("python3"))) return t.skip("python3 is not installed");
  const request = await heard(async (inbox) => {
    const code = `${snippet("python").replaceAll(INBOX, inbox)}\nprint(inbox_token(${JSON.stringify(NUMBERS)}))`;
    const { stdout } = await run("python3", ["-c", code], { env });
    assert.equal(stdout.trim(), "minted.token.here");
  });
  assert.deepEqual(request, CURL);
});

/** What stands between `open` and the bracket that closes it. */
function inside(code, open) {
  const start = code.indexOf(open);
  assert.ok(start >= 0, `${open} is there`);
  let depth = 0;
  for (let at = start + open.length - 1; at < code.length; at++) {
    if ("([{".includes(code[at])) depth++;
    else if (")]}".includes(code[at]) && --depth === 0) return code.slice(start + open.length, at);
  }
  throw Error(`${open} is not closed`);
}

/** The members of an object, in JSON but for a comma at the end. */
const members = (text) => JSON.parse(`{${text.replace(/,(\s*[\]}]|\s*$)/g, "$1")}}`);
const numbers = JSON.stringify(NUMBERS);

/** How each language says a request. */
const LANGUAGES = {
  php: (code) => {
    // Fields to post make it a POST, unless something else is asked for.
    assert.ok(!/CURLOPT_(CUSTOMREQUEST|HTTPGET|PUT|NOBODY)/.test(code));
    const headers = inside(code, "CURLOPT_HTTPHEADER => [").replace("' . getenv('PILOT_API_KEY')", `${KEY}'`);
    return {
      method: code.includes("CURLOPT_POSTFIELDS =>") ? "POST" : "GET",
      url: code.match(/curl_init\('([^']+)'\)/)[1],
      headers: Object.fromEntries([...headers.matchAll(/'([^:']+): ([^']*)'/g)].map(([, name, value]) => [name, value])),
      body: members(inside(code, "json_encode([").replaceAll("=>", ":").replaceAll("$numberIds", numbers).replaceAll("'", '"')),
    };
  },
  ruby: (code) => ({
    method: code.includes("Net::HTTP.post(") ? "POST" : "?",
    url: code.match(/URI\("([^"]+)"\)/)[1],
    headers: members(
      code.match(/^\s*("x-api-key" => .*)$/m)[1].replace('ENV.fetch("PILOT_API_KEY")', `"${KEY}"`).replaceAll("=>", ":"),
    ),
    body: members(code.match(/\{ (.*) \}\.to_json/)[1].replace(/(\w+): /g, '"$1": ').replace("number_ids", numbers)),
  }),
  go: (code) => ({
    method: code.includes("http.NewRequestWithContext(ctx, http.MethodPost,") ? "POST" : "?",
    url: code.match(/http\.MethodPost, "([^"]+)"/)[1],
    headers: Object.fromEntries(
      [...code.matchAll(/request\.Header\.Set\("([^"]+)", (?:"([^"]*)"|os\.Getenv\("PILOT_API_KEY"\))\)/g)].map(([, name, value]) => [name, value ?? KEY]),
    ),
    body: members(inside(code, "map[string]any{").replace(/\[\]string\{([^}]*)\}/g, "[$1]").replace("numberIDs", numbers)),
  }),
  rust: (code) => ({
    method: code.includes(".post(") ? "POST" : "?",
    url: code.match(/\.post\("([^"]+)"\)/)[1],
    headers: {
      ...Object.fromEntries([...code.matchAll(/\.header\("([^"]+)", std::env::var\("PILOT_API_KEY"\)\?\)/g)].map(([, name]) => [name, KEY])),
      // What `json` sets.
      ...(code.includes(".json(&") && { "content-type": "application/json" }),
    },
    body: members(inside(code, "json!({").replace("number_ids", numbers)),
  }),
};

for (const [language, read] of Object.entries(LANGUAGES)) {
  test(`${language}, read and not run`, () => {
    const { url, ...request } = read(snippet(language));
    assert.deepEqual({ ...request, path: url.replace(INBOX, "") }, CURL);
    assert.ok(url.startsWith(INBOX));
  });
}
