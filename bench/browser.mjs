// Opens the demo's host page in a real browser, sends signed webhooks one at a time, and tells when each of them was in the
// DOM of the hydrated inbox. Usage: node bench/browser.mjs PROGRAM DATA_DIR MESSAGES. The inbox hears the environment, so
// DATABASE_URL chooses its database. Prints one JSON object.
import { createHmac } from "node:crypto";
import { startBrowser, startDemo } from "./demo.mjs";

const [program, dataDir, messages] = [process.argv[2], process.argv[3], Number(process.argv[4])];
/** Between two messages: long enough for the page to come to rest. */
const REST_MS = 50;
const CUSTOMER = { name: "Bench Marker", phone: "5511988887777" };

function webhook(facts, body) {
  const now = Math.floor(Date.now() / 1000);
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "551130000000", phone_number_id: facts.PHONE_NUMBER_ID },
    contacts: [{ profile: { name: CUSTOMER.name }, wa_id: CUSTOMER.phone }],
    messages: [{ from: CUSTOMER.phone, id: `wamid.${body}`, timestamp: `${now}`, type: "text", text: { body } }],
  };
  const text = JSON.stringify({
    object: "whatsapp_business_account",
    entry: [{ id: "102290129340398", changes: [{ value, field: "messages" }] }],
  });
  const signature = createHmac("sha256", facts.APP_SECRET).update(text).digest("hex");
  return { text, headers: { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` } };
}

async function deliver(facts, body) {
  const { text, headers } = webhook(facts, body);
  const sent = now();
  const answer = await fetch(`${facts.API_URL}/webhooks/whatsapp`, { method: "POST", headers, body: text });
  const acknowledged = now() - sent;
  if (answer.status !== 200) throw new Error(`the webhook answered ${answer.status}: ${await answer.text()}`);
  return { sent, acknowledged };
}

/**
 * How far this process' fine clock lies behind the system's clock, in milliseconds. Page and script share that clock and
 * nothing else, so each places its fine clock on it: at the moment in which `Date.now()` ticks, it is exact.
 */
function clockOffset() {
  const offsets = [];
  for (let turn = 0; turn < 25; turn += 1) {
    const before = Date.now();
    let tick = before;
    while (tick === before) tick = Date.now();
    offsets.push(tick - (performance.timeOrigin + performance.now()));
  }
  return offsets.sort((one, other) => one - other)[12];
}

const offset = clockOffset();
const now = () => performance.timeOrigin + performance.now() + offset;
const rest = (ms) => new Promise((done) => setTimeout(done, ms));

const { child, facts } = await startDemo(program, dataDir);
const browser = await startBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  await page.goto(facts.HOST_URL);
  const inbox = page.frameLocator('iframe[title="WhatsApp inbox"]');
  await inbox.locator('[data-testid="inbox"][data-state="ready"]').waitFor();
  await deliver(facts, "bench-hello");
  await inbox.getByTestId("conversation-row").filter({ hasText: CUSTOMER.name }).click();
  await inbox.getByTestId("message").filter({ hasText: "bench-hello" }).waitFor();

  const frame = await (await page.locator('iframe[title="WhatsApp inbox"]').elementHandle()).contentFrame();
  await frame.evaluate(`(() => {
    const offset = (${clockOffset.toString()})();
    const seen = (globalThis.benchSeen = {});
    const thread = document.querySelector('[data-testid="thread"]');
    new MutationObserver((changes) => {
      const at = performance.timeOrigin + performance.now() + offset;
      for (const change of changes) {
        if (!thread.contains(change.target)) continue;
        for (const node of [change.target, ...change.addedNodes]) {
          for (const [mark] of node.textContent.matchAll(/bench-\\d{6}/g)) seen[mark] ??= at;
        }
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  })()`);

  const sent = [];
  for (let index = 0; index < messages + 5; index += 1) {
    const mark = `bench-${String(index).padStart(6, "0")}`;
    sent.push({ mark, ...(await deliver(facts, mark)) });
    await rest(REST_MS);
  }
  await inbox.getByTestId("message").filter({ hasText: sent.at(-1).mark }).waitFor();
  const seen = await frame.evaluate("benchSeen");
  const missing = sent.filter(({ mark }) => seen[mark] === undefined);
  if (missing.length) throw new Error(`${missing.length} messages never appeared, the first is ${missing[0].mark}`);
  // The first few warm up.
  const counted = sent.slice(5);
  const report = {
    visible: counted.map(({ mark, sent: at }) => seen[mark] - at),
    acknowledged: counted.map(({ acknowledged }) => acknowledged),
  };
  console.log(JSON.stringify(report));
} finally {
  await browser.close();
  child.removeAllListeners("exit").kill("SIGINT");
}
