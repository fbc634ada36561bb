import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

const HOUR = 3_600_000;

test("the composer says for how long anything may be written", async ({ host, demo, session, meta }) => {
  const [long, short] = [newCustomer("Wanda Wide"), newCustomer("Sven Short")];
  await meta.texts(long, ["Hello from Wanda"], Date.now() - 20.5 * HOUR);
  await meta.texts(short, ["Hello from Sven"], Date.now() - 23.5 * HOUR);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const left = inbox.frame.getByTestId("window");
  await inbox.seek("Wanda Wide");
  await inbox.open("Wanda Wide");
  await expect(left).toHaveText(/^Free replies for 3 h 2\d min$/);
  await expect(left).not.toHaveClass(/is-short/);
  await inbox.seek("Sven Short");
  await inbox.open("Sven Short");
  await expect(left).toHaveText(/^Free replies for 2\d min$/);
  await expect(left).toHaveClass(/is-short/);
});

test("shut, the window leaves templates only, and opens again with the next message", async ({ host, demo, session, meta, simulator }) => {
  const olga = newCustomer("Olga Overdue");
  await meta.texts(olga, ["Hello from yesterday"], Date.now() - 25 * HOUR);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.seek("Olga Overdue");
  await inbox.open("Olga Overdue");
  await expect(inbox.windowShut).toContainText("WhatsApp takes only templates");
  await expect(inbox.windowShut.getByRole("button", { name: "Send a template" })).toBeEnabled();
  await expect(inbox.composer).toHaveCount(0);
  await expect(inbox.frame.getByTestId("window")).toHaveCount(0);
  await meta.text(olga, "I am back");
  await expect(inbox.frame.getByTestId("window")).toHaveText(/^Free replies for 23 h/);
  await expect(inbox.windowShut).toHaveCount(0);
  await inbox.reply("Good to hear");
  await simulator.received(olga, "Good to hear");
});

test("where WhatsApp says that the window is shut, it shuts here, and what was written is kept", async ({ host, demo, session, meta, simulator }) => {
  const nils = newCustomer("Nils Late");
  await meta.text(nils, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Nils Late");
  await simulator.holdStatuses();
  await inbox.reply("Too late");
  const sent = await simulator.received(nils, "Too late");
  await inbox.composer.fill("Half a thought");
  await simulator.report(sent, "failed", 131047);
  await expect(inbox.windowShut).toContainText("Half a thought");
  const failed = inbox.message("Too late");
  await expect(failed.getByRole("alert")).toContainText("131047");
  await failed.getByRole("button", { name: "Send a template" }).click();
  const dialog = inbox.frame.getByRole("dialog", { name: "Templates" });
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(dialog).toHaveCount(0);
  await meta.text(nils, "Still there?");
  await expect(inbox.composer).toHaveValue("Half a thought");
});
