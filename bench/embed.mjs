// Mounts the inbox in a page of another origin, in turns by the SDK and as a bare iframe, and tells how long each took until the frame said
// that it is ready; and how much the page and the frame shifted. Usage: node bench/embed.mjs PROGRAM DATA_DIR MOUNTS. Prints one JSON object.
import { createServer } from "node:http";
import { startBrowser, startDemo } from "./demo.mjs";

const [program, dataDir, mounts] = [process.argv[2], process.argv[3], Number(process.argv[4])];

// What stands below would be pushed down by an inbox that grows.
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title><link rel="icon" href="data:,">
<style>#inbox { height: 600px }</style></head><body><h1>Product</h1><div id="inbox"></div><p>Below the inbox</p></body></html>`;

const { child, facts } = await startDemo(program, dataDir);
const browser = await startBrowser();
const host = createServer((_, response) => {
  response.setHeader("content-type", "text/html; charset=utf-8").end(PAGE);
});
await new Promise((done) => host.listen(0, "127.0.0.1", done));
const origin = `http://127.0.0.1:${host.address().port}`;
const inbox = new URL(facts.API_URL).origin;

async function mint() {
  const answer = await fetch(`${inbox}/v1/embed/sessions`, {
    method: "POST",
    headers: { "x-api-key": facts.API_KEY, "content-type": "application/json" },
    body: JSON.stringify({ surface: "chat", whatsappNumberIds: [facts.NUMBER_ID], allowedOrigins: [origin] }),
  });
  if (answer.status !== 201) throw new Error(`POST /v1/embed/sessions answered ${answer.status}`);
  return (await answer.json()).token;
}

/** A page in a browser that has never seen the inbox. */
async function visit(run) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB" });
  try {
    const tab = await context.newPage();
    await tab.goto(origin);
    return await run(tab);
  } finally {
    await context.close();
  }
}

/** From the call of `mount` until the frame is ready, in milliseconds. */
const bySdk = (token) =>
  visit(async (tab) => {
    await tab.addScriptTag({ url: `${inbox}/embed.js` });
    return tab.evaluate((token) => {
      const from = performance.now();
      return new Promise((done) => {
        PilotStatus.chat.mount("#inbox", { token, locale: "en", theme: "light", onReady: () => done(performance.now() - from) });
      });
    }, token);
  });

/** The same document in an iframe that the page makes by itself, until it says the same. */
const bare = () =>
  visit((tab) =>
    tab.evaluate((src) => {
      const frame = document.createElement("iframe");
      const from = performance.now();
      return new Promise((done) => {
        addEventListener("message", ({ source, data }) => {
          if (source === frame.contentWindow && data.type === "ready") done(performance.now() - from);
        });
        frame.src = src;
        frame.style.cssText = "display:block;width:100%;height:100%;border:0";
        document.querySelector("#inbox").append(frame);
      });
    }, `${inbox}/?${new URLSearchParams({ parentOrigin: origin, locale: "en", theme: "light" })}`),
  );

/** All that shifted in a document since it was opened, without what somebody's input caused. */
const shift = () =>
  new Promise((done) => {
    new PerformanceObserver((list) => {
      done(list.getEntries().reduce((sum, entry) => sum + (entry.hadRecentInput ? 0 : entry.value), 0));
    }).observe({ type: "layout-shift", buffered: true });
    // There is no entry at all where nothing shifted.
    setTimeout(done, 500, 0);
  });

/** Page and frame, from the mount until a conversation is open and has grown. */
const shifts = (token) =>
  visit(async (tab) => {
    await tab.addScriptTag({ url: `${inbox}/embed.js` });
    await tab.evaluate((token) => void PilotStatus.chat.mount("#inbox", { token, locale: "en", theme: "light" }), token);
    const frame = await (await tab.locator("#inbox iframe").elementHandle()).contentFrame();
    await frame.locator('[data-testid="inbox"][data-state="ready"]').waitFor();
    await frame.getByTestId("conversation-row").first().waitFor();
    await frame.getByTestId("conversation-row").nth(1).click();
    await frame.getByTestId("message").first().waitFor();
    return { page: await tab.evaluate(shift), frame: await frame.evaluate(shift) };
  });

try {
  const report = { mount: [], bare: [], page: [], frame: [] };
  const token = await mint();
  // The first of each warms the server up.
  for (let turn = 0; turn <= mounts; turn += 1) {
    const [one, other] = [await bySdk(token), await bare()];
    if (turn === 0) continue;
    report.mount.push(one);
    report.bare.push(other);
  }
  for (let turn = 0; turn < 3; turn += 1) {
    const shifted = await shifts(token);
    report.page.push(shifted.page);
    report.frame.push(shifted.frame);
  }
  console.log(JSON.stringify(report));
} finally {
  await browser.close();
  host.close();
  child.removeAllListeners("exit").kill("SIGINT");
}
