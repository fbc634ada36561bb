// The envelope that crosses the frame's border, in both directions.

const SOURCE = "pilot-status-embed";
const VERSION = 1;

/** A message between the page and the inbox. */
export interface Envelope {
  type: string;
  payload: Record<string, unknown>;
}

/** Wraps a message for the inbox. */
export const seal = (type: string, payload: object) => ({ source: SOURCE, v: VERSION, type, payload });

/** Reads what arrived; `undefined` when it is not ours. A missing payload is an empty one. */
export function unseal(data: unknown): Envelope | undefined {
  const it = data as { source?: unknown; v?: unknown; type?: unknown; payload?: unknown } | null;
  if (typeof it !== "object" || !it || it.source !== SOURCE || it.v !== VERSION || typeof it.type !== "string") return;
  const { type, payload } = it;
  return { type, payload: (typeof payload === "object" && payload ? payload : {}) as Record<string, unknown> };
}
