import { expect, test } from "../fixtures.ts";
import { DetailsPane } from "../pages/details-pane.ts";
import { HostPage } from "../pages/host-page.ts";
import { findings } from "../support/findings.ts";
import { newCustomer } from "../support/meta.ts";
import { Tenant } from "../support/tenant.ts";
import { mint } from "../support/tokens.ts";

// What operators write about a contact, and what of a conversation is looked at apart from its thread.

const ANA = { id: "ana", name: "Ana" };
const BRUNO = { id: "bruno", name: "Bruno" };

test.use({ contextOptions: { reducedMotion: "reduce" } });

for (const width of [360, 768, 1440]) {
  test(`what the team calls a contact and knows of it, at ${width} px`, async ({ host, server, demo, page, browser, complaints }) => {
    test.setTimeout(120_000);
    complaints.allow(/status of 40[09]/);
    await page.setViewportSize({ width, height: 800 });
    const tenant = await Tenant.create(demo, `Contact ${width}`);
    const line = await tenant.connect("Shop");
    const dana = newCustomer("Dana Detail");
    await line.meta.text(dana, "Hello");
    const brunos = await tenant.mint(line, host.origin, undefined, BRUNO);
    const { token } = await tenant.mint(line, host.origin, undefined, ANA);
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    const details = new DetailsPane(inbox);
    await inbox.open(dana.name);
    await details.show();

    // Esc leaves the form and nothing else, and nothing is kept.
    await details.edit.click();
    await expect(details.ownName).toBeFocused();
    await expect(details.ownName).toHaveAttribute("placeholder", dana.name);
    await details.ownName.fill("Nobody");
    await page.keyboard.press("Escape");
    await expect(details.form).toHaveCount(0);
    await expect(details.edit).toBeFocused();
    await expect(details.pane).toBeVisible();

    await page.keyboard.press("Enter");
    await expect(details.ownName).toHaveValue("");
    await details.ownName.fill("Dana <b>of the bakery</b>");
    await details.form.getByRole("button", { name: "Add a field" }).click();
    await expect(details.lines.first().getByLabel("Field")).toBeFocused();
    await details.fill(0, "City", "Lisbon");
    await details.form.getByRole("button", { name: "Add a field" }).click();
    await details.fill(1, "city", "Porto");
    expect(await findings(page), "the form").toEqual([]);
    await page.keyboard.press("Enter");
    await expect(details.form.getByRole("alert")).toHaveText("Give each field a name of its own, and a value.");
    await details.fill(1, "Size", "M");
    await page.keyboard.press("Enter");
    await expect(details.form).toHaveCount(0);
    await expect(details.edit).toBeFocused();
    await expect(details.fact("City")).toHaveText("Lisbon");
    await expect(details.fact("Size")).toHaveText("M");
    await expect(details.fact("Name on WhatsApp")).toHaveText(dana.name);
    await expect(details.pane.locator(".details-name")).toHaveText("Dana <b>of the bakery</b>");

    // A colleague sees the name in list and thread, and what stands below it; what the contact writes leaves it.
    const context = await browser.newContext({ viewport: { width, height: 800 }, locale: "en-GB" });
    const other = await new HostPage(await context.newPage(), server).show(demo.inbox, { token: brunos.token, locale: "en" });
    await line.meta.text(dana, "One more thing");
    await expect(other.row("Dana <b>of the bakery</b>")).toContainText("One more thing");
    await other.open("Dana <b>of the bakery</b>");
    await expect(other.message("Contact named Dana <b>of the bakery</b> · Ana")).toHaveCount(1);
    await expect(other.message("Fields of the contact changed · Ana")).toHaveCount(1);
    const beside = new DetailsPane(other);
    await beside.show();
    await expect(beside.fact("City")).toHaveText("Lisbon");

    // Who has not seen what a colleague wrote is told before it is lost.
    await beside.edit.click();
    await details.edit.click();
    await details.lines.first().getByRole("button", { name: "Remove City" }).click();
    await details.form.getByRole("button", { name: "Save" }).click();
    await expect(beside.fact("City")).toHaveCount(0);
    await beside.ownName.fill("Dana D.");
    await beside.form.getByRole("button", { name: "Save" }).click();
    await expect(beside.form.getByRole("alert")).toContainText("A colleague changed this contact meanwhile.");
    await beside.form.getByRole("button", { name: "Cancel" }).click();
    await beside.edit.click();
    await beside.ownName.fill("Dana D.");
    await beside.form.getByRole("button", { name: "Save" }).click();
    await expect(details.pane.locator(".details-name")).toHaveText("Dana D.");
    await expect(details.fact("City")).toHaveCount(0);
    await expect(details.fact("Size")).toHaveText("M");
    await context.close();

    // It is found by either name.
    if (width < 1200) await details.close.click();
    if (width < 480) await inbox.back.click();
    await inbox.find("Dana D", "Dana D.");
    await inbox.find("Detail", "Dana D.");
  });

  test(`other conversations, files and what was done, at ${width} px`, async ({ host, demo, page, simulator }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width, height: 800 });
    const tenant = await Tenant.create(demo, `Shelves ${width}`);
    const [shop, garage] = [await tenant.connect("Shop"), await tenant.connect("Garage")];
    const hidden = await tenant.connect("Hidden");
    const gil = newCustomer("Gil Gallery");
    const write = (body: Record<string, unknown>, line = shop) =>
      simulator.post("messages?wait=true", { from: gil.phone, name: gil.name, phoneNumberId: line.phoneNumberId, ...body });
    for (const line of [hidden, garage, shop]) await write({ text: `To ${line.id}` }, line);
    const numbers = [shop.id, garage.id];
    const { token } = await mint(demo, [host.origin], undefined, { facts: { API_KEY: tenant.key, NUMBER_ID: shop.id }, numbers, operator: ANA });
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    const details = new DetailsPane(inbox);
    await inbox.row(gil.name).filter({ hasText: shop.id }).click();
    await expect(inbox.thread).toBeVisible();
    await details.show();

    await details.unfold("media");
    await expect(details.pane.getByTestId("details-media")).toContainText("Nothing here");
    await details.unfold("files");
    await expect(details.pane.getByTestId("details-files")).toContainText("Nothing here");
    await details.unfold("activity");
    await expect(details.pane.getByTestId("details-activity")).toContainText("Nothing here");

    // In pages, the newest first; what comes meanwhile is there by itself.
    await details.fold("media");
    await write({ type: "image", image: { id: "1001" }, count: 26 });
    await details.unfold("media");
    await expect(details.tiles).toHaveCount(24);
    await details.tiles.first().scrollIntoViewIfNeeded();
    // The newest is fetched last.
    await expect(details.tiles.first().locator("img")).toHaveJSProperty("complete", true, { timeout: 40_000 });
    await write({ type: "document", document: { id: "1004", filename: "offer-1.pdf" } });
    await write({ type: "document", document: { id: "1004", filename: "offer-2.pdf" } });
    await expect(details.files).toHaveCount(2);
    await expect(details.files.first()).toContainText("offer-2.pdf");
    await expect(details.files.first().getByRole("link", { name: "offer-2.pdf" })).toHaveAttribute("href", /^\/media\//);
    await write({ type: "video", video: { id: "1002" } });
    await expect(details.tiles.first()).toHaveAccessibleName(/^Video/);
    await expect(details.tiles).toHaveCount(25);
    await details.pane.getByRole("button", { name: "Show more" }).click();
    await expect(details.tiles).toHaveCount(27);
    await expect(details.pane.getByRole("button", { name: "Show more" })).toHaveCount(0);
    await details.assignee.selectOption("Ana · Me");
    await expect(details.done).toHaveText([/^Assigned to Ana · Ana/]);
    expect(await findings(page), "the details").toEqual([]);

    // Each leads to its message; where the details lie over the thread, they make room.
    await details.done.first().click();
    await expect(inbox.message("Assigned to Ana")).toBeFocused();
    await details.show();
    await details.files.last().getByRole("button").click();
    await expect(inbox.message("offer-1.pdf")).toBeFocused();

    // The other conversation of the person: of the numbers of this session only.
    await details.show();
    await details.unfold("others");
    await expect(details.others).toHaveCount(1);
    await expect(details.others).toContainText("Garage");
    await details.others.click();
    await expect(inbox.message(`To ${garage.id}`)).toHaveCount(1);
    if (width >= 1200) await expect(details.pane).toContainText("Garage");
    else await expect(details.pane).toBeHidden();
  });
}

