import { expect } from "@playwright/test";
import type { Demo } from "./demo.ts";
import { type Customer, WEBHOOK, signedText } from "./meta.ts";
import type { Session } from "./tokens.ts";

let made = 0;

/** Another tenant of the same installation, with a number and a key of its own. */
export class Neighbour {
  private constructor(
    private readonly demo: Demo,
    readonly tenant: string,
    readonly number: string,
    private readonly phoneNumberId: string,
    private readonly key: string,
  ) {}

  static async move(demo: Demo): Promise<Neighbour> {
    const value = (text: string, name: string) => new RegExp(`^${name}=(.+)$`, "m").exec(text)![1]!;
    // Of this process and this call: several workers may share one database.
    const phoneNumberId = `9${process.pid}${String(Date.now()).slice(-6)}${(made += 1)}`;
    const tenant = value(await demo.command("tenant", "create", "--name", "Neighbour"), "PILOT_TENANT_ID");
    const added = await demo.command(
      ...["number", "add", "--tenant", tenant, "--name", "Next door", "--phone", `5521${phoneNumberId.slice(-9)}`],
      ...["--phone-number-id", phoneNumberId, "--access-token", "a-token", "--graph-base-url", `${demo.inbox}/simulator/graph/v25.0`],
    );
    const key = value(await demo.command("key", "create", "--tenant", tenant), "PILOT_API_KEY");
    return new Neighbour(demo, tenant, value(added, "PILOT_NUMBER_ID"), phoneNumberId, key);
  }

  /** A customer writes to the neighbour. */
  async hears(from: Customer, text: string): Promise<void> {
    const { headers, body } = signedText({ ...this.demo.facts, PHONE_NUMBER_ID: this.phoneNumberId }, from, text);
    const answer = await fetch(`${this.demo.inbox}${WEBHOOK}`, { method: "POST", headers, body });
    expect(answer.status, await answer.text()).toBe(200);
  }

  async mint(origins: string[]): Promise<Session> {
    const answer = await fetch(`${this.demo.inbox}/v1/embed/sessions`, {
      method: "POST",
      headers: { "x-api-key": this.key, "content-type": "application/json" },
      body: JSON.stringify({ surface: "chat", whatsappNumberIds: [this.number], allowedOrigins: origins }),
    });
    expect(answer.status).toBe(201);
    return (await answer.json()) as Session;
  }

  /** The id of the first conversation, as its own session gets it. */
  async conversation(origin: string): Promise<string> {
    const { token } = await this.mint([origin]);
    const answer = await fetch(`${this.demo.inbox}/api/bootstrap`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "x-parent-origin": origin, "content-type": "application/json" },
      body: JSON.stringify({ parent_origin: origin, open: null }),
    });
    expect(answer.status).toBe(200);
    const { conversations } = (await answer.json()) as { conversations: { items: { id: string }[] } };
    return conversations.items[0]!.id;
  }
}
