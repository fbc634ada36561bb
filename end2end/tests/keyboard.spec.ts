import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

for (const width of [360, 768, 1440]) {
  test.describe(`${width} pixels`, () => {
    test.use({ viewport: { width, height: 720 } });

    test("the daily loop by keyboard alone: list, open, reply, next, search, hit", async ({ host, demo, session, meta, simulator, page }) => {
      const [first, second] = [newCustomer(`Kara First ${width}`), newCustomer(`Kurt Second ${width}`)];
      await meta.texts(second, ["Good day", `the narwhal${width} is here`]);
      await meta.text(first, "A question");
      const { token } = await session();
      const inbox = await host.show(demo.inbox, { token, locale: "en" });
      await expect(inbox.rows.nth(0)).toContainText(first.name);

      await inbox.rows.nth(0).focus();
      await page.keyboard.press("j");
      await expect(inbox.rows.nth(1)).toBeFocused();
      await page.keyboard.press("k");
      await expect(inbox.rows.nth(0)).toBeFocused();
      await page.keyboard.press("Enter");
      await expect(inbox.composer).toBeFocused();
      await page.keyboard.type("just kidding?/");
      await expect(inbox.composer, "letters are letters here").toHaveValue("just kidding?/");
      await page.keyboard.press("Enter");
      await simulator.received(first, "just kidding?/");

      // Out of the field, and the same keys go from one conversation to the next.
      await page.keyboard.press("Shift+Tab");
      await inbox.thread.focus();
      await page.keyboard.press("j");
      await expect(inbox.frame.getByRole("log", { name: `Conversation with ${second.name}` })).toBeVisible();
      await page.keyboard.press("r");
      await expect(inbox.composer).toBeFocused();
      await page.keyboard.press("Escape");
      await expect(inbox.row(second.name)).toBeFocused();

      await page.keyboard.press("/");
      await expect(inbox.search).toBeFocused();
      await inbox.find(`narwhal${width}`, "is here");
      await page.keyboard.press("Enter");
      await expect(inbox.message(`narwhal${width}`)).toBeFocused();
      await page.keyboard.press("Enter");
      await expect(inbox.message(`narwhal${width}`).getByRole("button", { name: "Reply" })).toBeFocused();
    });

    test("the palette finds conversations and commands", async ({ host, demo, session, meta, page }) => {
      const zora = newCustomer(`Zora Palétte ${width}`);
      await meta.text(zora, "Hello");
      const { token } = await session();
      const inbox = await host.show(demo.inbox, { token, locale: "en" });
      await inbox.rows.first().focus();
      await page.keyboard.press("ControlOrMeta+k");
      const field = inbox.palette.getByRole("combobox", { name: "Find a conversation or a command" });
      await expect(inbox.palette).toHaveRole("dialog");
      await expect(field).toBeFocused();
      await page.keyboard.type(`zp${width}`);
      const options = inbox.palette.getByRole("option");
      await expect(options.first()).toContainText(zora.name);
      await expect(options.first()).toHaveAttribute("aria-selected", "true");
      await expect(field).toHaveAttribute("aria-activedescendant", "palette-0");
      await page.keyboard.press("Enter");
      await expect(inbox.palette).toHaveCount(0);
      await expect(inbox.composer).toBeFocused();
      await expect(inbox.frame.getByRole("log", { name: `Conversation with ${zora.name}` })).toBeVisible();

      await page.keyboard.press("ControlOrMeta+k");
      await page.keyboard.type("shortcuts");
      await expect(options).toHaveCount(1);
      await page.keyboard.press("Enter");
      await expect(inbox.shortcuts).toBeVisible();
      await page.keyboard.press("Escape");
      await expect(inbox.shortcuts).toHaveCount(0);
      await expect(inbox.thread, "the conversation is still there").toBeVisible();

      await page.keyboard.press("ControlOrMeta+k");
      const recent = inbox.palette.getByRole("group", { name: "Recent" });
      await expect(recent.getByRole("option").first()).toContainText("Keyboard shortcuts");
      await page.keyboard.press("Escape");
      await expect(inbox.palette).toHaveCount(0);
      await expect(inbox.composer).toBeFocused();
    });
  });
}

test("the sheet names the keys, and switches single ones off", async ({ host, demo, session, meta, page }) => {
  await meta.text(newCustomer("Kim Sheet"), "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.rows.first().focus();
  await page.keyboard.press("?");
  await expect(inbox.shortcuts).toHaveRole("dialog");
  await expect(inbox.shortcuts).toHaveAccessibleName("Keyboard shortcuts");
  await expect(inbox.shortcuts.getByRole("term").filter({ hasText: "Next conversation" })).toBeVisible();
  const single = inbox.shortcuts.getByRole("switch", { name: "Shortcuts of a single key" });
  await expect(single).toBeChecked();
  await single.press("Space");
  await expect(single).not.toBeChecked();
  await page.keyboard.press("Escape");
  await expect(inbox.rows.first()).toBeFocused();
  await page.keyboard.press("/");
  await expect(inbox.rows.first()).toBeFocused();
  await page.keyboard.press("?");
  await expect(inbox.shortcuts).toHaveCount(0);
  // The palette is no single key.
  await page.keyboard.press("ControlOrMeta+k");
  await page.keyboard.type("keyboard short");
  await page.keyboard.press("Enter");
  await inbox.shortcuts.getByRole("switch").press("Space");
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await expect(inbox.search).toBeFocused();
});

test("keys with Ctrl, Alt or Meta, and keys in the page around us, do nothing here", async ({ host, demo, session, meta, page }) => {
  await meta.texts(newCustomer("Kay Held"), ["Hello"]);
  await meta.texts(newCustomer("Kit Held"), ["Hello"]);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.rows.first().focus();
  for (const key of ["Alt+j", "Control+Shift+k", "Shift+J"]) {
    await page.keyboard.press(key);
    await expect(inbox.rows.first()).toBeFocused();
    await expect(inbox.palette).toHaveCount(0);
  }
  await inbox.rows.first().blur();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const heard = await page.evaluateHandle(() => {
    const keys: string[] = [];
    window.addEventListener("keydown", (event) => keys.push(event.key));
    return keys;
  });
  for (const key of ["?", "/", "j"]) await page.keyboard.press(key);
  expect(await heard.jsonValue()).toEqual(["?", "/", "j"]);
  await expect(inbox.shortcuts).toHaveCount(0);
});
