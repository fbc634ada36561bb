import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { ConnectPage } from "../pages/connect-page.ts";
import { ComposerTools } from "../pages/composer-tools.ts";
import { DetailsPane } from "../pages/details-pane.ts";
import type { InboxFrame } from "../pages/inbox-frame.ts";
import { ListWork } from "../pages/list-work.ts";
import { Notes } from "../pages/notes.ts";
import { newPhone, scan } from "../support/linked.ts";
import { newCustomer } from "../support/meta.ts";
import { Tenant } from "../support/tenant.ts";

// Every area of the inbox in one picture: light and dark, wide and narrow, English and Arabic. `scripts/screenshots.sh book` writes
// docs/screenshots/book.

const folder = fileURLToPath(new URL("../../docs/screenshots/book/", import.meta.url));

const LOOKS = (["en", "ar"] as const).flatMap((locale) => (["light", "dark"] as const).map((theme) => ({ locale, theme })));
const WIDE = { width: 1280, height: 760 };
const NARROW = { width: 360, height: 760 };
/** How large a wide picture is on the sheet. */
const SCALE = 0.6;

test.use({ contextOptions: { reducedMotion: "reduce" } });
test.beforeAll(() => mkdir(folder, { recursive: true }));

const byId = (inbox: InboxFrame, id: string) => inbox.frame.getByTestId(id);

/** What is done before each picture; the conversation with Mira is there to be opened. */
const AREAS: Record<string, (inbox: InboxFrame, page: Page) => Promise<void>> = {
  list: async () => {},
  picked: async (inbox) => {
    const list = new ListWork(inbox);
    for (const row of [0, 2]) {
      await inbox.rows.nth(row).hover();
      await byId(inbox, "pick").nth(row).click();
    }
    await expect(list.bar).toBeVisible();
  },
  search: async (inbox) => {
    await inbox.find("lamp", "lamp");
  },
  thread: async (inbox) => {
    await inbox.open("Mira Lang");
    await expect(inbox.messages.last()).toBeInViewport();
  },
  notes: async (inbox) => {
    await inbox.open("Mira Lang");
    await new Notes(inbox).note.click();
    await inbox.composer.fill("Ask the workshop whether the shade can be had in white.");
  },
  emoji: async (inbox) => {
    await inbox.open("Mira Lang");
    // Where there is little room, the keyboard of a phone has its own.
    const button = inbox.frame.getByRole("button", { name: /^(Emoji|رموز تعبيرية)$/ });
    if (!(await button.isVisible())) return;
    await button.click();
    await expect(byId(inbox, "emoji-picker")).toBeVisible();
  },
  "quick-replies": async (inbox) => {
    await inbox.open("Mira Lang");
    await inbox.composer.pressSequentially("/");
    await expect(new ComposerTools(inbox).quickRows.first()).toBeVisible();
  },
  work: async (inbox) => {
    await inbox.open("Mira Lang");
    await byId(inbox, "work").getByRole("button").last().click();
    await expect(byId(inbox, "work-menu")).toBeVisible();
  },
  details: async (inbox, page) => {
    await inbox.open("Mira Lang");
    const details = new DetailsPane(inbox);
    if (page.viewportSize()!.width === NARROW.width) {
      await details.menu.click();
      await byId(inbox, "work-menu").getByRole("button").first().click();
    }
    await expect(details.edit).toBeVisible();
  },
  palette: async (inbox, page) => {
    await inbox.rows.first().focus();
    await page.keyboard.press("Control+k");
    await expect(byId(inbox, "palette")).toBeVisible();
  },
  keys: async (inbox, page) => {
    await inbox.rows.first().focus();
    await page.keyboard.press("?");
    await expect(byId(inbox, "shortcuts")).toBeVisible();
  },
};

