// The envelope that crosses the frame's border, in both directions.

const SOURCE = "pilot-status-embed";
const VERSION = 1;
// Characters of a whole message. A context is a card with a few fields; a page that hands over its database gets told so.
const LIMIT = 65_536;

/** A message between the page and the inbox. */
export interface Envelope {
  type: string;
  payload: Record<string, unknown>;
}

/**
 * Wraps a message for the inbox; `undefined` if it cannot be said or is too long.
 *
 * What goes out is a copy as JSON: taken now, so that a later change of the page's object does not slip in, and without what
 * `postMessage` refuses (functions, elements, the proxies of Vue).
 */
export function seal(type: string, payload: object): Envelope | undefined {
  try {
    const text = JSON.stringify({ source: SOURCE, v: VERSION, type, payload });
    return text.length > LIMIT ? undefined : JSON.parse(text);
  } catch {
    return undefined; // A cycle, a BigInt, a toJSON that throws.
  }
}

/** Reads what arrived; `undefined` when it is not ours. A missing payload is an empty one. */
export function unseal(data: unknown): Envelope | undefined {
  const it = data as { source?: unknown; v?: unknown; type?: unknown; payload?: unknown } | null;
  if (typeof it !== "object" || !it || it.source !== SOURCE || it.v !== VERSION || typeof it.type !== "string") return;
  const { type, payload } = it;
  return { type, payload: (typeof payload === "object" && payload ? payload : {}) as Record<string, unknown> };
}
