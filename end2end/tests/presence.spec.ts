import type { Browser } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { HostPage } from "../pages/host-page.ts";
import type { InboxFrame } from "../pages/inbox-frame.ts";
import { Notes } from "../pages/notes.ts";
import type { Demo } from "../support/demo.ts";
import type { HostServer } from "../support/host-server.ts";
import { newCustomer } from "../support/meta.ts";
import { mint, type Operator } from "../support/tokens.ts";

/** The inbox of a colleague, in a browser of their own. */
async function beside(browser: Browser, demo: Demo, server: HostServer, width: number, operator: Operator, clock = false): Promise<InboxFrame> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, locale: "en-GB" });
  const page = await context.newPage();
  if (clock) await page.clock.install();
  const { token } = await mint(demo, [server.origin], undefined, { operator });
  return new HostPage(page, server).show(demo.inbox, { token, locale: "en" });
}

const othersIn = (inbox: InboxFrame) => inbox.frame.getByTestId("others-here");

for (const width of [360, 768, 1440]) {
  test(`colleagues see who else is here and who types, at ${width} px`, async ({ host, demo, server, meta, simulator, page, browser }) => {
    await page.setViewportSize({ width, height: 800 });
    const [pia, other] = [newCustomer(`Pia Presence ${width}`), newCustomer(`Odo Other ${width}`)];
    await meta.text(other, "Another matter");
    await meta.text(pia, "Is anybody there?");
    const { token } = await mint(demo, [server.origin], undefined, { operator: { id: `ines-${width}`, name: "Ines" } });
    const ines = await host.show(demo.inbox, { token, locale: "en" });
    await ines.open(pia.name);
    await expect(othersIn(ines)).toHaveText("");

    // Both learn of each other, whoever came first.
    const jan = await beside(browser, demo, server, width, { id: `jan-${width}`, name: "Jan" });
    await jan.open(pia.name);
    await expect(othersIn(ines)).toHaveText("Also here: Jan");
    await expect(othersIn(jan)).toHaveText("Also here: Ines");
    await expect(othersIn(jan)).toHaveRole("status");

    // A collision is said before anything is sent, and is over when what was written is gone.
    await jan.composer.pressSequentially("One mom");
    await expect(othersIn(ines)).toHaveText("Typing here: Jan. Your answers may cross.");
    await expect(othersIn(ines)).toHaveAttribute("data-doing", "typing");
    await jan.composer.fill("");
    await expect(othersIn(ines)).toHaveText("Also here: Jan");
    await new Notes(jan).note.click();
    await jan.composer.pressSequentially("For us");
    await expect(othersIn(ines)).toContainText("Typing here: Jan");
    await jan.send.click();
    await expect(othersIn(ines)).toHaveText("Also here: Jan");

    // Whoever leaves is not here any more, and is nowhere else to be seen.
    if (width < 480) await jan.back.click();
    await jan.open(other.name);
    await expect(othersIn(ines)).toHaveText("");
    await expect(othersIn(jan)).toHaveText("");
    expect(await simulator.sentTo(pia), "the customer hears nothing of it").toEqual([]);
    const overflow = await ines.root.evaluate((node) => node.ownerDocument.documentElement.scrollWidth - node.ownerDocument.documentElement.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await jan.root.page().context().close();
  });
}

test("who only looks is seen looking, and is not warned of what they cannot do", async ({ host, demo, server, meta, browser }) => {
  const rita = newCustomer("Rena Reader");
  await meta.text(rita, "Hello");
  const { token } = await mint(demo, [server.origin], undefined, { operator: { id: "kai", name: "Kai" } });
  const kai = await host.show(demo.inbox, { token, locale: "en" });
  await kai.open(rita.name);
  const looks = await beside(browser, demo, server, 1280, { id: "lia", name: "Lia", role: "read-only" });
  await looks.row(rita.name).click();
  await expect(othersIn(kai)).toHaveText("Also here: Lia");
  await kai.composer.pressSequentially("Hello Rita");
  await expect(othersIn(looks)).toHaveText("Typing here: Kai");
  await looks.root.page().context().close();
});

test("a tab that was closed is forgotten after a while", async ({ demo, server, meta, browser }) => {
  const theo = newCustomer("Theo Gone");
  await meta.text(theo, "Hello");
  const mia = await beside(browser, demo, server, 1280, { id: "mia", name: "Mia" }, true);
  const leo = await beside(browser, demo, server, 1280, { id: "leo", name: "Leo" });
  await mia.open(theo.name);
  await leo.open(theo.name);
  await expect(othersIn(mia)).toHaveText("Also here: Leo");
  await leo.root.page().context().close();
  await mia.root.page().clock.fastForward(31_000);
  await expect(othersIn(mia)).toHaveText("");
  await mia.root.page().context().close();
});
