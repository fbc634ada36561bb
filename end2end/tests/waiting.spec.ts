import { expect, test } from "../fixtures.ts";
import { Demo } from "../support/demo.ts";
import { Meta, newCustomer } from "../support/meta.ts";
import { Simulator } from "../support/simulator.ts";
import { mint } from "../support/tokens.ts";

test("a message that waits says until when, and can be taken back", async ({ host, demo, session, meta, simulator }) => {
  const wim = newCustomer("Wim Waiting");
  await meta.text(wim, "Tell me tomorrow");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Wim Waiting");
  const conversationId = await inbox.row("Wim Waiting").getAttribute("data-conversation-id");
  // A program that shares the session puts a message off.
  const answer = await fetch(`${demo.inbox}/api/messages/send_draft`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "x-parent-origin": host.origin, "content-type": "application/json" },
    body: JSON.stringify({
      conversation_id: conversationId,
      client_id: crypto.randomUUID(),
      draft: { content: { type: "text", body: "It is tomorrow" }, deliverAt: Date.now() + 20 * 3_600_000 },
    }),
  });
  expect(answer.status, await answer.clone().text()).toBe(200);

  const message = inbox.message("It is tomorrow");
  const waits = message.getByTestId("waits");
  await expect(waits).toContainText(/Goes out: .*\d\d:\d\d/);
  await waits.getByRole("button", { name: "Cancel" }).click();
  await expect(message.getByRole("alert")).toContainText("This message was taken back before it went out.");
  await expect(waits).toHaveCount(0);
  await expect(message).toHaveAttribute("data-status", "failed");
  expect(await simulator.sentTo(wim)).toEqual([]);
});

test("the contact sees that somebody types, once in a while", async ({ host, demo, session, meta, page }) => {
  const tilda = newCustomer("Tilda Typing");
  await meta.text(tilda, "Are you there?");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/api/conversations/typing")) asked.push(request.url());
  });
  await inbox.open("Tilda Typing");
  await expect(inbox.unread("Tilda Typing")).toHaveCount(0);
  const told = page.waitForResponse((response) => response.url().endsWith("/api/conversations/typing"));
  await inbox.composer.pressSequentially("Yes, ");
  expect(await (await told).json()).toBe(true);
  await inbox.composer.pressSequentially("I am here");
  await inbox.send.click();
  await expect(inbox.message("Yes, I am here")).toHaveCount(1);
  expect(asked).toHaveLength(1);
});

test("a number that WhatsApp refuses says so over the thread, and what is written waits", async ({ host, server }) => {
  // A number of its own: while it is refused, nobody else could send anything.
  const demo = await Demo.start();
  try {
    const nora = newCustomer("Nora Number");
    await new Meta(demo).text(nora, "Anybody there?");
    const { token } = await mint(demo, [server.origin]);
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    await inbox.open("Nora Number");
    const banner = inbox.frame.getByTestId("number-refused");
    await expect(inbox.composer).toBeVisible();
    await expect(banner).toHaveCount(0);
    await new Simulator(demo).behave({ failNext: [{ code: 190, count: 100 }] });
    await inbox.reply("I am here");
    await expect(banner).toContainText(/WhatsApp refuses this number: .*access token.* What is written waits here\./);
    await expect(inbox.message("I am here").getByTestId("waits")).toContainText("WhatsApp refuses your number at the moment.");
    await expect(inbox.message("I am here")).toHaveAttribute("data-status", "queued");
  } finally {
    await demo.stop();
  }
});
