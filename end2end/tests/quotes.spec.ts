import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

test("an answer quotes the message that it answers to", async ({ host, demo, session, meta, simulator }) => {
  const quinn = newCustomer("Quinn Quote");
  const [, asked] = await meta.texts(quinn, ["First question", "Second question"]);
  await meta.text(newCustomer("Otto Other"), "Hello from Otto");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Quinn Quote");
  const bar = inbox.frame.getByRole("group", { name: "Reply to Quinn Quote" });
  const reply = inbox.message("Second question").getByRole("button", { name: "Reply" });
  await inbox.message("Second question").hover();
  await reply.click();
  await expect(bar).toContainText("Second question");
  await expect(inbox.composer).toBeFocused();
  await inbox.composer.press("Escape");
  await expect(bar).toHaveCount(0);
  await expect(inbox.thread).toBeVisible();

  await inbox.message("First question").hover();
  await inbox.message("First question").getByRole("button", { name: "Reply" }).click();
  await expect(bar).toContainText("First question");
  await bar.getByRole("button", { name: "Do not quote it" }).click();
  await expect(bar).toHaveCount(0);

  await inbox.message("Second question").hover();
  await reply.click();
  // It stays with its conversation.
  await inbox.open("Otto Other");
  await expect(inbox.message("Hello from Otto")).toBeVisible();
  await expect(inbox.frame.getByTestId("quote")).toHaveCount(0);
  await inbox.open("Quinn Quote");
  await expect(bar).toContainText("Second question");
  await inbox.reply("The answer");
  await expect(bar).toHaveCount(0);
  await expect(inbox.message("The answer").getByRole("button", { name: /Quinn Quote.*Second question/ })).toBeVisible();
  await expect(async () => {
    const sent = (await simulator.sentTo(quinn)) as unknown as { text: string; body: { context?: { message_id: string } } }[];
    expect(sent.map(({ text, body }) => [text, body.context?.message_id])).toEqual([["The answer", asked]]);
  }).toPass();
});

test("a message is answered to by keyboard alone", async ({ host, demo, session, meta }) => {
  const kim = newCustomer("Kim Keyboard");
  await meta.texts(kim, ["The first of two", "The last of two"]);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Kim Keyboard");
  await expect(inbox.message("The last of two")).toBeVisible();
  await inbox.thread.press("Enter");
  const reply = (text: string) => inbox.message(text).getByRole("button", { name: "Reply" });
  await expect(reply("The last of two")).toBeFocused();
  await reply("The last of two").press("ArrowUp");
  await expect(reply("The first of two")).toBeFocused();
  await reply("The first of two").press("Enter");
  await expect(inbox.frame.getByRole("group", { name: "Reply to Kim Keyboard" })).toContainText("The first of two");
  await expect(inbox.composer).toBeFocused();
});

test("a sign is put on a message, changed and taken away", async ({ host, demo, session, meta, simulator }) => {
  const rita = newCustomer("Rita React");
  const [id] = await meta.texts(rita, ["Thank you so much"]);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Rita React");
  const message = inbox.message("Thank you so much");
  const signs = message.getByRole("group", { name: "React" });
  const choose = async (name: string) => {
    await message.hover();
    await message.getByRole("button", { name: "React", exact: true }).click();
    await signs.getByRole("button", { name }).click();
    await expect(signs).toHaveCount(0);
  };
  await choose("React with 👍");
  await expect(message.getByTestId("reactions")).toHaveText("👍");
  await choose("React with 🙏");
  await expect(message.getByTestId("reactions")).toHaveText("🙏");
  await choose("Take 🙏 back");
  await expect(message.getByTestId("reactions")).toHaveCount(0);
  await expect(async () => {
    const sent = (await simulator.sentTo(rita)) as unknown as { type: string; body: { reaction?: { message_id: string; emoji: string } } }[];
    const last = sent.filter(({ type }) => type === "reaction").at(-1);
    expect(last?.body.reaction).toEqual({ message_id: id, emoji: "" });
  }).toPass();
  // Esc leaves the signs, and nothing else.
  await message.hover();
  await message.getByRole("button", { name: "React", exact: true }).click();
  await signs.getByRole("button").first().press("Escape");
  await expect(signs).toHaveCount(0);
  await expect(message.getByRole("button", { name: "React", exact: true })).toBeFocused();
  await expect(inbox.thread).toBeVisible();
});

test("a sign that WhatsApp does not take comes off again, and says why", async ({ host, demo, session, meta, simulator }) => {
  const remy = newCustomer("Remy Refused");
  await meta.text(remy, "Put a sign on me");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Remy Refused");
  await simulator.behave({ failNext: [{ code: 131009, to: remy.phone }] });
  const message = inbox.message("Put a sign on me");
  await message.hover();
  await message.getByRole("button", { name: "React", exact: true }).click();
  await message.getByRole("button", { name: "React with 😮" }).click();
  await expect(message.getByRole("alert")).toContainText("Your reaction was not taken.");
  await expect(message.getByTestId("reactions")).toHaveCount(0);
});
