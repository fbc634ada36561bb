import { createHmac } from "node:crypto";
import type { Demo } from "./demo.ts";

/** An inbox of the OnPilot dialect, and what a customer's backend signs for it. */
export interface Copilot {
  tenant: string;
  inbox: string;
  secret: string;
}

/** What a customer's backend does: signs who its user is and which inbox to open. */
export function identityToken(copilot: Copilot, user: { id: string; name: string }): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (it: object) => Buffer.from(JSON.stringify(it)).toString("base64url");
  const claims = { iss: copilot.tenant, copilot_id: copilot.inbox, sub: user.id, name: user.name, iat: now, exp: now + 3600 };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", copilot.secret).update(signed).digest("base64url")}`;
}

/** An inbox over the demo's number, for pages of this origin. */
export async function copilotFor(demo: Demo, origin: string): Promise<Copilot> {
  // An installation that was moved has more than the demo's.
  const tenants = (await demo.command("tenant", "list")).trim().split("\n").map((line) => line.split(/\s/)[0]!);
  const theirs = await Promise.all(tenants.map((tenant) => demo.command("number", "list", "--tenant", tenant)));
  const tenant = tenants[theirs.findIndex((numbers) => numbers.includes(demo.facts.NUMBER_ID))]!;
  const made = await demo.command("inbox", "create", "--tenant", tenant, "--name", "Support", "--number", demo.facts.NUMBER_ID, "--origin", origin);
  // A workspace shows its secret once: another test may have seen it.
  const secret = await demo.command("tenant", "embed-secret", "--tenant", tenant, "--rotate");
  const value = (text: string, name: string) => new RegExp(`^${name}=(.+)$`, "m").exec(text)![1]!;
  return { tenant, inbox: value(made, "PILOT_INBOX_ID"), secret: value(secret, "PILOT_EMBED_SECRET") };
}
