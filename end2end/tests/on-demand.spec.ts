import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

test("a part of the program that does not come says so, and comes when it is asked for again", async ({ host, demo, session, meta, page, complaints }) => {
  complaints.allow(/net::ERR_FAILED/, /Failed to fetch/, /split_tools/);
  await page.route("**/split_tools.wasm", (route) => route.abort());
  const paula = newCustomer("Paula Part");
  await meta.text(paula, "Is anybody there?");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Paula Part");
  await inbox.frame.getByRole("button", { name: "Send a template" }).first().click();
  const dialog = inbox.frame.getByRole("dialog", { name: "Templates" });
  await expect(dialog.getByRole("alert")).toContainText("This part could not be loaded.");
  await page.unroute("**/split_tools.wasm");
  await dialog.getByRole("button", { name: "Retry" }).click();
  await expect(dialog.getByRole("combobox", { name: "Search templates" })).toBeVisible();
});
