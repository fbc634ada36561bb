import type { CDPSession } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { ListWork } from "../pages/list-work.ts";
import { newCustomer } from "../support/meta.ts";
import { Tenant } from "../support/tenant.ts";

const ANA = { id: "ana", name: "Ana" };
const BRUNO = { id: "bruno", name: "Bruno" };

for (const width of [360, 768, 1440]) {
  test(`rows are picked by box, key and range, and all of them are worked on at ${width} px`, async ({ host, demo, page }) => {
    test.setTimeout(90_000);
    await page.setViewportSize({ width, height: 800 });
    const tenant = await Tenant.create(demo, `Bulk ${width}`);
    const line = await tenant.connect("Shop");
    const names = ["Abby Bulk", "Bert Bulk", "Cleo Bulk", "Dora Bulk", "Emil Bulk"];
    // A second apart, as WhatsApp's clock goes: within one the order is nobody's.
    const now = Date.now();
    for (const [age, name] of names.entries()) await line.meta.texts(newCustomer(name), ["Hello"], now - age * 1000);
    await tenant.mint(line, host.origin, undefined, BRUNO);
    const { token } = await tenant.mint(line, host.origin, undefined, ANA);
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    const work = new ListWork(inbox);
    await expect(inbox.rows).toHaveCount(5);

    // By keyboard: one, two more, none.
    await inbox.row("Abby Bulk").focus();
    await page.keyboard.press("x");
    await expect(work.count).toHaveText("1 selected");
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+ArrowDown");
    await expect(work.count).toHaveText("3 selected");
    await expect(inbox.frame.getByRole("status").filter({ hasText: "3 selected" })).toHaveCount(1);
    await expect(work.box("Cleo Bulk")).toBeChecked();
    await expect(work.box("Dora Bulk")).not.toBeChecked();
    await expect(inbox.row("Cleo Bulk")).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(work.bar).toHaveCount(0);
    await expect(inbox.row("Cleo Bulk")).toBeFocused();
    await expect(inbox.thread).toHaveCount(0);

    // By pointer: a box, then a range, then all.
    await work.pick("Bert Bulk");
    await work.box("Dora Bulk").click({ modifiers: ["Shift"] });
    await expect(work.count).toHaveText("3 selected");
    await work.box("Cleo Bulk").click();
    await expect(work.count).toHaveText("2 selected");
    await work.all.click();
    await expect(work.count).toHaveText("5 selected");
    await expect(work.all).toBeHidden();

    await expect(inbox.unread("Emil Bulk")).toHaveText("1");
    await work.press("read");
    await expect(work.bar).toHaveCount(0);
    await expect(inbox.frame.getByTestId("unread")).toHaveCount(0);
    await expect(work.toast).toContainText("5 conversations changed");
    await work.undo();
    await expect(inbox.frame.getByTestId("unread")).toHaveCount(5);

    await work.pick("Abby Bulk", "Bert Bulk");
    await work.choose("assign", "Bruno");
    await expect(work.mark("Abby Bulk", "Assigned to Bruno")).toBeVisible();
    await expect(work.mark("Bert Bulk", "Assigned to Bruno")).toBeVisible();
    // Undoing gives back what each had: one was Bruno's before.
    await work.pick("Bert Bulk", "Cleo Bulk");
    await work.choose("assign", "Me");
    await expect(work.mark("Cleo Bulk", "Assigned to Ana")).toBeVisible();
    await work.undo();
    await expect(work.mark("Bert Bulk", "Assigned to Bruno")).toBeVisible();
    await expect(work.mark("Cleo Bulk", "Assigned to Ana")).toHaveCount(0);

    await work.pick("Abby Bulk", "Bert Bulk");
    await work.press("labels");
    await expect(work.menu).toContainText("No label fits all of these conversations.");
    await work.menu.getByRole("button", { name: "Manage labels" }).click();
    await work.labels.getByRole("button", { name: "New label" }).click();
    await work.write("Urgent", "Red");
    await expect(work.stored).toHaveCount(1);
    await page.keyboard.press("Escape");
    await expect(work.labels).toHaveCount(0);
    await work.choose("labels", "Urgent");
    await expect(work.mark("Abby Bulk", "Urgent")).toBeVisible();
    await expect(work.mark("Bert Bulk", "Urgent")).toBeVisible();
    await work.pick("Bert Bulk", "Cleo Bulk");
    await work.press("labels");
    await expect(work.menu.getByRole("button", { name: "Urgent" })).toHaveAttribute("aria-pressed", "mixed");
    await page.keyboard.press("Escape");
    await expect(work.menu).toHaveCount(0);
    await expect(work.count).toHaveText("2 selected");

    await work.press("resolve");
    await expect(inbox.rows).toHaveCount(3);
    await expect(inbox.row("Abby Bulk"), "the first row that is left").toBeFocused();
    await work.undo();
    await expect(inbox.rows).toHaveCount(5);

    await work.pick("Dora Bulk", "Emil Bulk");
    await work.choose("snooze", /^Tomorrow/);
    await expect(inbox.rows).toHaveCount(3);
    await work.view("snoozed");
    await expect(inbox.rows).toHaveCount(2);
    // What is picked is in the list; another list has none of it.
    await work.pick("Dora Bulk");
    await work.view("all");
    await expect(work.bar).toHaveCount(0);
  });
}

