import { expect, test } from "../fixtures.ts";
import { ComposerTools } from "../pages/composer-tools.ts";
import { newCustomer } from "../support/meta.ts";

for (const width of [768, 1440]) {
  test(`an emoji is found and put at the caret, by keyboard alone, at ${width} px`, async ({ host, demo, session, meta, page }) => {
    await page.setViewportSize({ width, height: 800 });
    const eli = newCustomer(`Eli Picker ${width}`);
    await meta.text(eli, "Hello");
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    const tools = new ComposerTools(inbox);
    await inbox.open(eli.name);
    await inbox.composer.fill("ab");
    await inbox.composer.press("ArrowLeft");

    await tools.emojiButton.click();
    await expect(tools.search).toBeFocused();
    await page.keyboard.type("red heart");
    await expect(tools.emoji.first()).toHaveAttribute("aria-label", "red heart");
    await page.keyboard.press("ArrowDown");
    await expect(tools.emoji.first()).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(inbox.composer).toHaveValue(/^a❤\ufe0f?b$/);
    await page.keyboard.press("Escape");
    await expect(tools.picker).toHaveCount(0);
    await expect(inbox.composer).toBeFocused();

    // What was used comes first the next time; arrows go through the grid.
    await tools.emojiButton.click();
    await expect(tools.emoji).toHaveCount(1);
    await tools.picker.getByRole("tab", { name: "Smileys" }).click();
    await expect(tools.emoji.first()).toBeVisible();
    await page.keyboard.press("ArrowDown");
    await expect(tools.emoji.first()).toBeFocused();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await expect(tools.emoji.nth(9)).toBeFocused();
    await page.keyboard.type("z");
    await expect(tools.search).toBeFocused();
  });
}

for (const width of [360, 1440]) {
  test(`any emoji can be a sign on a message at ${width} px, in the reader's words and tone`, async ({ host, demo, session, meta, page }) => {
    await page.setViewportSize({ width, height: 800 });
    const sia = newCustomer(`Sia Sign ${width}`);
    await meta.text(sia, "Olá");
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token, locale: "pt" });
    const tools = new ComposerTools(inbox);
    await inbox.open(sia.name);
    await inbox.thread.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("+");
    await inbox.frame.getByRole("button", { name: "Mais emojis" }).click();
    await tools.picker.getByRole("button", { name: "Tom de pele" }).click();
    await tools.search.fill("mao acenando");
    await expect(tools.emoji.first()).toHaveText("👋🏻");
    await tools.emoji.first().click();
    await expect(tools.picker).toHaveCount(0);
    await expect(inbox.message("Olá")).toContainText("👋🏻");
  });
}

test("emoji that do not come can be asked for again", async ({ host, demo, session, meta, page, complaints }) => {
  complaints.allow(/Failed to load resource|net::ERR/);
  const una = newCustomer("Una Unlucky");
  await meta.text(una, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const tools = new ComposerTools(inbox);
  await inbox.open("Una Unlucky");
  await page.route("**/emoji/en.json", (route) => route.abort(), { times: 1 });
  await tools.emojiButton.click();
  await expect(tools.picker.getByRole("alert")).toContainText("The emoji could not be loaded.");
  await tools.picker.getByRole("button", { name: "Retry" }).click();
  await expect(tools.emoji.first()).toBeVisible();
});
