import type { APIRequestContext } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { ConnectPage } from "../pages/connect-page.ts";
import { HostPage } from "../pages/host-page.ts";
import type { Demo } from "../support/demo.ts";
import { findings } from "../support/findings.ts";
import { newPhone, scan } from "../support/linked.ts";
import { Tenant } from "../support/tenant.ts";
import { mint } from "../support/tokens.ts";

// Connecting a number by a link: the page, in a customer's page and on its own, and what becomes of the number.

interface Link {
  remotePairingToken: string;
  remotePairingUrl: string;
  numberId: string;
}

async function ask<T>(request: APIRequestContext, demo: Demo, key: string, method: string, path: string, data?: unknown): Promise<T> {
  const answer = await request.fetch(`${demo.inbox}${path}`, { method, headers: { "x-api-key": key }, data });
  expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return (await answer.json()) as T;
}

/** A workspace, and a link that it sends out. */
async function invite(request: APIRequestContext, demo: Demo, more: Record<string, unknown> = {}) {
  const tenant = await Tenant.create(demo, "Connect Test");
  const phone = newPhone();
  const body = { name: "Front desk", number: `+${phone}`, ...more };
  const link = await ask<Link>(request, demo, tenant.key, "POST", "/v1/numbers/remote-pairing", body);
  return { tenant, phone, link };
}

test("a phone scans the code in the customer's window, and its first message is in the inbox", async ({ page, host, demo, server, request }) => {
  const { tenant, phone, link } = await invite(request, demo);
  await host.open(demo.inbox);
  await page.evaluate(() => document.body.append(Object.assign(document.createElement("button"), { textContent: "Connect" })));
  const button = page.getByRole("button", { name: "Connect", exact: true });
  await button.focus();
  const connect = await ConnectPage.open(page, link.remotePairingToken);
  await connect.shows("scan");
  await expect(connect.code.locator("svg")).toBeVisible();
  await expect(connect.pairingCode).toHaveText(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/);
  await expect(page.getByRole("dialog").locator("iframe")).toHaveAttribute(
    "sandbox",
    "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox",
  );

  const { phoneNumberId } = await scan(demo, { pairingCode: (await connect.pairingCode.textContent())!, phone });
  await connect.shows("connected");
  await connect.hears(({ paired, errors, expired }) => {
    expect(paired).toEqual([{ numberId: link.numberId }]);
    expect(errors).toEqual([]);
    expect(expired).toBe(0);
  });
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(button).toBeFocused();
  await connect.hears(({ closed }) => expect(closed).toBe(1));

  const { token } = await mint(demo, [server.origin], undefined, { facts: { API_KEY: tenant.key, NUMBER_ID: link.numberId } });
  const inbox = await new HostPage(page, server).show(demo.inbox, { token, locale: "en" });
  const written = await request.post(`${demo.inbox}/simulator/messages?wait=true`, {
    data: { from: newPhone(), name: "Lia Linked", text: "Is this the new number?", phoneNumberId },
  });
  expect(written.status(), await written.text()).toBe(200);
  await expect(inbox.rows.filter({ hasText: "Lia Linked" })).toContainText("Is this the new number?");
});

test("another phone than the one that was meant is not connected, and the page says so", async ({ page, host, demo, request, complaints }) => {
  complaints.allow(/CONNECT_FAILED/);
  const { link } = await invite(request, demo);
  await host.open(demo.inbox);
  const connect = await ConnectPage.mount(page, link.remotePairingToken);
  await connect.shows("scan");
  await scan(demo, { pairingCode: (await connect.pairingCode.textContent())!, phone: newPhone() });
  await expect(connect.main.getByRole("alert")).toBeVisible();
  await connect.hears(({ paired, errors }) => {
    expect(paired).toEqual([]);
    expect(errors.map(({ code }) => code)).toEqual(["CONNECT_FAILED"]);
  });
});

test("on its own it is the workspace's page, in the reader's language, and goes on where the link says", async ({ page, demo, server, request }) => {
  const redirectUrl = `${server.origin}/host.css`;
  const branding = { companyName: "Padaria Pão", primaryColor: "#b3261e", supportUrl: "https://acme.test/help", hidePilotStatusBranding: true };
  const { phone, link } = await invite(request, demo, { redirectUrl, branding });
  expect(link.remotePairingUrl).toContain(`/connect/${link.remotePairingToken}`);
  await page.goto(`${demo.inbox}/connect/${link.remotePairingToken}?locale=pt`);
  const connect = new ConnectPage(page);
  await connect.shows("scan");
  await expect(page.locator("html")).toHaveAttribute("lang", "pt");
  await expect(page.getByRole("banner")).toContainText("Padaria Pão");
  await expect(page.getByRole("contentinfo").getByRole("link")).toHaveAttribute("href", "https://acme.test/help");
  expect(await findings(page)).toEqual([]);
  await scan(demo, { pairingCode: (await connect.pairingCode.textContent())!, phone });
  await connect.shows("connected");
  await expect(connect.main.getByRole("link")).toHaveAttribute("href", redirectUrl);
  await page.waitForURL(redirectUrl);
});