test("more than one call carries are done in several, and undone", async ({ host, demo, page }) => {
  test.setTimeout(120_000);
  const tenant = await Tenant.create(demo, "Many rows");
  const line = await tenant.connect("Shop");
  const many = 103;
  for (let n = 0; n < many; n += 1) await line.meta.text(newCustomer(`Many ${n}`), "Hello");
  const { token } = await tenant.mint(line, host.origin);
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const work = new ListWork(inbox);
  await expect(async () => {
    const rows = await inbox.list.evaluate((list) => {
      list.parentElement!.scrollTop = list.scrollHeight;
      return list.clientHeight / 68;
    });
    expect(rows).toBe(many);
  }).toPass();
  const sizes: number[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/api/conversations/change")) sizes.push(request.postDataJSON().ids.length);
  });
  await inbox.rows.last().hover();
  await inbox.frame.getByTestId("pick").last().click();
  await work.all.click();
  await expect(work.count).toHaveText("103 selected");
  await work.press("resolve");
  await expect(inbox.rows).toHaveCount(0);
  await expect(work.toast).toContainText("103 conversations changed");
  expect(sizes).toEqual([100, 3]);
  await work.undo();
  await expect(inbox.frame.locator("[data-testid=view][data-view=all]")).toContainText("99+");
  await expect.poll(() => sizes).toEqual([100, 3, 100, 3]);
});

test("what could not be done stays picked", async ({ host, demo, session, meta, page, complaints }) => {
  complaints.allow(/net::ERR_FAILED/);
  await meta.text(newCustomer("Fred Unlucky"), "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const work = new ListWork(inbox);
  await work.pick("Fred Unlucky");
  await page.route("**/api/conversations/change", (route) => route.abort());
  await work.press("resolve");
  await expect(work.toast).toContainText("The server could not be reached.");
  await expect(work.count).toHaveText("1 selected");
  await page.unroute("**/api/conversations/change");
  await work.press("resolve");
  await expect(inbox.row("Fred Unlucky")).toHaveCount(0);
});

test("who only looks picks nothing", async ({ host, demo, page }) => {
  const tenant = await Tenant.create(demo, "Looks only");
  const line = await tenant.connect("Shop");
  await line.meta.text(newCustomer("Lola Look"), "Hello");
  const { token } = await tenant.mint(line, host.origin, undefined, { id: "lu", name: "Lu", role: "read-only" });
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.row("Lola Look").focus();
  await page.keyboard.press("x");
  await page.keyboard.press("Shift+ArrowDown");
  await expect(inbox.row("Lola Look")).toBeFocused();
  await expect(new ListWork(inbox).box("Lola Look")).toHaveCount(0);
  await expect(new ListWork(inbox).bar).toHaveCount(0);
});

test.describe("with a finger", () => {
  test.use({ viewport: { width: 360, height: 720 }, hasTouch: true, isMobile: true });

  test("a long press picks, a tap picks more, and before that a tap opens", async ({ host, demo, session, meta, page }) => {
    await meta.text(newCustomer("Pia Press"), "Hello");
    await meta.text(newCustomer("Paul Press"), "Hello");
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    const work = new ListWork(inbox);
    const finger = await page.context().newCDPSession(page);
    const box = (await inbox.row("Pia Press").boundingBox())!;
    await touch(finger, "touchStart", box.x + box.width / 2, box.y + box.height / 2);
    await expect(work.count).toHaveText("1 selected");
    await touch(finger, "touchEnd");
    await expect(work.box("Pia Press")).toBeChecked();
    await inbox.row("Paul Press").tap();
    await expect(work.count).toHaveText("2 selected");
    await expect(inbox.thread).toHaveCount(0);
    await work.bar.getByRole("button", { name: "Clear selection" }).tap();
    await expect(work.bar).toHaveCount(0);
    await inbox.row("Paul Press").tap();
    await expect(inbox.thread).toBeVisible();
  });
});

function touch(finger: CDPSession, type: "touchStart" | "touchEnd", x = 0, y = 0) {
  return finger.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchStart" ? [{ x, y }] : [] });
}
