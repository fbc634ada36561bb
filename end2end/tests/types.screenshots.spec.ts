import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "../fixtures.ts";
import { fillWithEveryType } from "../support/every-type.ts";
import { newCustomer } from "../support/meta.ts";
import { apiOf } from "../support/session-api.ts";

// One conversation with a message of every type in it, in and out, for a person to look at: `scripts/screenshots.sh types.screenshots`, then open
// target/types.

const folder = fileURLToPath(new URL("../../target/types/", import.meta.url));

/** Locale, theme and width of the inbox. */
const SHEETS = [
  ["en", "light", 900],
  ["en", "dark", 900],
  ["en", "light", 360],
  ["ar", "dark", 360],
] as const;
/** The height of a column of a sheet, in CSS pixels. */
const SLICE = 1100;

test.use({ contextOptions: { reducedMotion: "reduce" } });

test("every type, in and out", async ({ host, server, demo, session, simulator, page }) => {
  test.setTimeout(180_000);
  await mkdir(folder, { recursive: true });
  const { token } = await session();
  const api = apiOf(demo, server.origin, token);
  const ana = newCustomer("Ana Ribeiro");
  await fillWithEveryType(api, (path, body) => simulator.post(path, body), ana, demo.facts.NUMBER_ID);
  // A failure with its reason, once everything else has gone out.
  await simulator.received(ana, "That one, yes.");
  await expect(page.request.get(`${demo.inbox}/simulator/sent?to=${ana.phone}`).then((answer) => answer.text())).resolves.toContain('"emoji":"👍"');
  await simulator.behave({ failNext: [{ code: 131026, when: "status", to: ana.phone }] });
  const conversation = await api.conversationOf(ana.name);
  await api.send(conversation, { content: { type: "text", body: "This one does not arrive" } });

  for (const [locale, theme, width] of SHEETS) {
    // As high as the whole conversation.
    await page.setViewportSize({ width, height: 9000 });
    const inbox = await host.show(demo.inbox, { token, locale, theme });
    await inbox.open(ana.name);
    await expect(inbox.message("This one does not arrive")).toContainText("131026");
    await expect(inbox.messages.first()).toContainText("brass lamp");
    await inbox.thread.evaluate((log) => {
      const pictures = [...log.querySelectorAll("img")];
      return Promise.all(pictures.map((it) => it.complete || new Promise((done) => it.addEventListener("load", done))));
    });
    const first = (await inbox.messages.first().boundingBox())!;
    const last = (await inbox.messages.last().boundingBox())!;
    const box = (await inbox.thread.boundingBox())!;
    const slices: string[] = [];
    for (let y = first.y - 40; y < last.y + last.height; y += SLICE) {
      const slice = await page.screenshot({ clip: { x: box.x, y, width: box.width, height: SLICE }, animations: "disabled" });
      slices.push(`<img src="data:image/png;base64,${slice.toString("base64")}" width="${box.width}">`);
    }
    const sheet = await page.context().newPage();
    await sheet.setViewportSize({ width: Math.ceil(slices.length * (box.width + 8)), height: SLICE });
    await sheet.setContent(`<style>body{margin:0;display:flex;align-items:start;gap:8px;background:#888}</style>${slices.join("")}`);
    await sheet.screenshot({ path: `${folder}${locale}-${theme}-${width}.png` });
    await sheet.close();
  }
});
