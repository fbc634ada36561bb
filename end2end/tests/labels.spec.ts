import { expect, test } from "../fixtures.ts";
import { ListWork } from "../pages/list-work.ts";
import { newCustomer } from "../support/meta.ts";
import { mint } from "../support/tokens.ts";
import { Tenant } from "../support/tenant.ts";

const ANA = { id: "ana", name: "Ana" };
const BRUNO = { id: "bruno", name: "Bruno" };

for (const width of [360, 768, 1440]) {
  test(`labels are made, renamed, recoloured and deleted, at ${width} px`, async ({ host, demo, page, complaints }) => {
    test.setTimeout(90_000);
    complaints.allow(/status of 409/);
    await page.setViewportSize({ width, height: 800 });
    const tenant = await Tenant.create(demo, `Labels ${width}`);
    const line = await tenant.connect("Shop");
    await line.meta.text(newCustomer("Lea Label"), "Hello");
    await line.meta.text(newCustomer("Leo Label"), "Hello");
    const { token } = await tenant.mint(line, host.origin);
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    const work = new ListWork(inbox);

    await work.manageLabels("Lea Label", async () => {
      await expect(work.labels).toContainText("No labels yet");
      await work.labels.getByRole("button", { name: "New label" }).click();
      await work.write("Order", "Green");
      await work.labels.getByRole("button", { name: "New label" }).click();
      await work.write("Order");
      await expect(work.labels.getByRole("alert")).toContainText("There is a label of this name already.");
      await expect(work.labels.getByLabel("Name")).toBeFocused();
      await page.keyboard.press("Escape");
      await expect(work.stored).toHaveCount(1);
      await expect(work.stored.locator(".label-dot")).toHaveAttribute("data-colour", "ok");
    });

    await work.pick("Lea Label");
    await work.choose("labels", "Order");
    await expect(work.mark("Lea Label", "Order")).toBeVisible();
    await work.filter("All labels").selectOption("Order");
    await expect(inbox.rows).toHaveCount(1);

    await work.manageLabels("Lea Label", async () => {
      await work.stored.getByRole("button", { name: "Edit" }).click();
      await work.write("Claim", "Red");
      await expect(work.stored).toContainText("Claim");
    });
    await expect(work.mark("Lea Label", "Claim")).toHaveAttribute("data-colour", "danger");
    await expect(work.filter("All labels")).toHaveValue(/^lb_/);

    await work.pick("Lea Label");
    await work.choose("labels", "Manage labels");
    await work.stored.getByRole("button", { name: "Delete" }).click();
    await expect(work.stored).toContainText("Delete Claim?");
    await work.stored.getByRole("button", { name: "Cancel" }).click();
    await expect(work.stored).toContainText("Claim");
    await work.stored.getByRole("button", { name: "Delete" }).click();
    await work.stored.getByRole("button", { name: "Delete" }).click();
    await expect(work.stored).toHaveCount(0);
    await page.keyboard.press("Escape");
    // The list was that of this label: it is that of all again.
    await expect(inbox.rows).toHaveCount(2);
    await expect(work.mark("Lea Label", "Claim")).toHaveCount(0);
    await expect(work.filter("All labels")).toHaveCount(0);
  });

  test(`the list is narrowed to a colleague's at ${width} px`, async ({ host, demo, page }) => {
    test.setTimeout(90_000);
    await page.setViewportSize({ width, height: 800 });
    const tenant = await Tenant.create(demo, `Assignees ${width}`);
    const line = await tenant.connect("Shop");
    for (const name of ["Fay Filter", "Flo Filter", "Fox Filter"]) await line.meta.text(newCustomer(name), "Hello");
    await tenant.mint(line, host.origin, undefined, BRUNO);
    const { token } = await tenant.mint(line, host.origin, undefined, ANA);
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    const work = new ListWork(inbox);
    await work.pick("Fay Filter");
    await work.choose("assign", "Bruno");
    await expect(work.mark("Fay Filter", "Assigned to Bruno")).toBeVisible();
    await work.filter("All assignees").selectOption("Bruno");
    await expect(inbox.rows).toHaveCount(1);
    await expect(inbox.row("Fay Filter")).toBeVisible();
    // A view that says whose they are ends it.
    await work.view("unassigned");
    await expect(inbox.rows).toHaveCount(2);
    await expect(work.filter("All assignees")).toHaveValue("");
    await work.filter("All assignees").selectOption("Ana");
    await expect(inbox.frame.getByTestId("empty-list")).toBeVisible();
    await expect(inbox.frame.locator("[data-testid=view][data-view=all]")).toHaveAttribute("aria-pressed", "true");
  });
}

test("a label that others use, too, is shown and not changed", async ({ host, demo }) => {
  const tenant = await Tenant.create(demo, "Two shops");
  const [one, two] = [await tenant.connect("One"), await tenant.connect("Two")];
  await one.meta.text(newCustomer("Sara Shared"), "Hello");
  const both = await mint(demo, [host.origin], undefined, { facts: { API_KEY: tenant.key, NUMBER_ID: one.id }, numbers: [one.id, two.id] });
  const made = await fetch(`${demo.inbox}/api/labels/create`, {
    method: "POST",
    headers: { authorization: `Bearer ${both.token}`, "x-parent-origin": host.origin, "content-type": "application/json" },
    body: JSON.stringify({ name: "Everywhere", colour: "note" }),
  });
  expect(made.status).toBe(200);
  const { token } = await tenant.mint(one, host.origin);
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const work = new ListWork(inbox);
  await work.manageLabels("Sara Shared", async () => {
    await expect(work.stored).toContainText("Everywhere");
    await expect(work.stored).toContainText("Shared with other numbers");
    await expect(work.stored.getByRole("button")).toHaveCount(0);
  });
});
