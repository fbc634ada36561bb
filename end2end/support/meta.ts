import { createHmac, randomBytes } from "node:crypto";
import type { Demo, DemoFacts } from "./demo.ts";

/** A person with WhatsApp. */
export interface Customer {
  name: string;
  /** Digits, as Meta writes them. */
  phone: string;
}

let people = 0;

/** Somebody who has never written before. The worker's number keeps two workers apart where they share nothing else. */
export function newCustomer(name: string): Customer {
  people += 1;
  const tail = `${process.pid % 1000}`.padStart(3, "0") + `${people}`.padStart(4, "0");
  return { name, phone: `55119${tail}0` };
}

export const wamid = () => `wamid.${randomBytes(18).toString("base64")}`;

export type Status = "sent" | "delivered" | "read" | "failed";

/** Meta's side of the line: signed webhooks in the Cloud API's format, over HTTP to the real endpoint. */
export class Meta {
  constructor(
    private readonly demo: Demo,
    private readonly facts: DemoFacts = demo.facts,
  ) {}

  /** Delivers texts of one customer in one body; answers their ids. `at` is in milliseconds since the epoch. */
  async texts(from: Customer, bodies: string[], at = Date.now()): Promise<string[]> {
    const messages = bodies.map((body) => textMessage(from, body, at));
    await this.deliver({ contacts: [contact(from)], messages });
    return messages.map(({ id }) => id);
  }

  /** Delivers one text three times: twice in one body, once more in another. */
  async again(from: Customer, body: string): Promise<void> {
    const message = textMessage(from, body, Date.now());
    await this.deliver({ contacts: [contact(from)], messages: [message, message] });
    await this.deliver({ contacts: [contact(from)], messages: [message] });
  }

  async text(from: Customer, body: string): Promise<string> {
    const [id] = await this.texts(from, [body]);
    return id!;
  }

  /** Delivers messages of any type, in one body; what every message has is added. Answers their ids. */
  async messages(from: Customer, items: Record<string, unknown>[], at = Date.now()): Promise<string[]> {
    const timestamp = String(Math.floor(at / 1000));
    const messages = items.map((item) => ({ id: wamid(), from: from.phone, timestamp, ...item }));
    await this.deliver({ contacts: [contact(from)], messages });
    return messages.map(({ id }) => id);
  }

  /** Reports what became of a message of ours. */
  async status(id: string, to: Customer, status: Status): Promise<void> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    await this.deliver({ statuses: [{ id, status, timestamp, recipient_id: to.phone }] });
  }

  private async deliver(value: Record<string, unknown>): Promise<void> {
    const { headers, body } = signed(this.facts, value);
    const answer = await fetch(`${this.demo.inbox}${WEBHOOK}`, { method: "POST", headers, body });
    if (answer.status !== 200) throw new Error(`the webhook answered ${answer.status}: ${await answer.text()}`);
  }
}

/** Where Meta delivers to. */
export const WEBHOOK = "/webhooks/whatsapp";

/** One delivery with its signature, ready to be posted. */
export interface Delivery {
  headers: Record<string, string>;
  body: string;
}

/** A delivery of one text. `more` is what else Meta may say in it. */
export function signedText(facts: DemoFacts, from: Customer, body: string, more: Record<string, unknown> = {}): Delivery {
  return signed(facts, { contacts: [contact(from)], messages: [textMessage(from, body, Date.now())], ...more });
}

function signed(facts: DemoFacts, value: Record<string, unknown>): Delivery {
  const metadata = { display_phone_number: "551150000000", phone_number_id: facts.PHONE_NUMBER_ID };
  const change = { field: "messages", value: { messaging_product: "whatsapp", metadata, ...value } };
  const body = escaped({ object: "whatsapp_business_account", entry: [{ id: "100200300", changes: [change] }] });
  const signature = createHmac("sha256", facts.APP_SECRET).update(body).digest("hex");
  return { headers: { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` }, body };
}

const contact = ({ name, phone }: Customer) => ({ profile: { name }, wa_id: phone });

const textMessage = (from: Customer, body: string, at: number) => ({
  id: wamid(),
  from: from.phone,
  timestamp: String(Math.floor(at / 1000)),
  type: "text",
  text: { body },
});

/** JSON as Meta sends it: plain ASCII, everything else as `\uXXXX`. */
function escaped(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
