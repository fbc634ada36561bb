import { expect } from "@playwright/test";
import type { Demo } from "./demo.ts";
import type { Customer, Status } from "./meta.ts";

/** A message that our server handed to the pretend Graph API. */
export interface SentMessage {
  id: string;
  to: string;
  text: string;
  type: string;
  body: Record<string, { id?: string; caption?: string; filename?: string; voice?: boolean } | undefined>;
}

/** A message with a file, as it reached the pretend Graph API. */
export interface SentMedia {
  kind: string;
  /** The simulator's id of the file. */
  media: string;
  caption: string | undefined;
  fileName: string | undefined;
  voice: boolean | undefined;
}

/** The pretend WhatsApp behind the demo, by its HTTP API. */
export class Simulator {
  constructor(private readonly demo: Demo) {}

  /** Changes how the pretend WhatsApp behaves, until the end of the test. */
  async behave(patch: Record<string, unknown>): Promise<void> {
    await this.call("PUT", "behaviour", patch);
  }

  /** Statuses come only when a test reports them. */
  async holdStatuses(): Promise<void> {
    await this.behave({ delayMs: { sent: 600_000, delivered: 600_000, read: 600_000 } });
  }

  async calm(): Promise<void> {
    await this.call("DELETE", "behaviour");
  }

  /** The texts that reached the pretend Graph API for one customer, in their order. */
  async sentTo(customer: Customer): Promise<SentMessage[]> {
    const { items } = (await this.call("GET", `sent?to=${customer.phone}`)) as { items: SentMessage[] };
    return items;
  }

  /** Waits until exactly one such text reached the pretend Graph API. */
  async received(customer: Customer, text: string): Promise<SentMessage> {
    let matching: SentMessage[] = [];
    await expect(async () => {
      matching = (await this.sentTo(customer)).filter((it) => it.text === text);
      expect(matching).toHaveLength(1);
    }).toPass({ timeout: 8_000, intervals: [50] });
    return matching[0]!;
  }

  /** Waits until exactly so many messages reached the customer, all with files. */
  async sentMedia(customer: Customer, count: number): Promise<SentMedia[]> {
    let sent: SentMessage[] = [];
    await expect(async () => {
      sent = await this.sentTo(customer);
      expect(sent).toHaveLength(count);
    }).toPass({ timeout: 20_000, intervals: [50] });
    return sent.map(({ type, body }) => {
      const { id, caption, filename, voice } = body[type] ?? {};
      return { kind: type, media: id ?? "", caption, fileName: filename, voice };
    });
  }

  /** A file that the product uploaded. */
  async file(id: string): Promise<{ bytes: Buffer; mime: string }> {
    const answer = await fetch(`${this.demo.inbox}/simulator/media/${encodeURIComponent(id)}`);
    if (!answer.ok) throw new Error(`file ${id}: ${answer.status}`);
    return { bytes: Buffer.from(await answer.arrayBuffer()), mime: answer.headers.get("content-type") ?? "" };
  }

  /** Its bytes. */
  async bytes(id: string): Promise<Buffer> {
    return (await this.file(id)).bytes;
  }

  /** Reports what became of a message, over a signed webhook; `code` is Meta's, of a failure. */
  async report(message: SentMessage, status: Status, code?: number): Promise<void> {
    await this.call("POST", `sent/${encodeURIComponent(message.id)}/status`, { status, ...(code !== undefined && { code }) });
  }

  /** Any call of its API. */
  async post(path: string, body: Record<string, unknown>): Promise<{ id: string }> {
    return (await this.call("POST", path, body)) as { id: string };
  }

  private async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.demo.inbox}/simulator/${path}`, {
      method,
      ...(body !== undefined && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} /simulator/${path} answered ${answer.status}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}
