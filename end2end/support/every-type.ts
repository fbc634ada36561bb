import type { Customer } from "./meta.ts";
import type { Api } from "./session-api.ts";

type Json = Record<string, unknown>;

/** What a customer's phone sends, oldest first. `{}`: the simulator's example of the type. */
const RECEIVED: Json[] = [
  { text: "Hello! Do you have the brass lamp from https://shop.example/lamps/brass in stock?", variant: "ad" },
  { text: "A friend sent me this", variant: "forwarded" },
  { text: "Everybody sends me this", variant: "forwarded_often" },
  { text: "How much is it?", variant: "product" },
  { type: "image" },
  { type: "video" },
  { type: "audio" },
  { type: "audio", variant: "file" },
  { type: "document" },
  { type: "document", document: { id: "1008", filename: "Measurements of the hall, first floor, second version.docx", caption: "Is this what you need?" } },
  { type: "sticker" },
  { type: "sticker", variant: "animated" },
  { type: "location" },
  { type: "contacts" },
  { type: "interactive" },
  { type: "interactive", variant: "list_reply" },
  { type: "interactive", variant: "flow" },
  { type: "interactive", variant: "address" },
  { type: "button" },
  { type: "order" },
  { type: "system", variant: "identity" },
  { type: "request_welcome" },
  { type: "unsupported" },
  { type: "unsupported", variant: "view_once" },
  { text: "Is the red one in stock?" },
  { text: "Forget this" },
];

const DRAFTS: (Json & { file?: [kind: string, id: string, mime: string, name: string] })[] = [
  { content: { type: "text", body: "Yes, it is: https://shop.example/lamps/brass" } },
  { content: { type: "media", caption: "This one?" }, file: ["image", "1006", "image/png", "lamp.png"] },
  { content: { type: "media" }, file: ["video", "1002", "video/mp4", "lamp.mp4"] },
  { content: { type: "media", voice: true }, file: ["audio", "1003", "audio/ogg; codecs=opus", "voice.ogg"] },
  { content: { type: "media" }, file: ["audio", "1007", "audio/mpeg", "song.mp3"] },
  { content: { type: "media", caption: "Your invoice", fileName: "invoice-2041.pdf" }, file: ["document", "1004", "application/pdf", "invoice-2041.pdf"] },
  { content: { type: "media" }, file: ["sticker", "1005", "image/webp", "sticker.webp"] },
  { content: { type: "location", latitude: "41.1496", longitude: "-8.6109", name: "Our shop", address: "Rua das Flores 10, Porto" } },
  {
    content: {
      type: "contacts",
      cards: [{ name: "Rui Matos", details: [{ what: "phone", value: "+351 912 000 111", label: "CELL", waId: "351912000111" }, { what: "company", value: "Lamps & Sons" }] }],
    },
  },
  { content: { type: "buttons", body: "Shall we put one aside?", footer: "Until Friday", buttons: [{ id: "yes", title: "Yes, please" }, { id: "no", title: "No, thanks" }] } },
  {
    content: {
      type: "list",
      header: "Delivery",
      body: "When may we come?",
      action: "Choose a time",
      rows: [
        { id: "tomorrow", title: "Tomorrow", description: "Between 9 and 12", section: "This week" },
        { id: "friday", title: "Friday" },
        { id: "monday", title: "Monday", section: "Next week" },
      ],
    },
  },
  { content: { type: "link", body: "All our lamps on one page.", action: "See them", url: "https://shop.example/lamps" } },
  {
    content: {
      type: "template",
      name: "order_shipped",
      language: "en",
      values: { header: [{ name: "1", text: "2041" }], body: [{ name: "1", text: "Ana" }, { name: "2", text: "2041" }], buttons: [{ index: 0, kind: "URL", text: "2041" }] },
    },
  },
];

/** Fills the conversation of a customer with one message of every type, in and out, and what can be done with one. */
export async function fillWithEveryType(api: Api, simulate: (path: string, body: Json) => Promise<{ id: string }>, customer: Customer, numberId: string): Promise<void> {
  const begin = Math.floor(Date.now() / 1000) - 3600;
  const ids: string[] = [];
  for (const [index, message] of RECEIVED.entries()) {
    const { id } = await simulate("messages?wait=true", { from: customer.phone, name: customer.name, timestamp: begin + index * 60, ...message });
    ids.push(id);
  }
  const write = (more: Json) => simulate("messages?wait=true", { from: customer.phone, ...more });
  await write({ type: "reaction", reaction: { message_id: ids[4], emoji: "❤️" } });
  await write({ type: "edit", edit: { original_message_id: ids.at(-2), message: { type: "text", text: { body: "Is the blue one in stock?" } } } });
  await write({ type: "revoke", revoke: { original_message_id: ids.at(-1) } });
  await write({ text: "I mean this one", replyTo: ids[4] });

  const conversation = await api.conversationOf(customer.name);
  await api.templates(numberId);
  for (const { file, content, ...rest } of DRAFTS) {
    const media = file && (await api.upload(conversation, ...file));
    await api.send(conversation, { ...rest, content: { ...(content as Json), ...(media && { media }) } });
  }
  const messages = await api.messages(conversation);
  const lamp = messages.find(({ kind, direction }) => kind === "image" && direction === "INBOUND")!;
  await api.send(conversation, { content: { type: "text", body: "That one, yes." }, quoted: lamp.id });
  await api.react(lamp.id, "👍");
  await api.send(conversation, { content: { type: "text", body: "Good morning! Here is your reminder." }, deliverAt: Date.now() + 3 * 3_600_000 });
}
