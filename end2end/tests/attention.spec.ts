import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";
import { Tenant } from "../support/tenant.ts";

test("who listens hears of what arrives elsewhere, and of a swarm once", async ({ host, demo, session, meta }) => {
  const [open, other] = [newCustomer("Otto Open"), newCustomer("Olga Elsewhere")];
  await meta.text(open, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Otto Open");
  const arrivals = inbox.frame.getByTestId("arrivals");
  await expect(arrivals).toHaveRole("status");
  await expect(arrivals).toHaveText("");

  await meta.text(other, "Are you there?");
  await expect(arrivals).toHaveText("New message from Olga Elsewhere");
  await meta.texts(other, ["One", "Two", "Three"]);
  await expect(arrivals).toHaveText("3 new messages");
  // What comes into the open conversation is told by that itself: it is a log.
  await meta.text(open, "Into the open one");
  await expect(inbox.message("Into the open one")).toBeVisible();
  await expect(inbox.thread).toHaveRole("log");
  await expect(arrivals).toHaveText("3 new messages");
});

test("an inbox without conversations says how to begin", async ({ host, demo, server }) => {
  const tenant = await Tenant.create(demo, "Beginners");
  const line = await tenant.connect("First steps");
  const { token } = await tenant.mint(line, server.origin);
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await expect(inbox.frame.getByText("No one is waiting")).toBeVisible();
  await expect(inbox.frame.getByText("write to one of these numbers")).toBeVisible();
  await expect(inbox.frame.getByRole("listitem").filter({ hasText: "First steps" })).toContainText(/\+5521\d{9}/);
  // Nothing has to be loaded anew for the first message.
  await line.meta.text(newCustomer("Felix First"), "Hello");
  await expect(inbox.row("Felix First")).toBeVisible();
  await expect(inbox.frame.getByText("No one is waiting")).toHaveCount(0);
});

for (const locale of ["en", "ar"]) {
  test(`the list is made wider and narrower, by mouse and by keyboard (${locale})`, async ({ host, demo, session, meta, page }) => {
    await meta.text(newCustomer("Edda Edge"), "Hello");
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token, locale });
    const edge = inbox.frame.getByTestId("list-edge");
    await expect(edge).toHaveRole("separator");
    const width = () => inbox.frame.locator(".pane-list").evaluate((list) => (list as HTMLElement).offsetWidth);
    const before = await width();
    await expect(edge).toHaveAttribute("aria-valuenow", String(before));

    const box = (await edge.boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + (locale === "ar" ? -80 : 80), y, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => Math.abs((await width()) - before - 80)).toBeLessThanOrEqual(6);

    await edge.focus();
    await edge.press("Home");
    await expect.poll(width).toBe(68);
    await expect(edge).toHaveAttribute("aria-valuenow", "68");
    await expect(inbox.rows.first(), "only its picture").toHaveAccessibleName(/Edda Edge/);
    await expect(inbox.search).toBeHidden();
    await edge.press(locale === "ar" ? "ArrowLeft" : "ArrowRight");
    await expect.poll(width).toBe(200);
    await edge.press("Enter");
    await expect.poll(width).toBe(68);
    // To look for something there has to be a field.
    await edge.press("/");
    await expect(inbox.search).toBeFocused();
    await expect.poll(width).toBe(before);
  });
}

test("a narrow inbox has no edge to drag", async ({ host, demo, session, meta, page }) => {
  await page.setViewportSize({ width: 400, height: 700 });
  await meta.text(newCustomer("Nina No Edge"), "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await expect(inbox.list).toBeVisible();
  await expect(inbox.frame.getByTestId("list-edge")).toBeHidden();
});
