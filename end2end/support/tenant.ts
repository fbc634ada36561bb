import { randomInt } from "node:crypto";
import type { Demo } from "./demo.ts";
import { Meta } from "./meta.ts";
import { mint, type Operator, type Session } from "./tokens.ts";
import { type Copilot, createCopilot, printed } from "./copilot.ts";

/** A number of a tenant. */
export interface Line {
  id: string;
  /** Meta's id of it. */
  phoneNumberId: string;
  /** Meta's side of it. */
  meta: Meta;
}

/** Another workspace of the installation, made by its command line, with the simulator as its WhatsApp. */
export class Tenant {
  private constructor(
    private readonly demo: Demo,
    readonly id: string,
    /** A key for all of its numbers. */
    readonly key: string,
  ) {}

  static async create(demo: Demo, name: string): Promise<Tenant> {
    const id = printed(await demo.command("tenant", "create", "--name", name), "PILOT_TENANT_ID");
    const key = printed(await demo.command("key", "create", "--tenant", id), "PILOT_API_KEY");
    return new Tenant(demo, id, key);
  }

  /** Connects a number that the simulator answers for. */
  async connect(name: string): Promise<Line> {
    const { demo } = this;
    const phone = `5521${randomInt(1e8, 1e9)}`;
    const phoneNumberId = `${randomInt(1e14, 2e14)}`;
    const announced = await fetch(`${demo.inbox}/simulator/numbers`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ phoneNumberId, displayPhoneNumber: phone, verifiedName: name }),
    });
    if (announced.status !== 201) throw new Error(`the simulator answered ${announced.status}: ${await announced.text()}`);
    const meta = ["--phone-number-id", phoneNumberId, "--access-token", "anything", "--graph-base-url", `${demo.inbox}/simulator/graph/v25.0`];
    const added = await demo.command("number", "add", "--tenant", this.id, "--name", name, "--phone", phone, ...meta);
    return { id: printed(added, "PILOT_NUMBER_ID"), phoneNumberId, meta: new Meta(demo, { ...demo.facts, PHONE_NUMBER_ID: phoneNumberId }) };
  }

  /** What its backend does for a page of the Pilot Status dialect. */
  mint(line: Line, origin: string, ttlSeconds?: number, operator?: Operator): Promise<Session> {
    return mint(this.demo, [origin], ttlSeconds, { facts: { API_KEY: this.key, NUMBER_ID: line.id }, operator });
  }

  /** An inbox for pages of the OnPilot dialect. Once for each tenant: its secret is shown once. */
  copilot(line: Line, origin: string): Promise<Copilot> {
    return createCopilot(this.demo, this.id, line.id, origin);
  }
}
