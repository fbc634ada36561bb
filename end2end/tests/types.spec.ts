import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

/** One message of every type that needs no file, as Meta sends it, and what an operator reads. */
const TYPES: [message: Record<string, unknown>, read: RegExp][] = [
  [{ type: "location", location: { latitude: -23.55, longitude: -46.63, name: "Praça da Sé", address: "Centro, São Paulo" } }, /Praça da Sé.*Centro, São Paulo.*Open on a map/],
  [
    {
      type: "contacts",
      contacts: [
        {
          name: { formatted_name: "Rosa Lima", first_name: "Rosa" },
          phones: [{ phone: "+55 11 98888-7777", wa_id: "5511988887777", type: "CELL" }],
          emails: [{ email: "rosa@lima.example", type: "WORK" }],
          org: { company: "Lima Ltda." },
        },
      ],
    },
    /Rosa Lima.*\+55 11 98888-7777.*rosa@lima\.example/,
  ],
  [{ type: "interactive", interactive: { type: "button_reply", button_reply: { id: "yes", title: "Yes, deliver it" } } }, /Yes, deliver it/],
  [
    { type: "interactive", interactive: { type: "list_reply", list_reply: { id: "r", title: "Red cable", description: "In stock" } } },
    /Red cable.*In stock/,
  ],
  [
    {
      type: "interactive",
      interactive: { type: "nfm_reply", nfm_reply: { name: "flow", body: "Sent", response_json: '{"flow_token":"t","size":"Large"}' } },
    },
    /size.*Large/,
  ],
  [{ type: "button", button: { text: "Stop these", payload: "STOP" } }, /Stop these/],
  [
    {
      type: "order",
      order: { catalog_id: "1", text: "As a gift", product_items: [{ product_retailer_id: "lamp-1", quantity: "2", item_price: 10.5, currency: "BRL" }] },
    },
    /As a gift.*2 × lamp-1 · 10\.5 BRL/,
  ],
  [{ type: "unsupported", errors: [{ code: 131051, title: "Message type unknown", error_data: { details: "Message type is currently not supported." } }] }, /not shown here/],
  [
    {
      type: "text",
      text: { body: "I saw your lamp" },
      referral: { source_url: "https://fb.example/ad/1", source_type: "ad", headline: "Brass lamps", body: "Made to last" },
    },
    /Came from an ad.*Brass lamps.*I saw your lamp/,
  ],
  [{ type: "text", text: { body: "Read this" }, context: { frequently_forwarded: true } }, /Forwarded many times.*Read this/],
];

test("every type of message has a face", async ({ host, demo, session, meta }) => {
  const tess = newCustomer("Tess Types");
  // A second apart, so that they stand in this order.
  const begin = Date.now() - TYPES.length * 1000;
  for (const [index, [message]] of TYPES.entries()) await meta.messages(tess, [message], begin + index * 1000);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  await inbox.open("Tess Types");
  await expect(inbox.messages).toHaveCount(TYPES.length);
  for (const [index, [, read]] of TYPES.entries()) await expect(inbox.messages.nth(index)).toHaveText(new RegExp(read, "s"));
  await expect(inbox.messages.first().getByRole("link", { name: "Open on a map" })).toHaveAttribute("href", /^https:.*-23\.55,-46\.63$/);
});

test("answers, reactions, edits and what was taken back, live", async ({ host, demo, session, meta }) => {
  const quinn = newCustomer("Tilly Quotes");
  const [first] = await meta.messages(quinn, [{ type: "text", text: { body: "Is the red one in stock?" } }], Date.now() - 5000);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  await inbox.open("Tilly Quotes");

  await meta.messages(quinn, [{ type: "text", text: { body: "I mean this" }, context: { from: quinn.phone, id: first } }]);
  const answer = inbox.messages.filter({ hasText: "I mean this" });
  const quote = answer.getByRole("button", { name: /Is the red one in stock/ });
  await expect(quote).toContainText("Tilly Quotes");
  await quote.click();
  await expect(inbox.messages.first()).toHaveClass(/is-found/);

  await meta.messages(quinn, [{ type: "reaction", reaction: { message_id: first, emoji: "👍" } }]);
  await expect(inbox.messages.first().getByTestId("reactions")).toHaveText("👍");
  await meta.messages(quinn, [{ type: "reaction", reaction: { message_id: first, emoji: "❤️" } }], Date.now() + 1000);
  await expect(inbox.messages.first().getByTestId("reactions")).toHaveText("❤️");
  await meta.messages(quinn, [{ type: "reaction", reaction: { message_id: first } }], Date.now() + 2000);
  await expect(inbox.messages.first().getByTestId("reactions")).toHaveCount(0);
  await expect(inbox.messages).toHaveCount(2);

  const edit = { original_message_id: first, message: { type: "text", text: { body: "Is the blue one in stock?" } } };
  await meta.messages(quinn, [{ type: "edit", edit }], Date.now() + 3000);
  await expect(inbox.messages.first()).toContainText("Is the blue one in stock?");
  await expect(inbox.messages.first()).toContainText("edited");
  await meta.messages(quinn, [{ type: "revoke", revoke: { original_message_id: first } }], Date.now() + 4000);
  await expect(inbox.messages.first()).toContainText("This message was deleted");
  await expect(inbox.messages.first()).not.toContainText("stock");
});
