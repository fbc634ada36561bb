import { expect, test } from "../fixtures.ts";
import type { InboxFrame } from "../pages/inbox-frame.ts";
import type { Customer, Meta } from "../support/meta.ts";
import { newCustomer } from "../support/meta.ts";

/** The message that says nothing but `line n`; others may quote it. */
const line = (inbox: InboxFrame, n: string) => inbox.messages.filter({ hasText: new RegExp(`^line ${n}`) });

/** `line 001` to `line 200`, and then an answer to the fifth of them. */
async function longTalk(meta: Meta, customer: Customer): Promise<void> {
  const start = Date.now() - 20_000;
  const texts = Array.from({ length: 200 }, (_, index) => `line ${String(index + 1).padStart(3, "0")}`);
  let quoted = "";
  for (let index = 0; index < texts.length; index += 50) {
    const ids = await meta.texts(customer, texts.slice(index, index + 50), start + index * 100);
    if (index === 0) quoted = ids[4]!;
  }
  await meta.messages(customer, [{ type: "text", text: { body: "about this one" }, context: { id: quoted } }]);
}

for (const width of [360, 768, 1440]) {
  test.describe(`${width} pixels`, () => {
    test.use({ viewport: { width, height: 720 } });

    test("a quote leads to a message far above, and the way back to the newest one", async ({ host, demo, session, meta, page }) => {
      const name = `Jana Jump ${width}`;
      const jana = newCustomer(name);
      await longTalk(meta, jana);
      const { token } = await session();
      const inbox = await host.show(demo.inbox, { token, locale: "en" });
      await inbox.open(name);
      await expect(inbox.message("about this one")).toBeInViewport();
      await expect(line(inbox, "005")).toHaveCount(0);

      await inbox.message("about this one").getByRole("button", { name: new RegExp(`${name}.*line 005`) }).click();

      await expect(line(inbox, "005")).toBeInViewport();
      await expect(line(inbox, "005")).toBeFocused();
      await expect(line(inbox, "150"), "what lies between is not loaded").toHaveCount(0);
      // What arrives meanwhile is counted, and disturbs nothing.
      const before = await inbox.place();
      await meta.text(jana, "one more while you read");
      const toNewest = inbox.frame.getByRole("button", { name: "Go to the newest message" });
      await expect(toNewest).toContainText("1 new");
      await expect(inbox.message("one more while you read")).toHaveCount(0);
      expect(await inbox.place()).toEqual(before);

      await toNewest.click();
      await expect(inbox.message("one more while you read")).toBeInViewport();
      await expect(line(inbox, "200")).toHaveCount(1);
      await expect(toNewest).toHaveCount(0);

      // And once more, this time back by scrolling: nothing is missing in between, nothing stands twice.
      await inbox.message("about this one").getByRole("button", { name: new RegExp(`${name}.*line 005`) }).click();
      await expect(line(inbox, "005")).toBeInViewport();
      await inbox.thread.hover();
      await expect(async () => {
        await page.mouse.wheel(0, 3_000);
        await expect(inbox.message("one more while you read")).toBeInViewport({ timeout: 500 });
      }).toPass();
      const seen = await inbox.textsMatching(/^line \d{3}/);
      expect(seen, "in order, none twice").toEqual([...new Set(seen)].sort());
      expect(seen.at(-1)).toBe("line 200");
      // At the end again, what comes is followed.
      await meta.text(jana, "and the last word");
      await expect(inbox.message("and the last word")).toBeInViewport();
    });
  });
}

test("writing leads back to the newest message", async ({ host, demo, session, meta }) => {
  const jon = newCustomer("Jon Jump");
  await longTalk(meta, jon);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Jon Jump");
  await inbox.message("about this one").getByRole("button", { name: /line 005/ }).click();
  await expect(line(inbox, "005")).toBeInViewport();
  await inbox.reply("I see, thank you");
  await expect(inbox.message("I see, thank you")).toBeInViewport();
  await expect(line(inbox, "200")).toHaveCount(1);
});

test("a jump that does not succeed says so, and leaves everything as it is", async ({ host, demo, session, meta, complaints, page }) => {
  const jill = newCustomer("Jill Jump");
  await longTalk(meta, jill);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Jill Jump");
  complaints.allow(/Failed to load resource|ERR_FAILED/);
  await page.route("**/api/messages/around", (route) => route.abort());
  await inbox.message("about this one").getByRole("button", { name: /line 005/ }).click();
  const alert = inbox.frame.getByRole("alert").filter({ hasText: "This message could not be shown." });
  await expect(alert).toBeVisible();
  await expect(line(inbox, "200")).toHaveCount(1);
  await page.unroute("**/api/messages/around");
  await inbox.message("about this one").getByRole("button", { name: /line 005/ }).click();
  await expect(line(inbox, "005")).toBeInViewport();
  await expect(alert).toHaveCount(0);
});
