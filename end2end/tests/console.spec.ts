import { type Browser, expect, type Page, test } from "@playwright/test";
import { ConsolePage } from "../pages/console-page.ts";
import { Phone } from "../pages/phone.ts";
import { findings } from "../support/findings.ts";
import { ConsoleWatch } from "../support/console-watch.ts";
import { EmptyServer } from "../support/empty-server.ts";

// The operators' console, from an empty folder on: nobody edits a file and nobody types a command.

const ana = { name: "Ana", email: "ana@acme.test", password: "correct horse battery" };

/** A server that was set up with the simulated phone, by a browser that is signed in there. */
async function home(server: EmptyServer, page: Page): Promise<ConsolePage> {
  const console_ = new ConsolePage(page);
  await expect.poll(() => server.setUpLink).toBeDefined();
  await console_.setUp(server.setUpLink!, ana);
  await expect(page.getByRole("link", { name: "Open the phone" })).toBeVisible();
  return console_;
}

/** A customer who writes on the simulated phone. */
async function customerWrites(server: EmptyServer, page: Page, text: string): Promise<Phone> {
  const phone = new Phone(page, `${server.origin}/simulator/phone?from=5511987654321&name=Maria`);
  await phone.open();
  await phone.write(text);
  return phone;
}

async function elsewhere(browser: Browser, server: EmptyServer): Promise<ConsolePage> {
  const context = await browser.newContext({ baseURL: server.origin });
  return new ConsolePage(await context.newPage());
}

for (const width of [360, 768, 1440]) {
  test(`an empty folder becomes an inbox in which a message arrives and is answered, ${width} wide`, async ({ page, context }) => {
    const watch = new ConsoleWatch(page);
    await page.setViewportSize({ width, height: 800 });
    await using server = await EmptyServer.start();
    const inbox = await home(server, page);
    await inbox.fits();
    const phone = await customerWrites(server, await context.newPage(), "Where is my order?");
    await page.goto(server.origin);
    await inbox.ready();
    await inbox.rows.first().click();
    await expect(page).toHaveURL(/\/c\/conv_/);
    await expect(inbox.messages.first()).toContainText("Where is my order?");
    await inbox.reply("On its way.");
    await expect(phone.message("On its way.")).toBeVisible();
    // Addresses: Back, Forward, and a conversation opened by its own.
    await page.goBack();
    await expect(page).toHaveURL(`${server.origin}/`);
    await expect(inbox.messages.first()).toBeHidden();
    await page.goForward();
    await expect(inbox.messages.first()).toContainText("Where is my order?");
    await page.reload();
    await inbox.ready();
    await expect(inbox.messages.first()).toContainText("Where is my order?");
    // The token is in memory and nowhere else.
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
    expect(kept).not.toMatch(/eyJ|pilot-console/);
    expect(watch.complaints).toEqual([]);
  });
}

test("the phone that was connected is there after a restart", async ({ page, context }) => {
  await using server = await EmptyServer.start();
  const inbox = await home(server, page);
  await server.restart();
  expect(server.setUpLink, "it is set up").toBeUndefined();
  await customerWrites(server, await context.newPage(), "Still there?");
  await page.goto(server.origin);
  await expect(inbox.rows.first()).toContainText("Still there?");
});

test("signing in: wrong passwords, the lock, and back to where one wanted to go", async ({ page, browser }) => {
  await using server = await EmptyServer.start();
  await home(server, page);
  const other = await elsewhere(browser, server);
  await other.page.goto("/c/conv_unknown");
  await expect(other.page).toHaveURL(/\/sign-in\?next=/);
  await other.signIn(ana.email, "a wrong password");
  await expect(other.alert).toHaveText("Address or password is wrong.");
  await other.signIn(ana.email, ana.password);
  await expect(other.page).toHaveURL(/\/c\/conv_unknown$/);
  await other.ready();
  const guesser = await elsewhere(browser, server);
  await guesser.page.goto("/sign-in");
  for (let guess = 0; guess < 5; guess += 1) {
    await guesser.signIn(ana.email, `guess number ${guess}`);
    await expect(guesser.alert).toHaveText("Address or password is wrong.");
  }
  await guesser.signIn(ana.email, ana.password);
  await expect(guesser.alert).toContainText("Too many attempts.");
  await other.page.reload();
  await other.ready();
});

