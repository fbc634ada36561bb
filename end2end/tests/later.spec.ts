import { expect, test } from "../fixtures.ts";
import { ComposerTools } from "../pages/composer-tools.ts";
import { newCustomer } from "../support/meta.ts";

for (const width of [360, 768, 1440]) {
  test(`a message is put off by an hour and comes back into the field at ${width} px`, async ({ host, demo, session, meta, simulator, page }) => {
    await page.setViewportSize({ width, height: 800 });
    const lou = newCustomer(`Lou Later ${width}`);
    await meta.text(lou, "Tell me later");
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    const tools = new ComposerTools(inbox);
    await inbox.open(lou.name);
    await tools.more.click();
    const hour = tools.sendMenu.getByRole("button", { name: /In one hour/ });
    await expect(hour).toBeDisabled();
    await tools.sendMenu.press("Escape");
    await expect(tools.more).toBeFocused();

    await inbox.composer.fill("It is later");
    await tools.more.click();
    await hour.click();
    await expect(inbox.composer).toHaveValue("");
    const waits = inbox.message("It is later").getByTestId("waits");
    await expect(waits).toContainText(/Goes out: .*\d\d:\d\d/);
    await waits.getByRole("button", { name: "Cancel" }).click();
    await expect(inbox.composer).toHaveValue("It is later");
    expect(await simulator.sentTo(lou)).toEqual([]);
  });
}

test("a time that is past or behind the window is not taken", async ({ host, demo, session, meta }) => {
  const tia = newCustomer("Tia Time");
  await meta.text(tia, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const tools = new ComposerTools(inbox);
  await inbox.open("Tia Time");
  await inbox.composer.fill("Not now");
  await tools.more.click();
  const trouble = tools.sendMenu.getByRole("alert");
  const schedule = async (value: string) => {
    await tools.sendMenu.getByLabel("Date and time").fill(value);
    await tools.sendMenu.getByRole("button", { name: "Schedule" }).click();
  };
  await schedule("2020-01-01T09:00");
  await expect(trouble).toContainText("Choose a time that is still to come.");
  await schedule("2099-01-01T09:00");
  await expect(trouble).toContainText("Free replies end at");
  await expect(inbox.composer).toHaveValue("Not now");
});

test("what was sent is undone, with the message that it answers to", async ({ host, demo, session, meta, simulator, page }) => {
  const uma = newCustomer("Uma Undo");
  await meta.text(uma, "Which one?");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const tools = new ComposerTools(inbox);
  await inbox.open("Uma Undo");
  await tools.undoFor(10);
  await inbox.thread.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("q");
  await inbox.reply("Teh blue one");
  await expect(inbox.message("Teh blue one")).toHaveAttribute("data-status", "queued");
  await expect(inbox.message("Teh blue one").getByTestId("waits")).toHaveCount(0);
  await tools.undo.getByRole("button", { name: "Undo" }).click();
  await expect(inbox.composer).toHaveValue("Teh blue one");
  await expect(inbox.frame.getByTestId("quote")).toContainText("Which one?");
  await expect(inbox.message("Teh blue one")).toHaveCount(0);
  await tools.undoFor(0);
  await inbox.composer.fill("The blue one");
  await inbox.send.click();
  await simulator.received(uma, "The blue one");
  expect(await simulator.sentTo(uma)).toHaveLength(1);
});

test("what can be undone goes out though the page is closed", async ({ host, demo, session, meta, simulator, page }) => {
  const cleo = newCustomer("Cleo Closed");
  await meta.text(cleo, "Are you there?");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const tools = new ComposerTools(inbox);
  await inbox.open("Cleo Closed");
  await tools.undoFor(5);
  const stored = page.waitForResponse((response) => response.url().endsWith("/api/messages/send_draft"));
  await inbox.reply("Yes, always");
  expect((await stored).status()).toBe(200);
  await page.goto("about:blank");
  await simulator.received(cleo, "Yes, always");
});

test("Enter makes a line where that is chosen, and Ctrl+Enter sends", async ({ host, demo, session, meta, simulator, page }) => {
  const enzo = newCustomer("Enzo Enter");
  await meta.text(enzo, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const tools = new ComposerTools(inbox);
  await inbox.open("Enzo Enter");
  await tools.more.click();
  await tools.sendMenu.getByLabel("Enter sends the message").uncheck();
  await tools.sendMenu.press("Escape");
  await inbox.composer.focus();
  await page.keyboard.type("one");
  await page.keyboard.press("Enter");
  await page.keyboard.type("two");
  await page.keyboard.press("Control+Enter");
  await simulator.received(enzo, "one\ntwo");
});