test("it can be read and used without a script", async ({ browser, demo, request }) => {
  const { phone, link } = await invite(request, demo);
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${demo.inbox}/connect/${link.remotePairingToken}`);
  const connect = new ConnectPage(page);
  await connect.shows("begin");
  await page.getByRole("button", { name: "Show the code" }).click();
  await connect.shows("scan");
  await scan(demo, { pairingCode: (await connect.pairingCode.textContent())!, phone });
  // By the page's own refreshing.
  await connect.shows("connected");
  await context.close();
});

test("used, expired and unknown links each have their face, and none of them opens anything", async ({ page, host, demo, request, complaints }) => {
  // The page itself is refused, which the browser notes.
  complaints.allow(/status of (404|410)/);
  const { tenant, phone, link } = await invite(request, demo);
  for (const token of ["rp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x", "%2e%2e%2fv1", "<script>alert(1)</script>"]) {
    const answer = await page.goto(`${demo.inbox}/connect/${encodeURIComponent(token)}`);
    expect(answer!.status(), token).toBe(404);
    await new ConnectPage(page).shows("unknown");
  }
  // The next link to the same number takes the place of the one before.
  const next = await ask<Link>(request, demo, tenant.key, "POST", "/v1/numbers/remote-pairing", { name: "Front desk", number: `+${phone}` });
  expect(next.remotePairingToken).not.toBe(link.remotePairingToken);

  await host.open(demo.inbox);
  const connect = await ConnectPage.mount(page, next.remotePairingToken);
  await connect.shows("scan");
  await scan(demo, { pairingCode: (await connect.pairingCode.textContent())!, phone });
  await connect.shows("connected");
  // Whoever comes with the same link much later, or was never told: another browser sees that it worked for ten minutes, and cannot do it again.
  const again = await request.post(`${demo.inbox}/v1/remote-pairing/${next.remotePairingToken}/connect`);
  expect(again.status()).toBe(409);
});

test("nobody else's page may frame it, and it speaks to the page that its address names", async ({ demo, request }) => {
  const { link } = await invite(request, demo);
  const path = `${demo.inbox}/connect/${link.remotePairingToken}`;
  const policy = async (query: string) => (await request.get(path + query)).headers()["content-security-policy"] ?? "";
  expect(await policy("")).toContain("frame-ancestors 'none'");
  expect(await policy("?parentOrigin=*")).toContain("frame-ancestors 'none'");
  expect(await policy("?parentOrigin=https://a.test%20https://b.test")).toContain("frame-ancestors 'none'");
  expect(await policy("?parentOrigin=https://a.test")).toMatch(/frame-ancestors https:\/\/a\.test$/);
});

test("credentials of Meta are tried with Meta before anything is stored", async ({ page, demo, request, complaints }) => {
  complaints.allow(/status of 400/);
  const { link } = await invite(request, demo, { provider: "META", metaFlow: "credentials" });
  await page.goto(`${demo.inbox}/connect/${link.remotePairingToken}`);
  const connect = new ConnectPage(page);
  await connect.shows("credentials");
  expect(await findings(page)).toEqual([]);
  await page.getByLabel("Phone number ID").fill("1");
  await page.getByLabel("Access token").fill("anything");
  await page.getByRole("button", { name: "Connect" }).click();
  await expect(connect.main.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("Phone number ID")).toHaveValue("1");
  await expect(page.getByLabel("Access token")).toHaveValue("");
});

test("what Meta's window gives connects the number", async ({ page, demo, request }) => {
  const { phone, link } = await invite(request, demo, { provider: "META", metaFlow: "embedded" });
  const given = await request.post(`${demo.inbox}/simulator/signup`, { data: { phone, name: "Signed up" } });
  const { code, wabaId, phoneNumberId } = (await given.json()) as Record<string, string>;
  // Meta's script, as far as the page uses it: a window in which somebody chose this number.
  const chosen = JSON.stringify({ type: "WA_EMBEDDED_SIGNUP", event: "FINISH", data: { waba_id: wabaId, phone_number_id: phoneNumberId } });
  await page.route("https://connect.facebook.net/en_US/sdk.js", (route) =>
    route.fulfill({
      contentType: "text/javascript",
      body: `window.FB = {
        init(options) { this.options = options; },
        login(done, options) {
          window.asked = { ...this.options, ...options };
          dispatchEvent(new MessageEvent("message", { origin: "https://evil.example", data: ${JSON.stringify(chosen.replace(phoneNumberId!, "1"))} }));
          dispatchEvent(new MessageEvent("message", { origin: "https://www.facebook.com", data: ${JSON.stringify(chosen)} }));
          done({ authResponse: { code: ${JSON.stringify(code)} } });
        },
      };`,
    }),
  );
  await page.goto(`${demo.inbox}/connect/${link.remotePairingToken}`);
  const connect = new ConnectPage(page);
  await connect.shows("sign-up");
  await page.getByRole("button", { name: "Continue with Meta" }).click();
  await connect.shows("connected");
  expect(await page.evaluate(() => (window as unknown as { asked: unknown }).asked)).toMatchObject({ response_type: "code", override_default_response_type: true });
});
