import { expect, test } from "../fixtures.ts";
import { DetailsPane } from "../pages/details-pane.ts";
import { newCustomer } from "../support/meta.ts";
import { Tenant } from "../support/tenant.ts";

const ANA = { id: "ana", name: "Ana" };
const BRUNO = { id: "bruno", name: "Bruno" };

for (const width of [360, 768, 1440]) {
  test(`the details show the contact, and whose, how and what about, at ${width} px`, async ({ host, demo, page }) => {
    test.setTimeout(90_000);
    await page.setViewportSize({ width, height: 800 });
    const tenant = await Tenant.create(demo, `Details ${width}`);
    const line = await tenant.connect("Shop");
    const dana = newCustomer("Dana Detail");
    await line.meta.text(dana, "Hello");
    await tenant.mint(line, host.origin, undefined, BRUNO);
    const { token } = await tenant.mint(line, host.origin, undefined, ANA);
    const colleague = async (name: string, body: unknown) => {
      const headers = { authorization: `Bearer ${token}`, "x-parent-origin": host.origin, "content-type": "application/json" };
      const answer = await fetch(`${demo.inbox}/api/${name}`, { method: "POST", headers, body: JSON.stringify(body) });
      expect(answer.status).toBe(200);
      return answer.json();
    };
    await colleague("labels/create", { name: "Order", colour: "ok" });
    const [claim] = (await colleague("labels/create", { name: "Claim", colour: "danger" })) as { id: string; name: string }[];
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    const details = new DetailsPane(inbox);
    await inbox.open(dana.name);
    if (width < 1200) {
      await expect(details.pane).toBeHidden();
      const opener = await details.open();
      await expect(details.close).toBeFocused();
      await page.keyboard.press("Escape");
      await expect(details.pane).toBeHidden();
      await expect(opener).toBeFocused();
      await expect(inbox.thread, "the conversation stays").toBeVisible();
      await details.open();
    } else {
      await expect(details.button).toBeHidden();
    }
    await expect(details.pane).toBeVisible();
    await expect(details.pane).toContainText(`+${dana.phone}`);
    await expect(details.state).toHaveText("Open");

    await details.assignee.selectOption("Bruno");
    await expect(inbox.messages.filter({ hasText: "Assigned to Bruno" })).toHaveCount(1);
    await details.addLabel.selectOption("Order");
    await expect(details.labels).toHaveText(["Order"]);
    // What a colleague does is there at once.
    const conversation = await inbox.row(dana.name).getAttribute("data-conversation-id");
    await colleague("conversations/change", { ids: [conversation], work: { type: "label", label: claim!.id, on: true } });
    await expect(details.labels).toHaveText(["Claim", "Order"]);
    await expect(details.addLabel, "there is none left").toHaveCount(0);
    await details.labels.filter({ hasText: "Order" }).getByRole("button", { name: "Remove Order" }).click();
    await expect(details.labels).toHaveText(["Claim"]);
    await colleague("conversations/change", { ids: [conversation], work: { type: "assign", operator: null } });
    await expect(details.assignee).toHaveValue("");
    await colleague("conversations/change", { ids: [conversation], work: { type: "resolve" } });
    await expect(details.state).toHaveText("Resolved");

    await details.pane.getByRole("button", { name: "Copy text" }).click();
    await expect(details.pane.getByRole("button", { name: "Copied" })).toBeVisible();
  });
}

test("who only looks reads the details, and finds nothing to choose", async ({ host, demo, page }) => {
  await page.setViewportSize({ width: 1440, height: 800 });
  const tenant = await Tenant.create(demo, "Details to read");
  const line = await tenant.connect("Shop");
  const dora = newCustomer("Dora Detail");
  await line.meta.text(dora, "Hello");
  const { token } = await tenant.mint(line, host.origin, undefined, { id: "lu", name: "Lu", role: "read-only" });
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const details = new DetailsPane(inbox);
  await inbox.row(dora.name).click();
  await expect(details.pane).toContainText("No one");
  await expect(details.pane.getByRole("combobox")).toHaveCount(0);
});
