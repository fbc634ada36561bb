import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

const LINES = 420;
/** As many bubbles as a page has at once, and what a step at either end may add for a moment. */
const ON_THE_PAGE = 200;

const number = (text: string) => Number(text.match(/line (\d{3})/)?.[1]);

for (const width of [360, 768, 1440]) {
  test(`${width} pixels: a long thread is read to its beginning and back, with few bubbles on the page`, async ({ page, host, demo, session, meta }) => {
    test.slow();
    await page.setViewportSize({ width, height: 720 });
    const name = `Lena Long ${width}`;
    const lena = newCustomer(name);
    const start = Date.now() - 60_000;
    const texts = Array.from({ length: LINES }, (_, index) => `line ${String(index + 1).padStart(3, "0")}`);
    for (let index = 0; index < LINES; index += 60) await meta.texts(lena, texts.slice(index, index + 60), start + index * 100);
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    await inbox.open(name);
    await expect(inbox.message("line 420")).toBeInViewport();

    const seen = new Set<number>();
    let most = 0;
    /** Turns the wheel until a line is in view. Every line is seen on the way, in order, and what is read does not jump away. */
    async function readTo(text: string, turn: number): Promise<void> {
      await inbox.thread.hover();
      await expect(async () => {
        await page.mouse.wheel(0, turn);
        const shown = (await inbox.textsMatching(/line \d{3}/)).map(number);
        for (const line of shown) seen.add(line);
        most = Math.max(most, shown.length);
        expect(shown, "in order, without a gap").toEqual(shown.map((_, index) => shown[0]! + index));
        await expect(inbox.message(text)).toBeInViewport({ timeout: 100 });
      }).toPass({ intervals: [0], timeout: 60_000 });
    }
    await readTo("line 001", -1_500);
    expect(seen.size).toBe(LINES);
    expect(most).toBeLessThanOrEqual(ON_THE_PAGE);
    await expect(inbox.message("line 420"), "what is far below is not on the page").toHaveCount(0);

    // What comes meanwhile is counted, and disturbs nothing.
    const before = await inbox.place();
    await meta.text(lena, "one more while you read");
    const toNewest = inbox.frame.getByRole("button", { name: "Go to the newest message" });
    await expect(toNewest).toContainText("1 new");
    expect(await inbox.place()).toEqual(before);

    seen.clear();
    await readTo("one more while you read", 1_500);
    expect(seen.size, "nothing is missing on the way back").toBe(LINES);
    expect(most).toBeLessThanOrEqual(ON_THE_PAGE + 1);
    await expect(toNewest).toHaveCount(0);
    // At the end again, what comes is followed, and what is written goes below it.
    await meta.text(lena, "and the last word");
    await expect(inbox.message("and the last word")).toBeInViewport();
    await inbox.reply("my own word");
    await expect(inbox.message("my own word")).toBeInViewport();
    expect(await inbox.messages.count()).toBeLessThanOrEqual(ON_THE_PAGE + 1);
  });
}

test("whoever is at the end stays there when more comes between two frames", async ({ page, host, demo, session, meta }) => {
  await page.setViewportSize({ width: 900, height: 600 });
  const edda = newCustomer("Edda Endmost");
  await meta.texts(edda, Array.from({ length: 40 }, (_, index) => `word ${String(index + 1).padStart(2, "0")}`), Date.now() - 60_000);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Edda Endmost");
  const toNewest = inbox.frame.getByRole("button", { name: "Go to the newest message" });
  await toNewest.click();
  await expect(inbox.message("word 40")).toBeInViewport();
  await expect(toNewest).toHaveCount(0);
  // The browser tells of the last step of the page only after the next bubbles are there.
  await inbox.thread.evaluate((log) => {
    const more = document.createElement("div");
    more.style.blockSize = "300px";
    log.querySelector('[data-testid="message"]')!.parentElement!.append(more);
    log.dispatchEvent(new Event("scroll"));
  });
  const below = () => inbox.thread.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
  await expect.poll(below).toBe(0);
  await meta.text(edda, "and one more");
  await expect(inbox.message("and one more")).toHaveCount(1);
  await expect.poll(below).toBe(0);
  await expect(toNewest).toHaveCount(0);
  // Going up is leaving, though something comes at the same moment.
  await inbox.thread.evaluate((log) => {
    log.scrollTop -= 400;
    const more = document.createElement("div");
    more.style.blockSize = "300px";
    log.querySelector('[data-testid="message"]')!.parentElement!.append(more);
    log.dispatchEvent(new Event("scroll"));
  });
  await meta.text(edda, "unseen by whoever went up");
  await expect(toNewest).toContainText("1 new");
});
