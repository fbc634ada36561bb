import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

const TEXT = [
  "*Bold*, _italic_, ~gone~ and `code` at https://example.com/a_b_c",
  "> quoted",
  "- first",
  "- *second*",
  "3. third",
  "```",
  "*literal* <b>text</b>",
  "```",
  "the end",
].join("\n");

for (const width of [360, 768, 1440]) {
  test(`formatted text is drawn as nodes at ${width} px`, async ({ host, demo, session, meta, page }) => {
    await page.setViewportSize({ width, height: 800 });
    const fay = newCustomer(`Fay Format ${width}`);
    await meta.text(fay, TEXT);
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    // The list says it without the marks.
    await expect(inbox.row(fay.name)).toContainText("Bold, italic, gone and code");
    await inbox.open(fay.name);
    const message = inbox.message("the end");
    for (const [tag, words] of [
      ["strong", "Bold"],
      ["em", "italic"],
      ["s", "gone"],
      ["code", "code"],
      ["blockquote", "quoted"],
      ["pre", "*literal* <b>text</b>"],
    ] as const) {
      await expect(message.locator(tag).first()).toHaveText(words);
    }
    await expect(message.locator("ul > li")).toHaveText(["first", "second"]);
    await expect(message.locator("ol > li")).toHaveAttribute("value", "3");
    await expect(message.locator("a")).toHaveAttribute("href", "https://example.com/a_b_c");
    await expect(message.locator("b")).toHaveCount(0);
    const inside = await message.evaluate((node) => node.scrollWidth <= node.clientWidth);
    expect(inside, "nothing is wider than the thread").toBe(true);
  });
}

test("a few emoji are drawn larger, and no others", async ({ host, demo, session, meta }) => {
  const ema = newCustomer("Ema Emoji");
  await meta.texts(ema, ["👋🏽", "🎉🎉🎉", "🎉🎉🎉🎉", "hello 🎉"]);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Ema Emoji");
  await expect(inbox.messages).toHaveCount(4);
  const size = (index: number) =>
    inbox.messages
      .nth(index)
      .locator(".words")
      .evaluate((node) => parseFloat(getComputedStyle(node).fontSize));
  const [one, three, four, words] = await Promise.all([0, 1, 2, 3].map(size));
  expect(one).toBeGreaterThan(three!);
  expect(three).toBeGreaterThan(four!);
  expect(four).toBe(words);
});
