// Works in the inbox of a large number as an operator does, on a processor four times slower, and tells how long each thing took. Usage:
// node bench/interaction.mjs '{"inbox", "apiKey", "number", "phoneNumberId", "wabaId", "phone", "appSecret", "plan"}'. Prints one JSON object.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { startBrowser } from "./demo.mjs";

const given = JSON.parse(process.argv[2]);
const { plan } = given;
/** How much slower than this machine the browser's processor is. */
const SLOWER = 4;
const PATIENCE_MS = 600_000;
const TALK = { name: "Bench Talk", phone: "5511977770000" };
const CROWD = Array.from({ length: 50 }, (_, index) => ({ name: `Bench ${index} Crowd`, phone: `55119666${String(index).padStart(5, "0")}` }));
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title><link rel="icon" href="data:,">
<style>body { margin: 0 } #inbox { height: 800px }</style></head><body><div id="inbox"></div></body></html>`;

const KEYS = [..."abcdefghij", "Space", ..."klmnopqrst", "Space"];

const rest = (ms) => new Promise((done) => setTimeout(done, ms));

/** Delivers messages as Meta does: `[{ of, id, at, body }]`, in one body. */
async function deliver(messages) {
  const people = [...new Set(messages.map(({ of }) => of))];
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: given.phone, phone_number_id: given.phoneNumberId },
    contacts: people.map(({ name, phone }) => ({ profile: { name }, wa_id: phone })),
    messages: messages.map(({ of, id, at, body }) => ({ from: of.phone, id: `wamid.${id}`, timestamp: `${at}`, type: "text", text: { body } })),
  };
  const text = JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: given.wabaId, changes: [{ value, field: "messages" }] }] });
  const signature = createHmac("sha256", given.appSecret).update(text).digest("hex");
  const headers = { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` };
  const answer = await fetch(`${given.inbox}/webhooks/whatsapp`, { method: "POST", headers, body: text });
  if (answer.status !== 200) throw new Error(`the webhook answered ${answer.status}: ${await answer.text()}`);
}

async function mint(origin) {
  const answer = await fetch(`${given.inbox}/v1/embed/sessions`, {
    method: "POST",
    headers: { "x-api-key": given.apiKey, "content-type": "application/json" },
    body: JSON.stringify({ surface: "chat", whatsappNumberIds: [given.number], allowedOrigins: [origin], ttlSeconds: 3600 }),
  });
  if (answer.status !== 201) throw new Error(`POST /v1/embed/sessions answered ${answer.status}`);
  return (await answer.json()).token;
}

/** In the frame: notes when keys are painted, when a conversation is on screen, and every long task. */
function watch() {
  const bench = (globalThis.bench = { keys: [], tasks: [], opened: undefined });
  const painted = (then) =>
    requestAnimationFrame(() => {
      // After this frame's paint.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = then;
      port2.postMessage(0);
    });
  document.addEventListener("keydown", (event) => painted(() => bench.keys.push(performance.now() - event.timeStamp)), true);
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) bench.tasks.push({ at: startTime, ms: duration });
  }).observe({ type: "longtask" });
  document.addEventListener(
    "click",
    (event) => {
      const row = event.target.closest('[data-testid="conversation-row"]');
      if (!row) return;
      const before = new Set(document.querySelectorAll('[data-testid="message"]'));
      bench.opened = undefined;
      const look = () => {
        const current = document.querySelector('[data-testid="conversation-row"][aria-current="true"]');
        const last = [...document.querySelectorAll('[data-testid="message"]')].at(-1);
        const there = current?.dataset.conversationId === row.dataset.conversationId && last && !before.has(last);
        if (there) painted(() => (bench.opened = performance.now() - event.timeStamp));
        else requestAnimationFrame(look);
      };
      look();
    },
    true,
  );
}

/** In every document, first of all: keeps what memory its programs have. */
function keepMemories() {
  const kept = (globalThis.benchMemories = new Set());
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const instantiate = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await instantiate(...given);
      const memory = (made.instance ?? made).exports.memory;
      if (memory) kept.add(memory);
      return made;
    };
  }
}

let stage = "filling";
const timer = setTimeout(() => {
  console.error(`nothing came of it within ${PATIENCE_MS} ms, at: ${stage}`);
  process.exit(1);
}, PATIENCE_MS);
const browser = await startBrowser();
const host = createServer((_, response) => {
  response.setHeader("content-type", "text/html; charset=utf-8").end(PAGE);
});
await new Promise((done) => host.listen(0, "127.0.0.1", done));
const origin = `http://127.0.0.1:${host.address().port}`;

try {
  // A thread of ten thousand messages, the newest of today.
  const now = Math.floor(Date.now() / 1000);
  for (let first = 0; first < plan.thread; first += 100) {
    const messages = Array.from({ length: 100 }, (_, index) => ({
      of: TALK,
      id: `talk-${first + index}`,
      at: now - 60 * (plan.thread - first - index) - 60,
      body: `Message ${first + index} about the order that arrived today`,
    }));
    await deliver(messages);
  }
  await deliver(CROWD.map((of, index) => ({ of, id: `crowd-${index}`, at: now, body: "bench-hello" })));

  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  await page.addInitScript(keepMemories);
  await page.goto(origin);
  await page.addScriptTag({ url: `${given.inbox}/embed.js` });
  const token = await mint(origin);
  await page.evaluate(
    (token) => new Promise((done) => void PilotStatus.chat.mount("#inbox", { token, locale: "en", theme: "light", onReady: () => done() })),
    token,
  );
  const frame = await (await page.locator("iframe").elementHandle()).contentFrame();
  const list = frame.getByTestId("conversation-list");
  const rows = frame.getByTestId("conversation-row");
  const composer = frame.getByTestId("composer");
  await rows.first().waitFor();
  await frame.evaluate(watch);
  const devtools = await page.context().newCDPSession(page);
  const slow = (rate) => devtools.send("Emulation.setCPUThrottlingRate", { rate });

  const scrollList = (to) => list.evaluate((rows, to) => (rows.parentElement.scrollTop = to), to);
  /** Brings a customer's row into view; rows out of sight are not in the document. They are near the top. */
  async function seek({ name }) {
    const row = rows.filter({ hasText: name });
    // What is there before the list has come to rest may be gone after it.
    for (let top = 0; ; top = (top + 300) % 6_000) {
      await scrollList(top);
      await rest(100);
      if ((await row.count()) > 0) return row;
    }
  }
  /** Opens a conversation by its row; answers milliseconds until its messages were painted. */
  async function open(row) {
    await row.click();
    return (await frame.waitForFunction(() => globalThis.bench.opened)).jsonValue();
  }
  /** The tasks that blocked the page since the last call, in milliseconds. */
  const blocked = () => frame.evaluate(() => globalThis.bench.tasks.splice(0).map(({ ms }) => ms));
  const keys = () => frame.evaluate(() => globalThis.bench.keys.splice(0));

  // Heap: what stays of many conversations that were opened. Wasm's memory lies beside it.
  async function heap() {
    await devtools.send("HeapProfiler.collectGarbage");
    const { usedSize } = await devtools.send("Runtime.getHeapUsage");
    const wasm = await frame.evaluate(() => [...globalThis.benchMemories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0));
    return { js: usedSize, wasm };
  }
  // One after the other down the list: by key, which brings each row into view.
  async function openNext(count) {
    for (let index = 0; index < count; index += 1) {
      const before = await frame.locator('[data-testid="conversation-row"][aria-current="true"]').getAttribute("data-conversation-id");
      await frame.getByTestId("thread").press("j");
      await frame.waitForFunction((before) => {
        const current = document.querySelector('[data-testid="conversation-row"][aria-current="true"]');
        return current && current.dataset.conversationId !== before && document.querySelector('[data-testid="message"]');
      }, before);
    }
  }

  stage = "opening";
  // Each row for the first time, then again.
  await slow(SLOWER);
  const [cold, warm] = [[], []];
  for (const seen of [cold, warm]) {
    for (const of of CROWD.slice(1, 1 + plan.switches)) {
      seen.push(await open(await seek(of)));
      await rest(50);
    }
  }

  stage = "scrolling";
  // The list of all conversations, from top to bottom by the wheel.
  await scrollList(0);
  await blocked();
  const box = await list.boundingBox();
  await page.mouse.move(box.x + 100, 400);
  for (let turn = 0; turn < plan.wheels; turn += 1) {
    await page.mouse.wheel(0, turn % 10 === 9 ? 8_000 : 700);
    await rest(30);
  }
  await rest(500);
  const scrolled = { tasks: await blocked(), to: await list.evaluate((rows) => rows.parentElement.scrollTop), of: await list.evaluate((rows) => rows.parentElement.scrollHeight) };
  await scrollList(0);

  stage = "typing";
  // Keys, in a long thread that was read to its beginning, at full speed.
  await slow(1);
  await open(await seek(TALK));
  const messages = frame.getByTestId("message");
  while (!/^Message 0 /.test(await messages.first().innerText())) {
    await frame.getByTestId("thread").evaluate((log) => {
      log.scrollTop = 300;
      log.scrollTop = 0;
    });
    await rest(10);
  }
  const shown = await messages.count();
  await rest(500);
  await slow(SLOWER);
  await composer.click();
  await keys();
  for (let index = 0; index < plan.keys; index += 1) {
    await page.keyboard.press(KEYS[index % KEYS.length]);
    await rest(40);
  }
  await rest(200);
  const typed = await keys();
  await composer.fill("");

  stage = "busy";
  // A busy number: two hundred messages a second, while somebody writes.
  await scrollList(0);
  const one = CROWD[0];
  await open(await seek(one));
  await composer.click();
  await blocked();
  await keys();
  const began = performance.now();
  let sent = 0;
  let writing = true;
  const writer = (async () => {
    while (writing) {
      await page.keyboard.press("a");
      await rest(200);
    }
  })();
  const under = [];
  while (performance.now() - began < plan.busySeconds * 1000) {
    const due = Math.floor(((performance.now() - began) / 1000) * 200);
    while (sent < due) {
      const of = CROWD[sent % CROWD.length];
      under.push(deliver([{ of, id: `busy-${sent}`, at: Math.floor(Date.now() / 1000), body: `busy-${String(sent).padStart(6, "0")}` }]));
      sent += 1;
    }
    await rest(5);
  }
  await Promise.all(under);
  writing = false;
  await writer;
  const busy = { keys: await keys(), tasks: await blocked(), sent };
  // Nothing is missing: each conversation's row says its last message, and the open one has all of its own.
  const last = CROWD.map((of, index) => {
    const turns = Math.floor((sent - 1 - index) / CROWD.length);
    return { name: of.name, text: `busy-${String(turns * CROWD.length + index).padStart(6, "0")}` };
  });
  await frame.waitForFunction((text) => [...document.querySelectorAll('[data-testid="message"]')].at(-1)?.textContent.includes(text), last[0].text);
  // The page has the newest part of a long thread. It has to be that part without a gap.
  const own = await frame.evaluate(() => [...document.querySelectorAll('[data-testid="message"]')].flatMap((it) => it.textContent.match(/busy-\d{6}/)?.[0] ?? []));
  const wanted = Array.from({ length: Math.ceil(sent / CROWD.length) }, (_, turn) => `busy-${String(turn * CROWD.length).padStart(6, "0")}`);
  const there = new Set(own);
  const lost = wanted.slice(-own.length).filter((text) => !there.has(text)).map((text) => `${one.name}: ${text}`);
  const found = new Map();
  for (const of of CROWD) found.set(of.name, (await (await seek(of)).innerText()).match(/busy-\d{6}/)?.[0]);
  lost.push(...last.filter(({ name, text }) => found.get(name) !== text).map(({ name, text }) => `row of ${name}: ${found.get(name)} instead of ${text}`));
  await composer.fill("");

  stage = "memory";
  // What stays of conversations that were opened, at full speed.
  await slow(1);
  await scrollList(0);
  await rows.first().click();
  await openNext(20);
  const few = await heap();
  await openNext(180);
  const many = await heap();

  console.log(JSON.stringify({ cold, warm, scrolled, shown, typed, busy, lost, heap: { few, many } }));
} finally {
  clearTimeout(timer);
  await browser.close();
  host.close();
}
