import { expect, test } from "../fixtures.ts";
import { InboxFrame } from "../pages/inbox-frame.ts";
import { Phone } from "../pages/phone.ts";

// What `make run` shows a newcomer: the pretend product on one side, the pretend phone on the other.

test("a customer writes on the phone, the operator answers in the product, the ticks turn", async ({ page, context, demo }) => {
  await page.goto(demo.facts.HOST_URL);
  const inbox = new InboxFrame(page);
  await inbox.ready();
  expect(new URL(page.url()).origin, "another origin").not.toBe(demo.inbox);
  expect(await inbox.rows.count(), "seeded conversations").toBeGreaterThan(3);
  const badge = page.locator("#unread");
  const before = Number((await badge.textContent()) || 0);

  const phone = new Phone(await context.newPage(), demo.facts.PHONE_URL);
  await phone.open();
  await phone.take();
  await phone.write("Do you deliver on Saturdays?");
  await expect(inbox.rows.first()).toContainText("Do you deliver on Saturdays?");
  await expect(badge).toHaveText(String(before + 1));
  await expect(page).toHaveTitle(`(${before + 1}) Inbox · Acme CRM`);

  await inbox.rows.first().click();
  await expect(inbox.message("Do you deliver on Saturdays?")).toBeVisible();
  await inbox.reply("Yes, until noon.");
  await expect(phone.message("Yes, until noon.")).toBeVisible();
  await expect(inbox.message("Yes, until noon.")).toHaveAttribute("data-status", "read");
});

test("the product's own switches reach the inbox", async ({ page, demo }) => {
  await page.goto(demo.facts.HOST_URL);
  const inbox = new InboxFrame(page);
  await inbox.ready();
  await page.getByRole("button", { name: "Dark" }).click();
  await expect(inbox.frame.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("button", { name: "PT" }).click();
  await expect(inbox.frame.locator("html")).toHaveAttribute("lang", /^pt/);
  await expect(page.getByRole("heading", { name: "Conversas" })).toBeVisible();
});

test("the API key is nowhere near the browser", async ({ page, demo }) => {
  const wires: string[] = [];
  page.on("response", async (response) => wires.push(`${response.url()} ${await response.text().catch(() => "")}`));
  await page.goto(demo.facts.HOST_URL);
  await new InboxFrame(page).ready();
  expect(wires.join("\n")).not.toContain(demo.facts.API_KEY);
});
