import { expect, test } from "../fixtures.ts";
import { HostPage } from "../pages/host-page.ts";
import { Work } from "../pages/work.ts";
import { findings } from "../support/findings.ts";
import { newCustomer } from "../support/meta.ts";
import { mint } from "../support/tokens.ts";

// What is done with conversations, by people who see each other do it.

for (const width of [360, 768, 1440]) {
  test(`a conversation is handed over, put off, labelled and done with, and the other operator sees it, ${width} px`, async ({
    host,
    demo,
    server,
    meta,
    page,
    browser,
  }) => {
    test.setTimeout(90_000);
    await page.setViewportSize({ width, height: 800 });
    const wanda = newCustomer(`Wanda Work ${width}`);
    await meta.text(wanda, "Where is my invoice?");
    const tokenOf = (id: string, name: string) => mint(demo, [server.origin], undefined, { operator: { id: `${id}-${width}`, name } });
    const [ana, bruno] = [await tokenOf("ana", `Ana ${width}`), await tokenOf("bruno", `Bruno ${width}`)];
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
    const other = await new HostPage(await context.newPage(), server).show(demo.inbox, { token: bruno.token, locale: "en" });
    const theirs = new Work(other);
    const inbox = await host.show(demo.inbox, { token: ana.token, locale: "en" });
    const work = new Work(inbox);

    await inbox.open(wanda.name);
    await other.open(wanda.name);
    await work.choose("Assign", `Bruno ${width}`);
    await expect(work.told(`Assigned to Bruno ${width} · Ana ${width}`)).toBeVisible();
    await expect(theirs.told(`Assigned to Bruno ${width} · Ana ${width}`)).toBeVisible();
    expect(await findings(page), "after assigning").toEqual([]);
    await theirs.view("Mine").click();
    await expect(other.row(wanda.name)).toHaveCount(1);
    await theirs.view("Unassigned").click();
    await expect(other.row(wanda.name)).toHaveCount(0);
    await theirs.view("All").click();

    const menu = await work.open("More");
    await menu.getByRole("textbox", { name: "New label" }).fill(`Invoice ${width}`);
    expect(await findings(page), "the menu").toEqual([]);
    await menu.getByRole("button", { name: "Add" }).click();
    await expect(theirs.told(`Label Invoice ${width} added · Ana ${width}`)).toBeVisible();
    // Somebody else's label is there at once.
    const labels = await theirs.open("More");
    await expect(labels.getByRole("button", { name: `Invoice ${width}` })).toHaveAttribute("aria-pressed", "true");
    await other.frame.getByTestId("work-menu").press("Escape");
    await expect(labels).toHaveCount(0);

    await work.choose("Snooze", /Tomorrow/);
    await expect(theirs.told(/Snoozed until/)).toBeVisible();
    await expect(other.row(wanda.name), "put off is not for now").toHaveCount(0);
    await theirs.view("Snoozed").click();
    await expect(other.row(wanda.name)).toHaveCount(1);
    await work.toast.getByRole("button", { name: "Undo" }).click();
    await expect(other.row(wanda.name), "taken back").toHaveCount(0);
    await theirs.view("All").click();
    await expect(other.row(wanda.name)).toHaveCount(1);

    await work.resolve.click();
    await expect(theirs.told("Marked as resolved")).toBeVisible();
    await theirs.view("Resolved").click();
    await expect(other.row(wanda.name)).toHaveCount(1);
    await meta.text(wanda, "Hello? I still wait");
    await expect(theirs.told("Reopened by a new message")).toBeVisible();
    await theirs.view("All").click();
    await expect(other.row(wanda.name)).toContainText("I still wait");
    await context.close();
  });
}

test("what was read can be unread again, and what is pinned stays above", async ({ host, demo, session, meta }) => {
  const [first, second] = [newCustomer("Pina Pin"), newCustomer("Nora New")];
  await meta.text(first, "Old but dear");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const work = new Work(inbox);
  await inbox.open(first.name);
  await expect(inbox.unread(first.name)).toHaveCount(0);
  await work.choose("More", "Pin");
  await meta.text(second, "Newer than that");
  await expect(inbox.rows.nth(1)).toContainText(second.name);
  await expect(inbox.rows.nth(0)).toContainText(first.name);
  await work.choose("More", "Mark as unread");
  await expect(inbox.unread(first.name)).toBeVisible();
  await expect(inbox.thread, "or it would be read at once").toHaveCount(0);
  await inbox.open(first.name);
  await work.choose("More", "Unpin");
  await expect(inbox.rows.nth(0)).toContainText(second.name);
});

test("who only looks reads everything and finds nothing to change", async ({ host, demo, server, meta, page }) => {
  const rita = newCustomer("Rita Read");
  await meta.text(rita, "Can you see me?");
  const { token } = await mint(demo, [server.origin], undefined, { operator: { id: "looker", name: "Lena", role: "read-only" } });
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.row(rita.name).click();
  await expect(inbox.message("Can you see me?")).toBeVisible();
  await expect(inbox.frame.getByText("You can look at this inbox, and change nothing in it.")).toBeVisible();
  await expect(inbox.composer).toBeHidden();
  await expect(inbox.frame.getByTestId("work")).toBeHidden();
  await expect(inbox.unread(rita.name), "nobody has read it who answers").toBeVisible();
  await inbox.message("Can you see me?").hover();
  await expect(inbox.messages.getByRole("button", { name: "React" })).toBeHidden();
  expect(await findings(page)).toEqual([]);
});
