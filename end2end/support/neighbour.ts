import { expect } from "@playwright/test";
import type { Demo } from "./demo.ts";
import type { Customer } from "./meta.ts";
import { type Line, Tenant } from "./tenant.ts";
import type { Session } from "./tokens.ts";

/** Another tenant with one number, whose things are to be reached for. */
export class Neighbour {
  private constructor(
    private readonly demo: Demo,
    private readonly tenant: Tenant,
    private readonly line: Line,
  ) {}

  static async move(demo: Demo): Promise<Neighbour> {
    const tenant = await Tenant.create(demo, "Neighbour");
    return new Neighbour(demo, tenant, await tenant.connect("Next door"));
  }

  /** A customer writes to the neighbour. */
  async hears(from: Customer, text: string): Promise<void> {
    await this.line.meta.text(from, text);
  }

  mint(origin: string): Promise<Session> {
    return this.tenant.mint(this.line, origin);
  }

  /** The id of the first conversation, as its own session gets it. */
  async conversation(origin: string): Promise<string> {
    const { token } = await this.mint(origin);
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
