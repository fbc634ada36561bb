import type { Page, Route } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import type { InboxFrame } from "../pages/inbox-frame.ts";
import { document, film, noise } from "../support/files.ts";
import { newCustomer } from "../support/meta.ts";

/** Counts uploads that reach the network. */
function uploadsOf(page: Page): string[] {
  const seen: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/media?")) seen.push(new URL(request.url()).searchParams.get("kind") ?? "");
  });
  return seen;
}

/** Holds uploads back until they are let go. */
async function holdUploads(page: Page): Promise<{ held: () => number; release: () => Promise<void> }> {
  const routes: Route[] = [];
  let open = false;
  await page.route("**/api/media?*", (route) => (open ? route.continue() : void routes.push(route)));
  return {
    held: () => routes.length,
    release: async () => {
      open = true;
      await Promise.all(routes.map((route) => route.continue()));
    },
  };
}

/** Files dropped or pasted, as the browser would hand them over. */
function carry(inbox: InboxFrame, name: string) {
  return inbox.root.evaluateHandle((_, name) => {
    const data = new DataTransfer();
    data.items.add(new File(["some words"], name, { type: "text/plain" }));
    return data;
  }, name);
}

test("a picture and a document arrive as they were, the words below the first", async ({ host, demo, session, meta, simulator }) => {
  const ana = newCustomer("Ana Files");
  await meta.text(ana, "Send me the offer");
  const inbox = await host.show(demo.inbox, { token: (await session()).token, locale: "en" });
  await inbox.open(ana.name);
  const [picture, offer] = [noise("house.png", 40, 30), document("offer – final.pdf", "The offer")];
  await inbox.picker.setInputFiles([picture, offer]);
  await expect(inbox.attachments).toHaveCount(2);
  await expect(inbox.attachments.first()).toContainText("house.png");
  await expect(inbox.attachments.last()).toContainText("Document · 1 kB");
  await inbox.composer.fill("Here it is");
  await inbox.send.click();
  await expect(inbox.attachments).toHaveCount(0);
  await expect(inbox.composer).toHaveValue("");

  const [first, second] = await simulator.sentMedia(ana, 2);
  expect(first).toMatchObject({ kind: "image", caption: "Here it is" });
  expect(await simulator.bytes(first!.media)).toEqual(picture.buffer);
  expect(second).toMatchObject({ kind: "document", caption: undefined, fileName: "offer – final.pdf" });
  expect(await simulator.bytes(second!.media)).toEqual(offer.buffer);
  await expect(inbox.message("Here it is").getByTestId("picture")).toBeVisible();
  await expect(inbox.message("offer – final.pdf").getByTestId("file")).toBeVisible();
});

test("what is too large is refused before a byte is sent, and can go as a document", async ({ host, demo, session, meta, simulator, page }) => {
  test.slow();
  const bea = newCustomer("Bea Films");
  await meta.text(bea, "Show me the film");
  const inbox = await host.show(demo.inbox, { token: (await session()).token, locale: "en" });
  await inbox.open(bea.name);
  const uploads = uploadsOf(page);
  const large = film("tour.mp4", 16 * 1024 * 1024 + 1);
  await inbox.picker.setInputFiles(large);
  const card = inbox.attachments;
  await expect(card).toContainText("It is larger than 16 MB. Send it as a document.");
  await expect(inbox.send).toBeDisabled();
  expect(uploads).toEqual([]);
  await card.getByRole("button", { name: "Send as a document" }).click();
  await expect(card).toHaveAttribute("data-stage", "ready");
  expect(uploads).toEqual(["document"]);
  await inbox.send.click();
  const [sent] = await simulator.sentMedia(bea, 1);
  expect(sent).toMatchObject({ kind: "document", fileName: "tour.mp4" });
  expect((await simulator.bytes(sent!.media)).equals(large.buffer)).toBe(true);
});

