import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "../fixtures.ts";
import { InboxFrame } from "../pages/inbox-frame.ts";
import { newCustomer } from "../support/meta.ts";
import { mint } from "../support/tokens.ts";

// The page of the Pilot Status documentation, "Embed the Chat Inbox", as it is written there: only the host is ours, and the script is a
// module, since it awaits at its top level. What stands between the marks looks on and changes nothing.
const page = (inbox: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>My SaaS</title><link rel="icon" href="data:,"></head><body>
<script src="${inbox}/embed.js"></script>
<div id="inbox"></div>
<script type="module">
  /* onlooker */ window.heard = { unread: [], opened: [], expired: 0 };
  PilotStatus.init();
  const { token } = await fetch("/api/my-saas/embed-token").then(r => r.json());
  const chat = PilotStatus.chat.mount("#inbox", {
    token, locale: "en", theme: "light",
    onUnreadCount: (n) => { /* onlooker */ heard.unread.push(n); },
    onConversationOpened: (id) => { /* onlooker */ heard.opened.push(id); },
    onSessionExpired: async () => {
      /* onlooker */ heard.expired++;
      const { token: t } = await fetch("/api/my-saas/embed-token").then(r => r.json());
      chat.destroy();
      PilotStatus.chat.mount("#inbox", { token: t, locale: "en" });
    },
  });
  /* onlooker */ window.chat = chat;
</script></body></html>`;

interface Heard {
  heard: { unread: number[]; opened: string[]; expired: number };
  chat: { setTheme(theme: string): void; setLocale(locale: string): void; destroy(): void };
}

test("the documented page works as it is written", async ({ page: tab, demo, meta, simulator, complaints }) => {
  complaints.allow(/net::ERR_FAILED/);
  let ttl = 900;
  const server = createServer(async (request, response) => {
    if (request.url === "/api/my-saas/embed-token") {
      const { token } = await mint(demo, [origin], ttl);
      response.setHeader("content-type", "application/json").end(JSON.stringify({ token }));
    } else {
      response.setHeader("content-type", "text/html; charset=utf-8").end(page(demo.inbox));
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const heard = () => tab.evaluate(() => (window as unknown as Heard).heard);
  const dora = newCustomer("Dora Documented");
  await meta.text(dora, "Does it work?");
  const inbox = new InboxFrame(tab);

  // The session ends soon: renewing does not get through.
  ttl = 6;
  await tab.route("**/api/public/embed/refresh", (route) => route.abort());
  await tab.goto(origin);
  await inbox.ready();
  await expect(async () => expect((await heard()).unread.at(-1)).toBeGreaterThan(0)).toPass();
  await inbox.open("Dora Documented");
  await expect(async () => expect((await heard()).opened).toHaveLength(1)).toPass();
  await inbox.reply("As it is written");
  await simulator.received(dora, "As it is written");

  const first = await inbox.root.elementHandle();
  await tab.evaluate(() => (window as unknown as Heard).chat.setTheme("dark"));
  await expect(inbox.frame.locator("html")).toHaveAttribute("data-theme", "dark");
  await tab.evaluate(() => (window as unknown as Heard).chat.setLocale("pt"));
  await expect(inbox.frame.locator("html")).toHaveAttribute("lang", /^pt/);

  ttl = 900;
  await expect(async () => expect((await heard()).expired).toBe(1)).toPass({ timeout: 15_000 });
  await expect(async () => expect(await first?.evaluate((old) => old.isConnected).catch(() => false)).toBe(false)).toPass();
  await inbox.ready();
  await expect(tab.locator("#inbox iframe")).toHaveCount(1);
  await inbox.open("Dora Documented");
  await expect(inbox.message("As it is written")).toBeVisible();
  expect((await heard()).expired).toBe(1);
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});
