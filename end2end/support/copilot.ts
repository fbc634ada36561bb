import { createHmac } from "node:crypto";
import type { Demo } from "./demo.ts";

/** An inbox as a page of the OnPilot dialect names it, and what its backend signs with. */
export interface Copilot {
  tenant: string;
  inbox: string;
  secret: string;
}

/** What follows `name=` in what a command printed. */
export function printed(text: string, name: string): string {
  const found = new RegExp(`^${name}=(.+)$`, "m").exec(text);
  if (!found) throw new Error(`the command did not print ${name}`);
  return found[1]!;
}

/** An inbox over one number, for pages of this origin. With `rotate`, of a tenant that may have shown its secret before: it does so once. */
export async function createCopilot(demo: Demo, tenant: string, number: string, origin: string, rotate = false): Promise<Copilot> {
  const made = await demo.command("inbox", "create", "--tenant", tenant, "--name", "Support", "--number", number, "--origin", origin);
  const secret = await demo.command("tenant", "embed-secret", "--tenant", tenant, ...(rotate ? ["--rotate"] : []));
  return { tenant, inbox: printed(made, "PILOT_INBOX_ID"), secret: printed(secret, "PILOT_EMBED_SECRET") };
}

/** An inbox over the demo's number, for pages of this origin. */
export async function copilotFor(demo: Demo, origin: string): Promise<Copilot> {
  // An installation that was moved has more than the demo's.
  const tenants = (await demo.command("tenant", "list")).trim().split("\n").map((line) => line.split(/\s/)[0]!);
  const theirs = await Promise.all(tenants.map((tenant) => demo.command("number", "list", "--tenant", tenant)));
  const tenant = tenants[theirs.findIndex((numbers) => numbers.includes(demo.facts.NUMBER_ID))]!;
  return createCopilot(demo, tenant, demo.facts.NUMBER_ID, origin, true);
}

/** What a customer's backend does: signs who its user is and which inbox to open. */
export function identityToken(copilot: Copilot, user: { id: string; name: string }, lifeSeconds = 3600): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (it: object) => Buffer.from(JSON.stringify(it)).toString("base64url");
  const claims = { iss: copilot.tenant, copilot_id: copilot.inbox, sub: user.id, name: user.name, iat: now, exp: now + lifeSeconds };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", copilot.secret).update(signed).digest("base64url")}`;
}
