import { expect, test } from "../fixtures.ts";
import type { InboxFrame } from "../pages/inbox-frame.ts";
import { newCustomer } from "../support/meta.ts";

/** Opens the templates; they are fetched from WhatsApp when a number is new, which may be a moment ago. */
async function openTemplates(inbox: InboxFrame) {
  const dialog = inbox.frame.getByRole("dialog", { name: "Templates" });
  await expect(async () => {
    if (await dialog.count()) await dialog.getByRole("button", { name: "Close" }).click();
    await inbox.frame.getByRole("button", { name: "Send a template" }).first().click();
    await expect(dialog.getByRole("option").first()).toBeVisible({ timeout: 3_000 });
  }).toPass();
  return dialog;
}

test("a template is found, filled, looked at and sent while the window is shut", async ({ host, demo, session, meta, simulator }) => {
  const tara = newCustomer("Tara Template");
  await meta.texts(tara, ["Where is my lamp?"], Date.now() - 30 * 3_600_000);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Tara Template");
  const dialog = await openTemplates(inbox);
  const search = dialog.getByRole("combobox", { name: "Search templates" });
  await expect(search).toBeFocused();
  await search.fill("order_shipped");
  await dialog.getByRole("combobox", { name: "Language" }).selectOption("en");
  await expect(dialog.getByRole("option")).toHaveCount(1);
  await dialog.getByRole("option", { name: /order_shipped/ }).click();

  const preview = dialog.getByRole("group", { name: "Preview" });
  await expect(preview).toContainText("Hi {{1}}, your order {{2}} is on its way.");
  await expect(dialog.getByRole("textbox", { name: "Heading: 1" })).toBeFocused();
  await dialog.getByRole("textbox", { name: "Heading: 1" }).fill("4711");
  await dialog.getByRole("textbox", { name: "Text: 1" }).fill("Tara");
  // Half filled, it does not go out, and says what is missing.
  await dialog.getByRole("button", { name: "Send" }).click();
  await expect(dialog.getByText("Fill in this field.")).toHaveCount(2);
  await expect(dialog.getByRole("textbox", { name: "Text: 2" })).toBeFocused();
  await dialog.getByRole("textbox", { name: "Text: 2" }).fill("4711     b");
  await dialog.getByRole("textbox", { name: "Button: Track" }).fill("4711");
  await dialog.getByRole("button", { name: "Send" }).click();
  await expect(dialog.getByText(/Write one line/)).toBeVisible();
  await dialog.getByRole("textbox", { name: "Text: 2" }).fill("4711-b");
  await expect(preview).toContainText(/Order 4711.*Hi Tara, your order 4711-b is on its way\..*Track/);
  await dialog.getByRole("textbox", { name: "Text: 2" }).press("Enter");
  await expect(dialog).toHaveCount(0);

  await expect(inbox.message("Hi Tara, your order 4711-b is on its way.")).toHaveCount(1);
  await expect(inbox.ticks("Hi Tara")).toHaveAttribute("data-progress", /sent|delivered|read/);
  await expect(async () => {
    const sent = (await simulator.sentTo(tara)) as unknown as { type: string; body: { template: { name: string; components: unknown } } }[];
    expect(sent.map(({ type, body }) => [type, body.template.name])).toEqual([["template", "order_shipped"]]);
    expect(JSON.stringify(sent[0]!.body.template.components)).toContain("4711-b");
  }).toPass();
  await expect(inbox.windowShut).toBeVisible();
});

test("templates by keyboard: arrows, Enter, Esc, and the focus goes back", async ({ host, demo, session, meta, simulator }) => {
  const kai = newCustomer("Kai Keys");
  await meta.text(kai, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Kai Keys");
  const button = inbox.frame.getByRole("button", { name: "Send a template" });
  let dialog = await openTemplates(inbox);
  await inbox.frame.locator(":focus").press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(button).toBeFocused();
  await expect(inbox.thread).toBeVisible();

  await button.press("Enter");
  dialog = inbox.frame.getByRole("dialog", { name: "Templates" });
  const search = dialog.getByRole("combobox", { name: "Search templates" });
  await search.fill("appointment");
  await expect(dialog.getByRole("option")).toHaveCount(2);
  await expect(dialog.getByRole("option").nth(0)).toHaveAttribute("aria-selected", "true");
  await search.press("ArrowDown");
  await expect(dialog.getByRole("option").nth(1)).toHaveAttribute("aria-selected", "true");
  await search.press("Enter");
  await expect(dialog.getByRole("heading", { name: /appointment.*es/ })).toBeVisible();
  // Esc leads back to the list first, and its search is still there.
  await dialog.getByRole("textbox", { name: "Text: first_name" }).press("Escape");
  await expect(search).toHaveValue("appointment");
  await search.press("Enter");
  await dialog.getByRole("textbox", { name: "Text: first_name" }).fill("Kai");
  await dialog.getByRole("textbox", { name: "Text: day" }).fill("lunes");
  await dialog.getByRole("textbox", { name: "Text: time" }).fill("10:00");
  await dialog.getByRole("textbox", { name: "Text: time" }).press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(inbox.composer).toBeFocused();
  await expect(inbox.message("Hola Kai, te esperamos el lunes a las 10:00.")).toHaveCount(1);
  await simulator.received(kai, "Hola Kai, te esperamos el lunes a las 10:00.");
});

test("templates that cannot be sent say why, and a search for nothing says so", async ({ host, demo, session, meta }) => {
  const ugo = newCustomer("Ugo Unsendable");
  await meta.text(ugo, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Ugo Unsendable");
  const dialog = await openTemplates(inbox);
  const search = dialog.getByRole("combobox", { name: "Search templates" });
  await search.fill("rejected_offer");
  const rejected = dialog.getByRole("option", { name: /Not approved by WhatsApp/ });
  await expect(dialog.getByRole("option")).toHaveCount(1);
  await rejected.click({ force: true });
  await expect(search).toBeVisible();
  await search.fill("find_us");
  await dialog.getByRole("option", { name: /find_us/ }).click();
  await expect(dialog.getByRole("alert")).toContainText("begins with a file or a place");
  await expect(dialog.getByRole("button", { name: "Send" })).toBeDisabled();
  await dialog.getByRole("button", { name: "Back" }).click();
  await search.fill("no such words");
  await expect(dialog.getByText("No template has these words.")).toBeVisible();
});