test("a picture that is too large is made smaller", async ({ host, demo, session, meta, simulator }) => {
  test.slow();
  const caro = newCustomer("Caro Pictures");
  await meta.text(caro, "Show me");
  const inbox = await host.show(demo.inbox, { token: (await session()).token, locale: "en" });
  await inbox.open(caro.name);
  const large = noise("large.png", 1500, 1300);
  expect(large.buffer.length).toBeGreaterThan(5 * 1024 * 1024);
  await inbox.picker.setInputFiles(large);
  await expect(inbox.attachments).toHaveAttribute("data-stage", "ready", { timeout: 20_000 });
  await inbox.send.click();
  const [sent] = await simulator.sentMedia(caro, 1);
  expect(sent).toMatchObject({ kind: "image" });
  const bytes = await simulator.bytes(sent!.media);
  expect(bytes.length).toBeLessThanOrEqual(5 * 1024 * 1024);
  expect([...bytes.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
});

test("an upload shows its progress, and ends when its file is taken away", async ({ host, demo, session, meta, page }) => {
  const dora = newCustomer("Dora Regrets");
  await meta.text(dora, "Hello");
  const inbox = await host.show(demo.inbox, { token: (await session()).token, locale: "en" });
  await inbox.open(dora.name);
  const hold = await holdUploads(page);
  await inbox.picker.setInputFiles(document("wrong.pdf", "not this one"));
  await expect(inbox.attachments).toHaveAttribute("data-stage", "uploading");
  await expect(inbox.attachments.getByRole("progressbar", { name: "Uploading" })).toBeVisible();
  await expect.poll(hold.held).toBe(1);
  const ended = page.waitForEvent("requestfailed", (request) => request.url().includes("/api/media?"));
  await inbox.attachments.getByRole("button", { name: "Remove wrong.pdf" }).click();
  expect((await ended).failure()?.errorText).toContain("ABORTED");
  await expect(inbox.attachments).toHaveCount(0);
});

test("an upload that fails says so and is tried again", async ({ host, demo, session, meta, simulator, page, complaints }) => {
  const ella = newCustomer("Ella Unlucky");
  await meta.text(ella, "Hello");
  const inbox = await host.show(demo.inbox, { token: (await session()).token, locale: "en" });
  await inbox.open(ella.name);
  complaints.allow(/503/);
  await page.route("**/api/media?*", (route) =>
    route.fulfill({ status: 503, contentType: "application/json", body: JSON.stringify({ error: "Not now.", code: "UNAVAILABLE" }) }),
  );
  await inbox.picker.setInputFiles(document("offer.pdf", "The offer"));
  await expect(inbox.attachments).toHaveAttribute("data-stage", "failed");
  await page.unroute("**/api/media?*");
  await inbox.attachments.getByRole("button", { name: "Retry" }).click();
  await expect(inbox.attachments).toHaveAttribute("data-stage", "ready");
  await inbox.send.click();
  expect(await simulator.sentMedia(ella, 1)).toHaveLength(1);
});

test("a message waits for its file, and those after it for the message", async ({ host, demo, session, meta, simulator, page }) => {
  const fay = newCustomer("Fay Patient");
  await meta.text(fay, "Hello");
  const inbox = await host.show(demo.inbox, { token: (await session()).token, locale: "en" });
  await inbox.open(fay.name);
  const hold = await holdUploads(page);
  await inbox.picker.setInputFiles(document("slow.pdf", "takes its time"));
  await inbox.reply("First the file");
  await expect(inbox.message("slow.pdf").getByRole("progressbar")).toBeVisible();
  await inbox.reply("Then the words");
  await expect(inbox.message("Then the words")).toHaveAttribute("data-status", "queued");
  await expect.poll(hold.held).toBe(1);
  expect(await simulator.sentTo(fay)).toEqual([]);
  await hold.release();
  await simulator.received(fay, "Then the words");
  const sent = await simulator.sentTo(fay);
  expect(sent.map(({ type }) => type)).toEqual(["document", "text"]);
});

test("files are dropped on the thread and pasted into the field", async ({ host, demo, session, meta }) => {
  const gil = newCustomer("Gil Drops");
  await meta.text(gil, "Hello");
  const inbox = await host.show(demo.inbox, { token: (await session()).token, locale: "en" });
  await inbox.open(gil.name);
  const dropped = await carry(inbox, "dropped.txt");
  await inbox.thread.dispatchEvent("dragenter", { dataTransfer: dropped });
  const zone = inbox.frame.getByTestId("drop-zone");
  await expect(zone).toContainText("Drop files here");
  await expect(zone).toBeVisible();
  await zone.dispatchEvent("drop", { dataTransfer: dropped });
  await expect(zone).toBeHidden();
  await expect(inbox.attachments).toContainText("dropped.txt");

  const pasted = await carry(inbox, "pasted.txt");
  await inbox.composer.evaluate((field, clipboardData) => {
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, pasted);
  await expect(inbox.attachments).toHaveCount(2);
  await expect(inbox.attachments.last()).toContainText("pasted.txt");
});

test("files stay with their conversation", async ({ host, demo, session, meta }) => {
  const [hana, ines] = [newCustomer("Hana Waits"), newCustomer("Ines Asks")];
  await meta.text(hana, "Hello from Hana");
  await meta.text(ines, "Hello from Ines");
  const inbox = await host.show(demo.inbox, { token: (await session()).token, locale: "en" });
  await inbox.open(hana.name);
  await inbox.picker.setInputFiles(document("for-hana.pdf", "for Hana"));
  await expect(inbox.attachments).toHaveCount(1);
  await inbox.open(ines.name);
  await expect(inbox.message("Hello from Ines")).toBeVisible();
  await expect(inbox.attachments).toHaveCount(0);
  await inbox.open(hana.name);
  await expect(inbox.attachments).toContainText("for-hana.pdf");
});
