import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Page, chromium } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { HostPage } from "../pages/host-page.ts";
import type { Demo } from "../support/demo.ts";
import { ConsoleWatch } from "../support/console-watch.ts";
import { framesOf } from "../support/ears.ts";
import { type Meta, newCustomer } from "../support/meta.ts";
import type { Simulator } from "../support/simulator.ts";

// In a frame the inbox uses no cookie and no storage, so that it works where there is none.

/** A morning's work: list, thread, reply, live messages, language, theme, a renewed token, a reload. */
async function work(host: HostPage, name: string, token: string, at: { demo: Demo; meta: Meta; simulator: Simulator }) {
  const { demo, meta, simulator } = at;
  const person = newCustomer(name);
  await meta.text(person, "Is anybody there?");
  const renewed = host.page.waitForResponse((answer) => answer.url().endsWith("/api/public/embed/refresh") && answer.ok());
  const inbox = await host.show(demo.inbox, { token, locale: "en", theme: "light" });
  await inbox.open(name);
  await inbox.reply("Always");
  await simulator.received(person, "Always");
  await meta.text(person, "Good to know");
  await expect(inbox.message("Good to know")).toBeVisible();
  await host.call("setLocale", "pt");
  await expect(inbox.composer).toHaveAccessibleName("Mensagem");
  await host.call("setTheme", "dark");
  await expect(inbox.frame.locator("html")).toHaveAttribute("data-theme", "dark");
  await renewed;
  await inbox.reply("Later, too");
  await simulator.received(person, "Later, too");
  await host.hears(({ unread, opened, errors, expired }) => {
    expect([unread.length > 0, opened.length, errors, expired]).toEqual([true, 1, [], 0]);
  });
}

test("storage that throws is not even looked at", async ({ page, host, demo, session, meta, simulator }) => {
  test.slow(); // A renewal takes the time that it takes.
  await page.context().addInitScript(() => {
    const touched: string[] = [];
    Object.assign(window, { touched });
    const forbid = (owner: object, name: string) => {
      const fail = () => {
        touched.push(name);
        throw new DOMException(`${name} is denied`, "SecurityError");
      };
      Object.defineProperty(owner, name, { get: fail, set: fail, configurable: true });
    };
    for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches", "cookieStore"]) forbid(window, name);
    forbid(Document.prototype, "cookie");
    forbid(Document.prototype, "requestStorageAccess");
    forbid(Navigator.prototype, "storage");
    forbid(Navigator.prototype, "serviceWorker");
    forbid(Navigator.prototype, "locks");
    forbid(window, "BroadcastChannel");
    forbid(window, "name");
  });
  await work(host, "Stella Stored", (await session(12)).token, { demo, meta, simulator });
  for (const frame of page.frames()) {
    const { touched, throws } = await frame.evaluate(() => {
      const before = [...(window as unknown as { touched: string[] }).touched];
      let error = "";
      try {
        localStorage.getItem("x");
      } catch (thrown) {
        error = (thrown as Error).name;
      }
      return { touched: before, throws: error };
    });
    expect([frame.url(), touched, throws]).toEqual([frame.url(), [], "SecurityError"]);
  }
});

test("a browser that blocks third-party cookies and storage", async ({ demo, server, session, meta, simulator }) => {
  test.slow();
  const profile = await mkdtemp(join(tmpdir(), "pilot-inbox-profile-"));
  try {
    await mkdir(join(profile, "Default"));
    const preferences = { profile: { block_third_party_cookies: true, cookie_controls_mode: 1 } };
    await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(preferences));
    const { launchOptions, locale, viewport } = test.info().project.use;
    const context = await chromium.launchPersistentContext(profile, {
      ...launchOptions,
      ...(locale && { locale }),
      ...(viewport && { viewport }),
      // The whole browser: the reduced one has no such setting.
      args: [...(launchOptions?.args ?? []), "--headless=new"],
      ignoreDefaultArgs: ["--headless=old", "--headless"],
    });
    try {
      const page: Page = context.pages()[0] ?? (await context.newPage());
      const watch = new ConsoleWatch(page);
      const host = new HostPage(page, server);
      await work(host, "Tilda Third Party", (await session(12)).token, { demo, meta, simulator });
      const [own] = framesOf(page, demo.inbox);
      const reach = () => {
        const tried = (run: () => unknown) => {
          try {
            return String(run());
          } catch (error) {
            return (error as Error).name;
          }
        };
        return [
          tried(() => localStorage.length),
          tried(() => sessionStorage.length),
          tried(() => {
            document.cookie = "a=1; SameSite=None; Secure";
            return document.cookie;
          }),
        ];
      };
      expect(await own!.evaluate(reach), "it is blocked").toEqual(["SecurityError", "SecurityError", ""]);
      expect(await page.evaluate(() => localStorage.length), "the page's own is not").toBe(0);
      expect(watch.complaints).toEqual([]);
      expect(await context.cookies()).toEqual([]);
    } finally {
      await context.close();
    }
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
});
