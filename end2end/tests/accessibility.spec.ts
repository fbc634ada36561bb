import { expect, test } from "../fixtures.ts";
import { ComposerTools } from "../pages/composer-tools.ts";
import { findings } from "../support/findings.ts";
import { fillWithEveryType } from "../support/every-type.ts";
import { newCustomer } from "../support/meta.ts";
import { apiOf } from "../support/session-api.ts";

// What axe-core can find by rule: names, roles, contrast, landmarks.

test.use({ contextOptions: { reducedMotion: "reduce" } });

const LOCALES = ["en", "pt", "es", "ar"];
const THEMES = ["light", "dark"];

for (const theme of THEMES) {
  test(`every type of message, in every language, ${theme}`, async ({ host, server, demo, session, simulator, page }) => {
    test.setTimeout(240_000);
    const { token } = await session();
    const api = apiOf(demo, server.origin, token);
    const ada = newCustomer(`Ada ${theme}`);
    await fillWithEveryType(api, (path, body) => simulator.post(path, body), ada, demo.facts.NUMBER_ID);
    await simulator.received(ada, "That one, yes.");
    await simulator.behave({ failNext: [{ code: 131026, when: "status", to: ada.phone }] });
    await api.send(await api.conversationOf(ada.name), { content: { type: "text", body: "This one does not arrive" } });
    for (const locale of LOCALES) {
      // High, so that all of it is on screen: what is scrolled away is not looked at.
      await page.setViewportSize({ width: 1440, height: 8000 });
      const inbox = await host.show(demo.inbox, { token, locale, theme });
      await inbox.open(`Ada ${theme}`);
      await expect(inbox.message("This one does not arrive")).toHaveAttribute("data-status", "failed");
      expect(await findings(page), `${locale}, ${theme}`).toEqual([]);
    }
  });

  for (const width of [360, 768, 1440]) {
    test(`list, thread, dialogs and menus, ${theme}, ${width} px`, async ({ host, demo, session, meta, page }) => {
      test.setTimeout(120_000);
      await page.setViewportSize({ width, height: 800 });
      const abel = newCustomer(`Abel ${theme} ${width}`);
      await meta.text(abel, "Can a screen reader read this?");
      const { token } = await session();
      const inbox = await host.show(demo.inbox, { token, locale: "en", theme });
      expect(await findings(page), "list").toEqual([]);
      await inbox.open(`Abel ${theme} ${width}`);
      await inbox.composer.fill("Half an answer");
      expect(await findings(page), "thread with a draft").toEqual([]);
      await inbox.frame.getByRole("button", { name: "Send a template" }).first().click();
      const dialog = inbox.frame.getByRole("dialog", { name: "Templates" });
      await expect(dialog.getByRole("combobox", { name: "Search templates" })).toBeVisible();
      expect(await findings(page), "templates").toEqual([]);
      await dialog.getByRole("button", { name: "Close" }).click();
      await expect(dialog).toHaveCount(0);
      const message = inbox.message("Can a screen reader");
      await message.hover();
      await message.getByRole("button", { name: "React" }).click();
      await expect(inbox.frame.getByRole("group", { name: "React" })).toBeVisible();
      expect(await findings(page), "signs").toEqual([]);
    });
  }

  for (const width of [360, 768, 1440]) {
    test(`search, palette, keys, emoji and quick replies, ${theme}, ${width} px`, async ({ host, demo, session, meta, page }) => {
      test.setTimeout(120_000);
      await page.setViewportSize({ width, height: 800 });
      const abby = newCustomer(`Abby ${theme} ${width}`);
      await meta.text(abby, `Is the quokka${width} there?`);
      const { token } = await session();
      const inbox = await host.show(demo.inbox, { token, locale: "en", theme });
      const tools = new ComposerTools(inbox);
      await inbox.find(`quokka${width}`, "there?");
      expect.soft(await findings(page), "what was found").toEqual([]);
      await inbox.search.fill("no such word at all");
      await expect(inbox.frame.getByText("Nothing found")).toBeVisible();
      expect.soft(await findings(page), "nothing found").toEqual([]);
      await inbox.search.press("Escape");

      await page.keyboard.press("ControlOrMeta+k");
      await expect(inbox.palette.getByRole("option").first()).toBeVisible();
      expect.soft(await findings(page), "the palette").toEqual([]);
      await page.keyboard.press("Escape");
      await expect(inbox.palette).toHaveCount(0);
      await inbox.row(abby.name).focus();
      await page.keyboard.press("?");
      await expect(inbox.shortcuts).toBeVisible();
      expect.soft(await findings(page), "the keys").toEqual([]);
      await page.keyboard.press("Escape");

      await inbox.open(abby.name);
      await inbox.frame.getByRole("button", { name: "Search in this conversation" }).click();
      await expect(inbox.threadSearch).toBeVisible();
      expect.soft(await findings(page), "search in the conversation").toEqual([]);
      await page.keyboard.press("Escape");
      if (await tools.emojiButton.isVisible()) {
        await tools.emojiButton.click();
        await expect(tools.emoji.first()).toBeVisible();
        expect.soft(await findings(page), "emoji").toEqual([]);
        await page.keyboard.press("Escape");
      }
      await inbox.composer.fill("/");
      await inbox.composer.press("End");
      await inbox.composer.pressSequentially("x");
      await expect(tools.quickReplies).toBeVisible();
      expect.soft(await findings(page), "quick replies by a slash").toEqual([]);
      await tools.quickReplies.getByRole("button", { name: "Manage quick replies" }).click();
      await expect(tools.manage).toBeVisible();
      expect.soft(await findings(page), "quick replies").toEqual([]);
      await tools.manage.getByRole("button", { name: "New quick reply" }).click();
      expect.soft(await findings(page), "a new quick reply").toEqual([]);
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      await expect(tools.manage).toHaveCount(0);
      await tools.more.click();
      await expect(tools.sendMenu).toBeVisible();
      expect.soft(await findings(page), "other ways to send").toEqual([]);
    });
  }

  test(`an inbox where nothing is open, and one that has ended, ${theme}`, async ({ host, demo, session, page, complaints }) => {
    complaints.allow(/net::ERR_FAILED/, /status of 401/);
    await page.route("**/api/public/embed/refresh", (route) => route.abort());
    const { token } = await session(4);
    const inbox = await host.show(demo.inbox, { token, locale: "en", theme });
    expect(await findings(page), "nothing opened").toEqual([]);
    await inbox.state("ended");
    expect(await findings(page), "ended").toEqual([]);
  });
}
