// When an identity token has to be replaced.

const SECOND = 1_000;
const LEAD_AT_LEAST_S = 30;
const LEAD_AT_MOST_S = 60;
const PAUSE_AT_LEAST_MS = 5 * SECOND;

/**
 * How long to wait before asking for the next token, in milliseconds; `undefined` if this one does not say when it ends.
 *
 * With a fifth of its life left, but 30 to 60 seconds before its end; a very short one at half its life. Where the visitor's clock is
 * plainly wrong, the token's own span counts.
 */
export function renewIn(token: string, nowMs = Date.now()): number | undefined {
  let claims: { iat?: unknown; exp?: unknown };
  try {
    claims = JSON.parse(atob((token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/")));
  } catch {
    return;
  }
  const { iat, exp } = claims ?? {};
  if (typeof exp !== "number") return;
  let left = exp - nowMs / SECOND;
  const span = typeof iat === "number" && iat < exp ? exp - iat : left;
  if (left <= 0 || left > span) left = span;
  const lead = Math.min(Math.max(span / 5, LEAD_AT_LEAST_S), LEAD_AT_MOST_S);
  return Math.max(PAUSE_AT_LEAST_MS, (left - Math.min(lead, left / 2)) * SECOND);
}
