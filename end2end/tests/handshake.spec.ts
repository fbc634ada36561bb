import { expect, test } from "../fixtures.ts";

test("the page mounts, the frame says ready, gets its token, and shows the inbox", async ({ host, demo, session, page }) => {
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en", theme: "light" });

  const iframe = page.locator("#inbox iframe");
  await expect(iframe).toHaveAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups");
  await expect(iframe).toHaveAttribute("title", "WhatsApp inbox");
  const src = new URL((await iframe.getAttribute("src"))!);
  expect(src.origin).toBe(demo.inbox);
  expect(src.searchParams.get("parentOrigin")).toBe(host.origin);

  await expect(inbox.rows.first()).toBeVisible();
  await host.hears((seen) => {
    expect(seen.ready).toBe(1);
    expect(seen.unread.length).toBeGreaterThan(0);
    expect(seen.expired).toBe(0);
    expect(seen.errors).toEqual([]);
  });
  const { messages } = await host.seen();
  expect(messages[0]?.data.type).toBe("ready");
  for (const { origin, data } of messages) {
    expect(origin).toBe(demo.inbox);
    expect(data.source).toBe("pilot-status-embed");
    expect(data.v).toBe(1);
  }
});

test("the first paint comes from the server: shell, language, theme and a closed policy", async ({ session, demo, server, request }) => {
  await session();
  const answer = await request.get(`${demo.inbox}/`, {
    params: { parentOrigin: server.origin, locale: "pt", theme: "dark" },
  });
  expect(answer.status()).toBe(200);
  const html = await answer.text();
  expect(html).toContain('lang="pt');
  expect(html).toContain('data-theme="dark"');
  expect(html).toContain('data-testid="inbox"');
  const policy = answer.headers()["content-security-policy"] ?? "";
  expect(policy).toMatch(new RegExp(`frame-ancestors ${server.origin}(;|$)`));
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/script-src 'self' 'nonce-[^']+' 'wasm-unsafe-eval'/);
  expect(policy).not.toContain("unsafe-inline'; script");
  expect(policy).toContain("connect-src 'self'");
  expect(policy).toContain("base-uri 'none'");
  expect(policy).toContain("object-src 'none'");
  expect(answer.headers()["set-cookie"]).toBeUndefined();
  expect(answer.headers()["cache-control"]).toContain("no-store");
});

test("a frame that reloads itself starts again, without the page doing anything", async ({ host, demo, session, page }) => {
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  const before = (await host.seen()).messages.filter(({ data }) => data.type === "ready").length;
  const frame = page.frames().find((it) => it.url().startsWith(demo.inbox));
  await frame!.evaluate(() => location.reload());
  await host.hears((seen) => {
    expect(seen.messages.filter(({ data }) => data.type === "ready").length).toBe(before + 1);
    expect(seen.ready).toBe(1);
  });
  await inbox.ready();
  await expect(inbox.rows.first()).toBeVisible();
});

test("calls before the frame is ready arrive after it is", async ({ host, demo, session }) => {
  const { token } = await session();
  await host.open(demo.inbox);
  await host.mount({ token, locale: "en", theme: "light" });
  await host.call("setTheme", "dark");
  await host.call("setLocale", "pt");
  await host.inbox.ready();
  await expect(host.inbox.frame.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(host.inbox.frame.locator("html")).toHaveAttribute("lang", /^pt/);
});

test("two inboxes on one page, each with its own token, theme and language", async ({ host, demo, session, page }) => {
  const { InboxFrame } = await import("../pages/inbox-frame.ts");
  const [first, second] = [await session(), await session()];
  await host.open(demo.inbox);
  await page.locator("#second").evaluate((node) => node.removeAttribute("hidden"));
  await host.mount({ token: first.token, locale: "en", theme: "light" }, "#inbox");
  await host.mount({ token: second.token, locale: "pt", theme: "dark" }, "#second");
  const other = new InboxFrame(page, "#second");
  await host.inbox.ready();
  await other.ready();
  await expect(host.inbox.frame.locator("html")).toHaveAttribute("data-theme", "light");
  await expect(other.frame.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(other.frame.locator("html")).toHaveAttribute("lang", /^pt/);

  await host.call("destroy", "", "#inbox");
  await expect(page.locator("#inbox iframe")).toHaveCount(0);
  await other.state("ready");
});
