import { expect, test } from "../fixtures.ts";
import { ComposerTools } from "../pages/composer-tools.ts";
import { ListWork } from "../pages/list-work.ts";
import { Work } from "../pages/work.ts";
import { newCustomer } from "../support/meta.ts";
import { mint } from "../support/tokens.ts";

for (const width of [360, 768, 1440]) {
  test(`the work on the open conversation is done by single keys at ${width} px`, async ({ host, demo, server, meta, page }) => {
    test.slow();
    await page.setViewportSize({ width, height: 720 });
    const erna = newCustomer(`Erna Keys ${width}`);
    await meta.text(erna, "Hello");
    const { token } = await mint(demo, [server.origin], undefined, { operator: { id: `key-${width}`, name: `Kim Keys ${width}` } });
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    const work = new Work(inbox);
    await inbox.open(erna.name);
    await inbox.composer.pressSequentially("easlu");
    await expect(inbox.composer, "letters are letters in a field").toHaveValue("easlu");
    await expect(work.menu).toHaveCount(0);
    await inbox.composer.fill("");

    await inbox.thread.focus();
    await page.keyboard.press("e");
    await expect(work.resolve).toHaveAccessibleName("Reopen");
    await page.keyboard.press("e");
    await expect(work.resolve).toHaveAccessibleName("Resolve");

    await page.keyboard.press("a");
    const people = inbox.frame.getByRole("group", { name: "Assign", exact: true });
    await expect(people.getByRole("button", { name: "Me", exact: true })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(people).toHaveCount(0);
    await expect(work.told(`Kim Keys ${width}`).last()).toBeVisible();

    // The focus has come back, and the next key is heard.
    await page.keyboard.press("l");
    const labels = inbox.frame.getByRole("group", { name: "Labels", exact: true });
    await labels.getByRole("textbox", { name: "New label" }).fill(`By key ${width}`);
    await page.keyboard.press("Enter");
    await expect(labels).toHaveCount(0);
    await page.keyboard.press("l");
    await expect(labels.getByRole("button", { name: `By key ${width}` })).toHaveAttribute("aria-pressed", "true");
    await page.keyboard.press("Escape");
    await expect(labels).toHaveCount(0);

    await inbox.thread.focus();
    await page.keyboard.press("s");
    const times = inbox.frame.getByRole("group", { name: "Snooze", exact: true });
    await times.getByRole("button", { name: /^Tomorrow/ }).press("Enter");
    await expect(times).toHaveCount(0);
    await expect(work.toast).toBeVisible();
    await inbox.thread.focus();
    await page.keyboard.press("e");
    await expect(work.resolve).toHaveAccessibleName("Reopen");
    await page.keyboard.press("e");
    await expect(work.resolve).toHaveAccessibleName("Resolve");

    await page.keyboard.press("u");
    await expect(inbox.unread(erna.name)).toHaveText("1");
    await expect(inbox.thread).toHaveCount(0);
  });
}

for (const width of [360, 768, 1440]) {
  test(`what failed is tried again and a draft deleted by single keys, and had back, at ${width} px`, async ({ host, demo, session, meta, simulator, page }) => {
    await page.setViewportSize({ width, height: 720 });
    const fee = newCustomer(`Fee Again ${width}`);
    await meta.text(fee, "Hello");
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    const tools = new ComposerTools(inbox);
    await inbox.open(fee.name);
    await simulator.behave({ failNext: [{ code: 131_026, when: "status", to: fee.phone }] });
    await inbox.reply("Will this arrive?");
    const bubble = inbox.message("Will this arrive?");
    await expect(bubble).toHaveAttribute("data-status", "failed");
    await inbox.thread.focus();
    await page.keyboard.press("t");
    await expect(bubble).toHaveAttribute("data-status", /sent|delivered|read/);
    await page.keyboard.press("t");
    await inbox.reply("And this?");
    await expect(inbox.message("And this?")).toHaveAttribute("data-status", /sent|delivered|read/);
    const texts = (await simulator.sentTo(fee)).map(({ text }) => text);
    expect(texts, "tried again once, while there was something to try").toEqual(["Will this arrive?", "Will this arrive?", "And this?"]);

    await bubble.getByRole("button", { name: "Reply" }).click();
    await inbox.composer.fill("Never mind");
    await inbox.thread.focus();
    await page.keyboard.press("d");
    await expect(inbox.composer).toHaveValue("");
    await expect(tools.undo).toContainText("Draft deleted");
    await tools.undo.getByRole("button", { name: "Undo" }).click();
    await expect(inbox.composer).toHaveValue("Never mind");
    await expect(inbox.frame.getByTestId("quote"), "with what it answers to").toContainText("Will this arrive?");

    // A note is another draft, and the reply stays.
    await inbox.thread.focus();
    await page.keyboard.press("n");
    await inbox.composer.fill("For us only");
    await inbox.thread.focus();
    await page.keyboard.press("d");
    await expect(inbox.composer).toHaveValue("");
    await inbox.composer.press("ControlOrMeta+z");
    await expect(inbox.composer).toHaveValue("For us only");
    await inbox.thread.focus();
    await page.keyboard.press("r");
    await expect(inbox.composer).toHaveValue("Never mind");
  });
}

test("with nothing open the keys work on the row, or on all that are picked", async ({ host, demo, session, meta, page }) => {
  const all = ["One", "Two", "Three", "Four"].map((name) => newCustomer(`Row ${name}`));
  for (const who of [...all].reverse()) await meta.text(who, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const list = new ListWork(inbox);
  await inbox.row("Row One").focus();
  await page.keyboard.press("e");
  await expect(inbox.row("Row One")).toHaveCount(0);
  await expect(inbox.row("Row Two"), "the next one").toBeFocused();

  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(list.count).toHaveText("2 selected");
  await page.keyboard.press("e");
  await expect(inbox.row("Row Three")).toHaveCount(0);
  await expect(inbox.row("Row Two")).toHaveCount(0);
  await expect(list.bar).toHaveCount(0);

  // A menu needs to say what it is about: the row is picked for it.
  await inbox.row("Row Four").focus();
  await page.keyboard.press("s");
  await expect(list.count).toHaveText("1 selected");
  await expect(list.menu.getByRole("button").first()).toBeFocused();
  await list.menu.getByRole("button", { name: /^Tomorrow/ }).press("Enter");
  await expect(inbox.row("Row Four")).toHaveCount(0);
});

test("the keys of work are in the sheet and in the palette, and do nothing for who only looks", async ({ host, demo, server, meta, page }) => {
  const lars = newCustomer("Lars Locked");
  await meta.text(lars, "Hello");
  const looker = await mint(demo, [server.origin], undefined, { operator: { id: "lotte", name: "Lotte", role: "read-only" } });
  const inbox = await host.show(demo.inbox, { token: looker.token, locale: "en" });
  await inbox.row(lars.name).click();
  await expect(inbox.message("Hello").first()).toBeVisible();
  await inbox.thread.focus();
  for (const key of ["e", "a", "l", "s", "u"]) await page.keyboard.press(key);
  await page.keyboard.press("?");
  for (const name of ["Resolve or reopen", "Assign", "Labels", "Snooze", "Mark as unread"]) {
    await expect(inbox.shortcuts.getByRole("term").filter({ hasText: name }).first()).toBeVisible();
  }
  await page.keyboard.press("Escape");
  await expect(inbox.frame.getByTestId("work-menu")).toHaveCount(0);
  await expect(inbox.thread).toBeVisible();
  await page.keyboard.press("ControlOrMeta+k");
  await page.keyboard.type("resolve or");
  await expect(inbox.palette.getByRole("option").filter({ hasText: "Resolve or reopen" })).toHaveCount(0);
});

test("a draft is deleted by the palette, and the note beside it stays", async ({ host, demo, session, meta, page }) => {
  const dora = newCustomer("Dora Draft");
  await meta.text(dora, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open(dora.name);
  await inbox.frame.getByTestId("composer-modes").getByRole("button").last().click();
  await inbox.composer.fill("For us");
  await inbox.frame.getByTestId("composer-modes").getByRole("button").first().click();
  await inbox.composer.fill("Not this");
  await page.keyboard.press("ControlOrMeta+k");
  await page.keyboard.type("delete draft");
  await page.keyboard.press("Enter");
  await expect(inbox.composer).toHaveValue("");
  await inbox.frame.getByTestId("composer-modes").getByRole("button").last().click();
  await expect(inbox.composer).toHaveValue("For us");
});

test("a note that is not written yet is a draft in its row", async ({ host, demo, session, meta }) => {
  const [nils, next] = [newCustomer("Nils Note"), newCustomer("Nell Next")];
  await meta.text(next, "Hello");
  await meta.text(nils, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open(nils.name);
  const modes = inbox.frame.getByTestId("composer-modes").getByRole("button");
  await modes.last().click();
  await inbox.composer.fill("Ask the carrier");
  await inbox.open(next.name);
  await expect(inbox.row(nils.name)).toContainText(/Draft:\s*Ask the carrier/);
  // What is for the customer comes first.
  await inbox.open(nils.name);
  await modes.first().click();
  await inbox.composer.fill("One moment");
  await inbox.open(next.name);
  await expect(inbox.row(nils.name)).toContainText(/Draft:\s*One moment/);
});
