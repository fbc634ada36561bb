import { randomInt } from "node:crypto";
import type { Demo } from "./demo.ts";

/** Digits of a phone that nobody has. */
export const newPhone = (): string => `5531${randomInt(1e8, 1e9)}`;

export interface Scanned {
  sessionId: string;
  /** The id of the number by which it is written to. */
  phoneNumberId: string;
}

/** What somebody does with their phone: types the code, or scans it. */
export async function scan(demo: Demo, code: { pairingCode: string; phone?: string }): Promise<Scanned> {
  const answer = await fetch(`${demo.inbox}/simulator/linked/scan`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(code),
  });
  if (!answer.ok) throw new Error(`the simulator answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Scanned;
}