for (const [area, prepare] of Object.entries(AREAS)) {
  test(area, async ({ host, demo, page }) => {
    test.setTimeout(180_000);
    const tenant = await Tenant.create(demo, `Book ${area}`);
    const line = await tenant.connect("Lamp shop");
    const now = Date.now();
    const people = ["Jonas Weber", "ليلى حداد", "Carla Nunes", "Tom Becker", "Inês Duarte", "Grace Okafor"].map(newCustomer);
    for (const [index, customer] of people.entries()) {
      const words = ["Is the blue one back?", "شكراً، وصل المصباح اليوم", "Obrigada! 💛", "Thank you", "Quando chega?", "Do you open on Sunday?"];
      await line.meta.text(customer, words[index]!);
    }
    const mira = newCustomer("Mira Lang");
    await line.meta.texts(mira, ["Good morning", "I bought the *brass lamp* in October", "Could you send me the invoice?"], now - 26 * 3_600_000);
    await line.meta.texts(mira, ["And one more thing:", "is there a shade in _white_? See https://lamps.example/shades"], now - 60_000);
    await tenant.mint(line, host.origin, undefined, { id: "bruno", name: "Bruno Alves" });
    const { token } = await tenant.mint(line, host.origin, undefined, { id: "ana", name: "Ana Prado", role: "admin" });
    const api = (path: string, body: unknown) =>
      page.request.post(`${demo.inbox}/api/${path}`, { headers: { authorization: `Bearer ${token}`, "x-parent-origin": host.origin }, data: body });
    await api("quick_replies/create", { shortcut: "invoice", text: "Hello {{name}}, your invoice is on its way." });

    const pictures: string[] = [];
    for (const { locale, theme } of LOOKS) {
      for (const viewport of [WIDE, NARROW]) {
        await page.setViewportSize(viewport);
        const inbox = await host.show(demo.inbox, { token, locale, theme });
        await expect(inbox.rows.first()).toBeVisible();
        await prepare(inbox, page);
        const shot = await page.screenshot({ animations: "disabled" });
        pictures.push(`<img src="data:image/png;base64,${shot.toString("base64")}" width="${viewport.width * SCALE}">`);
      }
    }
    const sheet = await page.context().newPage();
    const columns = `${WIDE.width * SCALE}px ${NARROW.width * SCALE}px`;
    await sheet.setViewportSize({ width: Math.ceil(2 * (WIDE.width + NARROW.width) * SCALE + 24), height: 400 });
    await sheet.setContent(
      `<style>body{margin:0;display:grid;grid-template-columns:${columns} ${columns};gap:8px;background:#888}</style>${pictures.join("")}`,
    );
    await sheet.screenshot({ path: `${folder}${area}.jpg`, type: "jpeg", quality: 72, fullPage: true });
    await sheet.close();
  });
}

test("connect", async ({ demo, page, request, complaints }) => {
  // The page of a link that is not known.
  complaints.allow(/status of 404/);
  const tenant = await Tenant.create(demo, "Book connect");
  const invite = async (more: Record<string, unknown>) => {
    const branding = { companyName: "Lamp shop", supportUrl: "https://lamps.example/help" };
    const answer = await request.post(`${demo.inbox}/v1/numbers/remote-pairing`, {
      headers: { "x-api-key": tenant.key },
      data: { name: "Lamp shop", number: `+${newPhone()}`, branding, ...more },
    });
    return ((await answer.json()) as { remotePairingToken: string }).remotePairingToken;
  };
  const [scanned, credentials, done] = [await invite({}), await invite({ provider: "META", metaFlow: "credentials" }), await invite({})];
  const connect = new ConnectPage(page);
  await page.goto(`${demo.inbox}/connect/${done}`);
  await connect.shows("scan");
  await scan(demo, { pairingCode: (await connect.pairingCode.textContent())! });
  await connect.shows("connected");
  const faces = { scan: scanned, credentials, connected: done, unknown: "rp_x" };
  const pictures: string[] = [];
  const size = { wide: { width: 720, height: 640 }, narrow: { width: 360, height: 640 } };
  for (const { locale, theme } of LOOKS) {
    for (const [face, token] of Object.entries(faces)) {
      await page.setViewportSize(face === "scan" ? size.wide : size.narrow);
      await page.goto(`${demo.inbox}/connect/${token}?locale=${locale}&theme=${theme}`);
      await connect.shows(face);
      const shot = await page.screenshot({ animations: "disabled" });
      pictures.push(`<img src="data:image/png;base64,${shot.toString("base64")}" width="${page.viewportSize()!.width * SCALE}">`);
    }
  }
  const sheet = await page.context().newPage();
  const widths = [720, 360, 360, 360].map((it) => it * SCALE);
  await sheet.setViewportSize({ width: Math.ceil(widths.reduce((sum, it) => sum + it + 8, 0)), height: 400 });
  await sheet.setContent(
    `<style>body{margin:0;display:grid;grid-template-columns:${widths.map((it) => `${it}px`).join(" ")};gap:8px;background:#888}</style>${pictures.join("")}`,
  );
  await sheet.screenshot({ path: `${folder}connect.jpg`, type: "jpeg", quality: 72, fullPage: true });
});