test("who is invited to look sees the conversation and no composer", async ({ page, context, browser }) => {
  await using server = await EmptyServer.start();
  const admin = await home(server, page);
  await customerWrites(server, await context.newPage(), "Hello");
  await page.goto(`${server.origin}/settings/operators`);
  await admin.field("Name").fill("Bo");
  await admin.field("Email address").fill("bo@acme.test");
  await page.getByRole("radio", { name: /^Read-only/ }).last().check();
  await admin.press("Make the link");
  const link = await admin.shownOnce.innerText();
  const bo = await elsewhere(browser, server);
  await bo.page.goto(link);
  await bo.field("New password").fill("another good password");
  await bo.press("Save and sign in");
  await bo.ready();
  await bo.rows.first().click();
  await expect(bo.messages.first()).toContainText("Hello");
  await expect(bo.composer).toBeHidden();
  await bo.page.goto(`${server.origin}/settings`);
  await expect(bo.page).toHaveURL(/\/settings\/account$/);
  await bo.page.goto(`${server.origin}/settings/keys`);
  await expect(bo.alert).toHaveText("Only an admin can see this page.");
});

test("an inbox that is open begins anew when its operator's role changes, and ends when they sign out", async ({ page, context }) => {
  await using server = await EmptyServer.start();
  const inbox = await home(server, page);
  await page.goto(server.origin);
  await inbox.ready();
  const beside = new ConsolePage(await context.newPage());
  await beside.page.goto(`${server.origin}/settings/account`);
  await beside.press("Sign out everywhere");
  await expect(beside.page.getByRole("status")).toHaveText("You are signed out.");
  await expect(inbox.root).toHaveAttribute("data-state", "ended");
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
});

test("branding is worn while it is typed", async ({ page }) => {
  await using server = await EmptyServer.start();
  const admin = await home(server, page);
  await page.goto(`${server.origin}/settings/branding`);
  const button = page.getByRole("button", { name: "Save" });
  const before = await button.evaluate((it) => getComputedStyle(it).backgroundColor);
  await admin.field("Title").fill("Lumière");
  await admin.field("Accent colour").fill("#a01050");
  await expect(page.locator("[data-preview=companyName]")).toHaveText("Lumière");
  await expect.poll(() => button.evaluate((it) => getComputedStyle(it).backgroundColor)).not.toBe(before);
  await admin.press("Save");
  await expect(page.getByRole("status")).toHaveText("Saved.");
  await page.goto(server.origin);
  await expect(page.getByText("Lumière")).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe-core finds nothing on the pages around the inbox, ${colorScheme}`, async ({ page, browser }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await using server = await EmptyServer.start();
    await expect.poll(() => server.setUpLink).toBeDefined();
    await page.goto(server.setUpLink!);
    expect.soft(await findings(page), "set-up").toEqual([]);
    const admin = await home(server, page);
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 800 });
      for (const path of ["numbers", "keys", "operators", "branding", "account"]) {
        await page.goto(`${server.origin}/settings/${path}`);
        expect.soft(await findings(page), `${path}, ${width} px`).toEqual([]);
        await admin.fits();
      }
    }
    await page.goto(server.origin);
    await admin.ready();
    expect.soft(await findings(page), "an inbox without conversations").toEqual([]);
    const other = await elsewhere(browser, server);
    await other.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await other.page.goto("/sign-in");
    await other.signIn(ana.email, "a wrong password");
    await expect(other.alert).toBeVisible();
    expect.soft(await findings(other.page), "sign-in").toEqual([]);
  });
}
