import { expect, test } from "../fixtures.ts";
import { ComposerTools } from "../pages/composer-tools.ts";
import { newCustomer } from "../support/meta.ts";

for (const width of [360, 768, 1440]) {
  test(`a quick reply is written, used, changed, deleted and brought back at ${width} px`, async ({ host, demo, session, meta, simulator, page, complaints }) => {
    complaints.allow(/409 \(Conflict\)/);
    await page.setViewportSize({ width, height: 800 });
    const quin = newCustomer(`Quin${width} Reply`);
    await meta.text(quin, "Hello");
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    const tools = new ComposerTools(inbox);
    await inbox.open(quin.name);
    const shortcut = `thanks-${width}`;

    await inbox.composer.pressSequentially("/");
    await tools.quickReplies.getByRole("button", { name: "Manage quick replies" }).click();
    await tools.store(`/${shortcut.toUpperCase()}`, "Thank you, {{contact.first_name}}.");
    await expect(tools.stored.filter({ hasText: shortcut })).toHaveCount(1);
    await tools.store(shortcut, "Another one");
    await expect(tools.manage.getByRole("alert")).toContainText("Another quick reply has this shortcut.");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await expect(tools.manage).toHaveCount(0);

    await inbox.composer.fill("");
    await inbox.composer.pressSequentially(`Done. /thanks-${width}`);
    await expect(tools.quickRows).toHaveCount(1);
    await inbox.composer.press("Enter");
    const filled = `Done. Thank you, Quin${width}.`;
    await expect(inbox.composer).toHaveValue(filled);
    await inbox.composer.press("Enter");
    await simulator.received(quin, filled);

    // A slash that is meant as one stays, and Enter sends again.
    await inbox.composer.pressSequentially("/");
    await expect(tools.quickReplies).toBeVisible();
    await inbox.composer.press("Escape");
    await expect(tools.quickReplies).toHaveCount(0);
    await expect(inbox.composer).toHaveValue("/");
    await inbox.composer.press("Enter");
    await simulator.received(quin, "/");

    await inbox.composer.pressSequentially("/");
    await tools.quickReplies.getByRole("button", { name: "Manage quick replies" }).click();
    const row = tools.stored.filter({ hasText: shortcut });
    await row.getByRole("button", { name: "Delete" }).click();
    await expect(row).toHaveCount(0);
    await tools.manage.getByRole("button", { name: "Undo" }).click();
    await expect(row).toHaveCount(1);
    await row.getByRole("button", { name: "Edit" }).click();
    await tools.manage.getByLabel("Text", { exact: true }).fill("Changed");
    await tools.manage.getByRole("button", { name: "Save" }).click();
    await expect(row).toContainText("Changed");
  });
}
