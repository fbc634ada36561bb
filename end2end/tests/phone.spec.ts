import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { Phone } from "../pages/phone.ts";
import type { Demo } from "../support/demo.ts";
import { newCustomer } from "../support/meta.ts";

// The pretend phone, which plays every type of both sides.

/** The phone of somebody new, and what the business sends to it. */
async function take(page: Page, demo: Demo, name: string) {
  const customer = newCustomer(name);
  const phone = new Phone(page, `${demo.facts.PHONE_URL}?from=${customer.phone}&name=${encodeURIComponent(name)}`);
  await phone.open();
  await phone.write("Hello");
  const send = async (type: string, object: unknown): Promise<string> => {
    const answer = await fetch(`${demo.inbox}/simulator/graph/v25.0/${demo.facts.PHONE_NUMBER_ID}/messages`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer any" },
      body: JSON.stringify({ messaging_product: "whatsapp", to: customer.phone, type, [type]: object }),
    });
    const body = (await answer.json()) as { messages: { id: string }[] };
    return body.messages[0]!.id;
  };
  // Other people's rows stand beside the chat, and say what was written there: what is pressed is looked for in its own place.
  const log = page.getByRole("log");
  const attach = page.getByRole("group", { name: "Send" });
  return { phone, send, log, attach, last: phone.messages.last() };
}

const reply = (id: string, title: string) => ({ type: "reply", reply: { id, title } });

test("what the business offers can be pressed", async ({ page, demo, simulator }) => {
  await simulator.behave({ delayMs: { sent: 1, delivered: 2 } });
  const { phone, send, log, last } = await take(page, demo, "Petra Press");
  await send("interactive", {
    type: "button",
    body: { text: "When?" },
    action: { buttons: [reply("am", "Morning"), reply("pm", "Evening")] },
  });
  await last.getByRole("button", { name: "Morning" }).click();
  await expect(last).toHaveText(/When\?.*Morning/s);
  await expect(last).toHaveAttribute("data-direction", "out");
  await expect(log.getByRole("button", { name: "Evening" }), "pressed once").toBeDisabled();

  await send("interactive", {
    type: "list",
    body: { text: "Which lamp?" },
    action: { button: "The lamps", sections: [{ title: "Brass", rows: [{ id: "b1", title: "For the hall", description: "Tall" }] }] },
  });
  await last.getByRole("button", { name: "The lamps" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "For the hall" }).click();
  await expect(last).toHaveText(/Which lamp\?.*For the hall.*Tall/s);

  await send("template", {
    name: "order_ready",
    language: { code: "en" },
    components: [
      { type: "header", parameters: [{ type: "image", image: { id: "1001" } }] },
      { type: "body", parameters: ["first_name", "order"].map((name) => ({ type: "text", parameter_name: name, text: `<${name}>` })) },
      { type: "button", sub_type: "url", index: "1", parameters: [{ type: "text", text: "a17" }] },
    ],
  });
  await expect(last).toContainText("Hi <first_name>, order <order> waits for you.");
  await expect(last.getByRole("link", { name: "The way" })).toHaveAttribute("href", "https://shop.example/way/a17");
  await expect(last.getByAltText("Photo")).toHaveJSProperty("naturalWidth", 960);
  await last.getByRole("button", { name: "I am coming" }).click();
  await expect(last).toHaveAttribute("data-kind", "button");
  await expect(phone.messages).toHaveCount(7);
});

test("a person answers, reacts, changes, takes back and sends a file of their own", async ({ page, demo, simulator }) => {
  await simulator.behave({ delayMs: { sent: 1, delivered: 2 } });
  const { phone, send, attach, last } = await take(page, demo, "Filip File");
  await send("text", { body: "Which one?" });
  const asked = phone.message("Which one?");
  const act = async (name: string) => {
    await last.hover();
    await last.getByRole("button", { name: "What to do with this message" }).click();
    await page.locator("#actions").getByRole("button", { name, exact: true }).click();
  };
  await expect(last).toHaveText(/Which one/);
  await act("React with 🙏");
  await expect(asked.locator(".reactions")).toHaveText("🙏");
  await act("Reply");
  await phone.write("The brass one");
  await expect(last).toHaveText(/Which one\?.*The brass one/s);
  await act("Edit");
  await phone.write("The red one");
  await expect(last).toHaveText(/The red one.*edited/s);
  await act("Delete");
  await expect(last).toContainText("This message was deleted");

  await page.getByTestId("phone-more").click();
  await attach.getByRole("button", { name: "Document", exact: true }).click();
  await page.getByTestId("phone-file").setInputFiles({ name: "my <plan>.txt", mimeType: "text/plain", buffer: Buffer.from("a plan") });
  await phone.write("As agreed");
  const saved = last.getByRole("link", { name: /my <plan>\.txt/ });
  await expect(saved).toContainText("TXT · 6 B");
  const address = await saved.evaluate((link: HTMLAnchorElement) => link.href);
  expect(await (await fetch(address)).text()).toBe("a plan");

  await page.getByTestId("phone-more").click();
  await attach.getByRole("button", { name: "Voice note" }).click();
  await page.getByTestId("phone-send").click();
  await expect(last.getByRole("button", { name: "Play" })).toBeVisible();
  await expect(last).toHaveAttribute("data-status", "delivered");
});
