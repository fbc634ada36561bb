import { expect } from "@playwright/test";
import type { Demo } from "./demo.ts";
import type { Customer, Status } from "./meta.ts";

/** A message that our server handed to the pretend Graph API. */
export interface SentMessage {
  id: string;
  to: string;
  text: string;
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
