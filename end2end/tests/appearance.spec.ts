import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";
import { mint } from "../support/tokens.ts";

const brightness = (rgb: string) => {
  // Any CSS colour, by painting it.
  const canvas = document.createElement("canvas").getContext("2d")!;
  canvas.fillStyle = rgb;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data as unknown as [number, number, number];
  return (r + g + b) / 3;
};

test("theme and language change at run time, and nothing is lost by it", async ({ host, demo, session, meta }) => {
  const abel = newCustomer("Abel Looks");
  await meta.text(abel, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en", theme: "light" });
  await inbox.open("Abel Looks");
  await inbox.composer.fill("A draft");
  const html = inbox.frame.locator("html");
  const surface = () => inbox.root.evaluate((node, source) => {
    const measure = new Function(`return (${source})`)() as (colour: string) => number;
    let at: Element | null = node;
    // The first painted surface, from the inbox outwards.
    while (at && /^(rgba\(0, 0, 0, 0\)|transparent)$/.test(getComputedStyle(at).backgroundColor)) at = at.parentElement;
    return measure(at ? getComputedStyle(at).backgroundColor : "white");
  }, brightness.toString());

  await expect(html).toHaveAttribute("data-theme", "light");
  await expect.poll(surface).toBeGreaterThan(200);
  await host.call("setTheme", "dark");
  await expect(html).toHaveAttribute("data-theme", "dark");
  await expect.poll(surface).toBeLessThan(80);

  await expect(inbox.composer).toHaveAccessibleName("Message");
  await host.call("setLocale", "pt");
  await expect(html).toHaveAttribute("lang", /^pt/);
  await expect(inbox.composer).toHaveAccessibleName("Mensagem");
  await expect(inbox.composer).toHaveValue("A draft");
  await expect(inbox.message("Hello")).toBeVisible();

  await host.call("setTheme", "light");
  await host.call("setLocale", "en");
  await expect.poll(surface).toBeGreaterThan(200);
  await expect(inbox.composer).toHaveAccessibleName("Message");
});

test("system follows the visitor's setting", async ({ host, demo, session, page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, theme: "system" });
  const scheme = () => inbox.root.evaluate((node) => getComputedStyle(node).backgroundColor);
  const dark = await scheme();
  await page.emulateMedia({ colorScheme: "light" });
  await expect.poll(scheme).not.toBe(dark);
});

test("what the page does not know is answered with a default", async ({ host, demo, session }) => {
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "tlh", theme: "solarized" });
  await expect(inbox.frame.locator("html")).toHaveAttribute("lang", "en");
  await expect(inbox.frame.locator("html")).toHaveAttribute("data-theme", "light");
});

test.describe("a logo", () => {
  const LOGO = "https://cdn.acme.test/logo.svg";
  const branding = { logoUrl: LOGO, companyName: "Acme Care", subtitle: "We answer within the hour" };

  test("stands where the page begins, and the name is said in its place", async ({ host, server, demo, page }) => {
    const body = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40"/></svg>`;
    await page.route(LOGO, (route) => route.fulfill({ contentType: "image/svg+xml", body }));
    const { token } = await mint(demo, [server.origin], undefined, { brandingOverride: branding });
    const inbox = await host.show(demo.inbox, { token, locale: "ar" });
    const title = inbox.frame.getByRole("heading", { name: "Acme Care" });
    const logo = (await title.locator("img").boundingBox())!;
    const head = (await title.boundingBox())!;
    expect(logo.x + logo.width).toBeCloseTo(head.x + head.width, 0);
    await host.call("setLocale", "en");
    // Drawn anew in the other language: for a moment neither is there.
    await expect(async () => expect((await title.locator("img").boundingBox())!.x).toBeCloseTo((await title.boundingBox())!.x, 0)).toPass();
  });

  test("that does not load leaves the name", async ({ host, server, demo, page, complaints }) => {
    complaints.allow(/Failed to load resource/);
    await page.route(LOGO, (route) => route.fulfill({ status: 404 }));
    const { token } = await mint(demo, [server.origin], undefined, { brandingOverride: branding });
    const inbox = await host.show(demo.inbox, { token });
    const title = inbox.frame.getByRole("heading", { name: "Acme Care" });
    await expect(title.locator("img")).toHaveCount(0);
    await expect.poll(async () => (await title.getByText("Acme Care").boundingBox())!.width).toBeGreaterThan(40);
  });
});
