import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

for (const width of [360, 768, 1440]) {
  test.describe(`${width} pixels`, () => {
    test.use({ viewport: { width, height: 720 } });

    test("people and messages are found, and a hit opens the conversation there", async ({ host, demo, session, meta, page }) => {
      const word = `quetzal${width}`;
      const sara = newCustomer(`Sara Séárch ${width}`);
      const lines = Array.from({ length: 300 }, (_, index) => (index === 10 ? `The ${word} has flown` : `line ${index}`));
      for (let index = 0; index < lines.length; index += 40) await meta.texts(sara, lines.slice(index, index + 40), Date.now() - 30_000 + index * 100);
      await meta.text(newCustomer(`Nobody Else ${width}`), "Hello");
      const { token } = await session();
      const inbox = await host.show(demo.inbox, { token, locale: "en" });

      await inbox.find(word.toUpperCase(), "has flown");
      const results = inbox.frame.getByRole("listbox", { name: "Search" });
      const messages = results.getByRole("group", { name: "Messages" });
      await expect(messages.getByRole("option")).toHaveCount(1);
      await expect(messages.locator("mark")).toHaveText(word);
      await expect(messages.getByRole("option")).toContainText(`Sara Séárch ${width}`);
      await expect(inbox.frame.getByTestId("search-status")).toHaveText("1 result");
      await expect(inbox.search).toHaveAttribute("aria-activedescendant", "found-0");
      await expect(inbox.list, "the list waits behind it").not.toBeVisible();
      await inbox.search.press("Enter");
      await expect(inbox.message("has flown")).toBeInViewport();
      await expect(inbox.message("has flown")).toBeFocused();
      await expect(inbox.message("line 299")).toHaveCount(0);

      // Back in the search, and out of it: the list is as it was.
      if (width < 480) await inbox.back.click();
      else await inbox.search.focus();
      await expect(inbox.search).toBeFocused();
      await expect(inbox.search).toHaveValue(word.toUpperCase());
      await page.keyboard.press("Escape");
      await expect(inbox.search).toHaveValue("");
      await expect(inbox.row(`Nobody Else ${width}`)).toBeVisible();

      await inbox.find(`sara search ${width}`, "Sara");
      const people = results.getByRole("group", { name: "Conversations and contacts" });
      await expect(people.getByRole("option")).toHaveCount(1);
      await expect(people.locator("mark").first()).toHaveText("Sara");
    });
  });
}

test("the list keeps its place behind the search", async ({ host, demo, session, meta, page }) => {
  for (let index = 0; index < 16; index += 1) await meta.text(newCustomer(`Place ${index}`), "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.list.evaluate((rows) => (rows.parentElement!.scrollTop = 340));
  await inbox.search.fill("nothing has this word in it zzz");
  await expect(inbox.frame.getByText("Nothing found")).toBeVisible();
  await expect(inbox.frame.getByText("Try fewer words")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(inbox.list).toBeVisible();
  expect(await inbox.list.evaluate((rows) => rows.parentElement!.scrollTop)).toBe(340);
});

test("too little, no answer and no network each have a face", async ({ host, demo, session, meta, complaints, page, context }) => {
  await meta.text(newCustomer("Faces"), "a wombat");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  complaints.allow(/Failed to load resource|ERR_FAILED|ERR_INTERNET_DISCONNECTED/);
  await inbox.search.fill("x");
  await expect(inbox.frame.getByText("Write at least two letters")).toBeVisible();

  await page.route("**/api/search", (route) => route.abort());
  await inbox.search.fill("wombat");
  const alert = inbox.frame.getByRole("alert").filter({ hasText: "The search did not work." });
  await expect(alert).toBeVisible();
  await page.unroute("**/api/search");
  await expect(async () => {
    await alert.getByRole("button", { name: "Retry" }).click({ timeout: 500 });
    await expect(inbox.hits).toHaveCount(1, { timeout: 2_000 });
  }).toPass();

  await context.setOffline(true);
  await inbox.search.fill("wombats");
  await expect(inbox.frame.getByText("The search goes on by itself")).toBeVisible();
  await inbox.search.fill("wombat");
  await context.setOffline(false);
  await expect(inbox.hits).toHaveCount(1, { timeout: 20_000 });
});

test("results come in pages, and the keyboard goes through all of them", async ({ host, demo, session, meta }) => {
  const pat = newCustomer("Pat Pages");
  const texts = Array.from({ length: 90 }, (_, index) => `ocelot ${String(index).padStart(2, "0")}`);
  for (let index = 0; index < texts.length; index += 45) await meta.texts(pat, texts.slice(index, index + 45), Date.now() - 10_000 + index * 100);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.find("ocelot", "ocelot 89");
  await expect(async () => {
    for (let press = 0; press < 20; press += 1) await inbox.search.press("ArrowDown");
    await expect(inbox.hits).toHaveCount(90, { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  await expect(async () => {
    for (let press = 0; press < 20; press += 1) await inbox.search.press("ArrowDown");
    await expect(inbox.hits.last()).toHaveAttribute("aria-selected", "true", { timeout: 500 });
  }).toPass();
  await expect(inbox.hits.last()).toBeInViewport();
  await inbox.search.press("Enter");
  await expect(inbox.message("ocelot 00")).toBeInViewport();
});

test("one conversation is searched by itself, from one hit to the next", async ({ host, demo, session, meta, page }) => {
  const tess = newCustomer("Tess Thread");
  const texts = Array.from({ length: 150 }, (_, index) => (index % 50 === 20 ? `pangolin ${index}` : `line ${index}`));
  for (let index = 0; index < texts.length; index += 50) await meta.texts(tess, texts.slice(index, index + 50), Date.now() - 30_000 + index * 100);
  await meta.text(newCustomer("Tom Other Thread"), "pangolin elsewhere");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.find("pangolin elsewhere", "pangolin elsewhere");
  await page.keyboard.press("Escape");
  await inbox.open("Tess Thread");
  await inbox.composer.press("ControlOrMeta+f");
  const field = inbox.threadSearch.getByRole("searchbox", { name: "Search in this conversation" });
  const count = inbox.frame.getByTestId("thread-search-count");
  await expect(field).toBeFocused();
  await field.fill("pangolin");
  await expect(count).toHaveText("1 of 3");
  await expect(inbox.message("pangolin 120")).toBeInViewport();
  await field.press("Enter");
  await expect(count).toHaveText("2 of 3");
  await expect(inbox.message("pangolin 70")).toBeInViewport();
  await expect(field, "whoever types goes on typing").toBeFocused();
  await inbox.threadSearch.getByRole("button", { name: "Earlier result" }).click();
  await expect(count).toHaveText("3 of 3");
  await expect(inbox.message("pangolin 20")).toBeInViewport();
  await inbox.threadSearch.getByRole("button", { name: "Later result" }).click();
  await expect(count).toHaveText("2 of 3");
  await field.fill("zzz nothing");
  await expect(count).toHaveText("Nothing found");
  await field.press("Escape");
  await expect(inbox.threadSearch).toHaveCount(0);
  await expect(inbox.composer).toBeFocused();
  await expect(inbox.thread).toBeVisible();
});
