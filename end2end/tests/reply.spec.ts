import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

test("a reply goes out once and its ticks follow: sent, delivered, read", async ({ host, demo, session, meta, simulator }) => {
  await simulator.holdStatuses();
  const hugo = newCustomer("Hugo Ticks");
  await meta.text(hugo, "Can you help me?");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Hugo Ticks");

  await inbox.reply("Of course. What is it?");

  const bubble = inbox.message("Of course. What is it?");
  await expect(bubble).toHaveAttribute("data-direction", "out");
  await expect(inbox.composer).toHaveValue("");
  const sent = await simulator.received(hugo, "Of course. What is it?");
  // Graph's answer alone is not a tick: only a status report is.
  for (const [status, words] of [["sent", "Sent"], ["delivered", "Delivered"], ["read", "Read"]] as const) {
    await simulator.report(sent, status);
    await expect(bubble).toHaveAttribute("data-status", status);
    await expect(inbox.ticks("Of course. What is it?")).toHaveAttribute("aria-label", words);
  }
  // A report that comes late takes nothing back.
  await simulator.report(sent, "delivered");
  await meta.text(hugo, "It is about my order");
  await expect(inbox.message("It is about my order")).toBeVisible();
  await expect(bubble).toHaveAttribute("data-status", "read");
  await expect(bubble).toHaveCount(1);
  expect(await simulator.sentTo(hugo)).toHaveLength(1);
  await expect(inbox.row("Hugo Ticks")).toContainText("It is about my order");
});

test("Enter sends, Shift+Enter makes a line", async ({ host, demo, session, meta, simulator }) => {
  const ines = newCustomer("Ines Lines");
  await meta.text(ines, "Your address, please");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  await inbox.open("Ines Lines");
  await inbox.composer.focus();
  await host.page.keyboard.type("Rua Augusta 100");
  await host.page.keyboard.press("Shift+Enter");
  await host.page.keyboard.type("São Paulo 🌇");
  await host.page.keyboard.press("Enter");
  await expect(inbox.message("São Paulo 🌇")).toHaveCount(1);
  await expect(inbox.composer).toHaveValue("");
  await expect(inbox.composer).toBeFocused();
  await simulator.received(ines, "Rua Augusta 100\nSão Paulo 🌇");
});

test("replies typed in a row keep their order", async ({ host, demo, session, meta, simulator }) => {
  const jose = newCustomer("Jose Quick");
  await meta.text(jose, "Tell me everything");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  await inbox.open("Jose Quick");
  const texts = Array.from({ length: 8 }, (_, index) => `reply ${index + 1}`);
  for (const text of texts) await inbox.reply(text);
  await expect(inbox.messages).toHaveCount(9);
  for (const text of texts) await simulator.received(jose, text);
  expect(await inbox.textsMatching(/reply \d/)).toEqual(texts);
  expect((await simulator.sentTo(jose)).map(({ text }) => text)).toEqual(texts);
});

test("a reply that WhatsApp refuses stays, says why, and goes out on Retry", async ({ host, demo, session, meta, simulator }) => {
  const kira = newCustomer("Kira Refused");
  await meta.text(kira, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Kira Refused");
  await simulator.behave({ failNext: [{ code: 131_026, when: "status", to: kira.phone }] });

  await inbox.reply("Will this arrive?");

  const bubble = inbox.message("Will this arrive?");
  await expect(bubble).toHaveAttribute("data-status", "failed");
  await expect(inbox.ticks("Will this arrive?")).toHaveAttribute("aria-label", "Not sent");
  await bubble.getByRole("button", { name: "Retry" }).click();
  await expect(bubble).toHaveAttribute("data-status", /sent|delivered|read/);
  await expect(bubble).toHaveCount(1);
});

test("a reply during a break of the line is kept and goes out once", async ({ host, session, meta, simulator, wire, complaints }) => {
  complaints.allow(/net::ERR_/);
  const lia = newCustomer("Lia Offline");
  await meta.text(lia, "Are you still there?");
  const { token } = await session();
  const inbox = await host.show(wire.inbox, { token, locale: "en" });
  await inbox.open("Lia Offline");
  wire.cut();
  await inbox.reply("Yes, I am");
  await expect(inbox.message("Yes, I am")).toHaveCount(1);
  await expect(inbox.message("Yes, I am")).toHaveAttribute("data-status", /sending|queued|failed/);
  wire.mend();
  await simulator.received(lia, "Yes, I am");
  await expect(inbox.message("Yes, I am")).toHaveAttribute("data-status", /sent|delivered|read/);
  await expect(inbox.message("Yes, I am")).toHaveCount(1);
});