test("who only looks reads what the team knows, and changes nothing", async ({ host, demo, page }) => {
  await page.setViewportSize({ width: 1440, height: 800 });
  const tenant = await Tenant.create(demo, "Contact to read");
  const line = await tenant.connect("Shop");
  const dora = newCustomer("Dora Detail");
  await line.meta.text(dora, "Hello");
  const ana = await tenant.mint(line, host.origin, undefined, ANA);
  const call = async (name: string, body: unknown) => {
    const headers = { authorization: `Bearer ${ana.token}`, "x-parent-origin": host.origin, "content-type": "application/json" };
    const answer = await fetch(`${demo.inbox}/api/${name}`, { method: "POST", headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    return answer.json();
  };
  const { items } = await call("conversations/list", { page: {} });
  await call("contacts/change", { conversation_id: items[0].id, seen: null, name: "Dora D.", fields: [{ name: "City", value: "Lisbon" }] });
  const { token } = await tenant.mint(line, host.origin, undefined, { id: "lu", name: "Lu", role: "read-only" });
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const details = new DetailsPane(inbox);
  await inbox.row("Dora D.").click();
  await expect(details.fact("City")).toHaveText("Lisbon");
  await expect(details.fact("Name on WhatsApp")).toHaveText(dora.name);
  await expect(details.edit).toBeHidden();
  await details.unfold("activity");
  await expect(details.done).toHaveText([/^Fields of the contact changed · Ana/, /^Contact named Dora D\. · Ana/]);
});
