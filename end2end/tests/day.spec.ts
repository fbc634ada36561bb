import { expect, test } from "../fixtures.ts";
import { HostPage } from "../pages/host-page.ts";
import type { InboxFrame } from "../pages/inbox-frame.ts";
import { ListWork } from "../pages/list-work.ts";
import { Work } from "../pages/work.ts";
import { document } from "../support/files.ts";
import { newCustomer } from "../support/meta.ts";
import { Tenant } from "../support/tenant.ts";

// Five things that somebody does who has never seen the inbox, one after the other, by what is on the screen alone.

const DAY = 24 * 60 * 60 * 1000;

for (const width of [360, 768, 1440]) {
  test(`a first day at ${width} px: find, send, hand over, put off, find again`, async ({ host, server, demo, page, browser, simulator }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width, height: 800 });
    const tenant = await Tenant.create(demo, `First day ${width}`);
    const line = await tenant.connect("Lamp shop");
    const [iris, otto, paula, quinn] = ["Iris Invoice", "Otto Order", "Paula Parcel", "Quinn Query"].map(newCustomer);
    const yesterday = Date.now() - DAY;
    await line.meta.texts(paula!, ["Please deliver to 12 Harbour Street, third floor", "The bell does not work"], yesterday);
    await line.meta.texts(iris!, ["Good morning", "Could you send me the invoice for the lamp?", "The one from October"], Date.now() - 60_000);
    await line.meta.text(otto!, "Is the blue one back?");
    await line.meta.text(quinn!, "Do you open on Sunday?");
    const bruno = await tenant.mint(line, server.origin, undefined, { id: "bruno", name: "Bruno" });
    const ana = await tenant.mint(line, server.origin, undefined, { id: "ana", name: "Ana" });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
    const theirs = await new HostPage(await context.newPage(), server).show(demo.inbox, { token: bruno.token, locale: "en" });

    const inbox: InboxFrame = await host.show(demo.inbox, { token: ana.token, locale: "en" });
    const work = new Work(inbox);
    const list = new ListWork(inbox);
    const toList = async () => {
      if (await inbox.back.isVisible()) await inbox.back.click();
      if (await inbox.search.inputValue()) await inbox.search.press("Escape");
      await expect(inbox.list).toBeVisible();
    };

    await test.step("find the customer who asked for an invoice", async () => {
      const hit = await inbox.find("invoice", "send me the invoice");
      await hit.click();
      await expect(inbox.frame.getByRole("log", { name: "Conversation with Iris Invoice" })).toBeVisible();
      await expect(inbox.message("send me the invoice")).toBeInViewport();
    });

    await test.step("send the PDF", async () => {
      const invoice = document("invoice-october.pdf", "Invoice");
      await inbox.picker.setInputFiles([invoice]);
      await expect(inbox.attachments).toContainText("invoice-october.pdf");
      await inbox.composer.fill("Here it is");
      await inbox.send.click();
      const [sent] = await simulator.sentMedia(iris!, 1);
      expect(sent).toMatchObject({ kind: "document", caption: "Here it is", fileName: "invoice-october.pdf" });
      expect(await simulator.bytes(sent!.media)).toEqual(invoice.buffer);
      await expect(inbox.message("invoice-october.pdf").getByTestId("ticks")).toBeVisible();
    });

    await test.step("hand the conversation to a colleague", async () => {
      await work.choose("Assign", "Bruno");
      await expect(work.told("Assigned to Bruno · Ana")).toBeVisible();
      await new Work(theirs).view("Mine").click();
      await expect(theirs.rows).toHaveCount(1);
      await expect(theirs.row("Iris Invoice")).toBeVisible();
    });

    await test.step("put off the rest until tomorrow", async () => {
      await toList();
      await list.view("unassigned");
      await expect(inbox.rows).toHaveCount(3);
      await list.pick("Otto Order");
      await list.all.click();
      await expect(list.count).toHaveText("3 selected");
      await list.choose("snooze", /^Tomorrow/);
      await expect(inbox.rows).toHaveCount(0);
      await list.view("snoozed");
      await expect(inbox.rows).toHaveCount(3);
      await list.view("all");
      await expect(inbox.row("Iris Invoice")).toBeVisible();
      await expect(inbox.rows).toHaveCount(1);
    });

    await test.step("find the address that somebody wrote yesterday", async () => {
      const hit = await inbox.find("harbour street", "12 Harbour Street");
      await hit.click();
      await expect(inbox.message("12 Harbour Street")).toBeInViewport();
      await expect(inbox.frame.getByRole("log", { name: "Conversation with Paula Parcel" })).toContainText("Yesterday");
    });
    await context.close();
  });
}
