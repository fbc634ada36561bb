import { mkdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { InboxFrame } from "../pages/inbox-frame.ts";
import { mint } from "../support/tokens.ts";

// Every locale in every theme, place and skin, for a person to look at: `scripts/screenshots.sh gallery`, then open target/gallery.

const folder = fileURLToPath(new URL("../../target/gallery/", import.meta.url));

const LOCALES = ["en", "pt", "es", "ar"] as const;
const THEMES = ["light", "dark"] as const;

/** Where the inbox stands in the host's page, in CSS pixels. */
const PLACES = {
  inline: { viewport: { width: 1040, height: 760 }, box: { left: 40, top: 120, width: 960, height: 600 } },
  sidebar: { viewport: { width: 1040, height: 760 }, box: { left: 660, top: 0, width: 380, height: 760 } },
  full: { viewport: { width: 1440, height: 900 }, box: { left: 0, top: 0, width: 1440, height: 900 } },
} as const;

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="9" fill="#7a3cff"/>
<path d="M12 27 20 11l8 16z" fill="#fff"/></svg>`;
const SKINS = {
  plain: undefined,
  branded: {
    logoUrl: "https://cdn.acme.test/logo.svg",
    primaryColor: "#7A3CFF",
    backgroundColor: "#F4F0FF",
    companyName: "Acme Care",
    subtitle: "We answer within the hour",
    supportUrl: "https://acme.test/help",
    hidePilotStatusBranding: true,
  },
} as const;

test.use({ contextOptions: { reducedMotion: "reduce" } });
test.beforeAll(() => mkdir(folder, { recursive: true }));

/** A page with something around the inbox. */
function arrange(page: Page, box: { left: number; top: number; width: number; height: number }, dark: boolean): Promise<void> {
  return page.evaluate(
    ([{ left, top, width, height }, dark]) => {
      document.body.style.cssText = `display:block;font:15px system-ui;background:${dark ? "#16181d" : "#fff"};color:${dark ? "#ddd" : "#222"}`;
      const words = document.createElement("div");
      words.style.cssText = "padding:24px 40px;max-width:560px";
      words.textContent = "Orders: what a customer's own product shows around the inbox.";
      document.body.prepend(words);
      const inbox = document.querySelector<HTMLElement>("#inbox")!;
      inbox.style.cssText = `position:absolute;left:${left}px;top:${top}px;width:${width}px;height:${height}px`;
    },
    [box, dark] as const,
  );
}

for (const [place, { viewport, box }] of Object.entries(PLACES)) {
  for (const [skin, brandingOverride] of Object.entries(SKINS)) {
    for (const locale of LOCALES) {
      for (const theme of THEMES) {
        test(`${place} ${skin} ${locale} ${theme}`, async ({ host, server, demo, page }) => {
          await page.setViewportSize(viewport);
          await page.route("https://cdn.acme.test/**", (route) => route.fulfill({ contentType: "image/svg+xml", body: LOGO }));
          const { token } = await mint(demo, [server.origin], undefined, { brandingOverride });
          await host.open(demo.inbox);
          await arrange(page, box, theme === "dark");
          await host.mount({ token, locale, theme });
          const inbox = new InboxFrame(page);
          await inbox.ready();
          const shot = (what: string) => page.screenshot({ path: `${folder}${place}-${skin}-${locale}-${theme}${what}.png`, animations: "disabled" });
          if (place === "sidebar") await shot("-list");
          await inbox.open(locale === "ar" ? "ليلى حداد" : "Beatriz Fonseca");
          await expect(inbox.messages.first()).toBeVisible();
          await shot("");
        });
      }
    }
  }
}

test("sheets", async ({ page }) => {
  for (const [place, { viewport }] of Object.entries(PLACES)) {
    for (const skin of Object.keys(SKINS)) {
      const parts = place === "sidebar" ? ["-list", ""] : [""];
      const names = LOCALES.flatMap((locale) => parts.flatMap((part) => THEMES.map((theme) => `${place}-${skin}-${locale}-${theme}${part}`)));
      const pictures = await Promise.all(
        names.map(async (name) => `<img src="data:image/png;base64,${(await readFile(`${folder}${name}.png`)).toString("base64")}">`),
      );
      const columns = place === "sidebar" ? 4 : 2;
      const width = place === "sidebar" ? 400 : viewport.width * 0.66;
      await page.setViewportSize({ width: Math.round(columns * (width + 8)), height: 800 });
      const crop = place === "sidebar" ? "object-fit:cover;object-position:right;height:760px" : "";
      await page.setContent(
        `<style>body{margin:0;display:grid;grid-template-columns:repeat(${columns},${width}px);gap:8px;background:#888}img{width:100%;${crop}}</style>${pictures.join("")}`,
      );
      await page.screenshot({ path: `${folder}sheet-${place}-${skin}.png`, fullPage: true });
    }
  }
});
