import type { Demo, DemoFacts } from "./demo.ts";

export interface Session {
  id: string;
  token: string;
  expiresAt: string;
}

/** Who is at work, as the customer's own system knows them. */
export interface Operator {
  id: string;
  name: string;
  role?: "admin" | "operator" | "read-only";
}

/** What a token is asked for beside its origins and its life. */
export interface Asked {
  /** Whose key, for which number. */
  facts?: Pick<DemoFacts, "API_KEY" | "NUMBER_ID">;
  brandingOverride?: Readonly<Record<string, unknown>> | undefined;
  /** The numbers, where it is more than the one of `facts`. */
  numbers?: string[] | undefined;
  operator?: Operator | undefined;
}

/** What a customer's backend does: trades the API key for a token that `origins` may use. */
export async function mint(
  demo: Demo,
  origins: string[],
  ttlSeconds?: number,
  { facts = demo.facts, numbers = [facts.NUMBER_ID], brandingOverride, operator }: Asked = {},
): Promise<Session> {
  const answer = await fetch(`${demo.inbox}/v1/embed/sessions`, {
    method: "POST",
    headers: { "x-api-key": facts.API_KEY, "content-type": "application/json" },
    body: JSON.stringify({
      surface: "chat",
      whatsappNumberIds: numbers,
      allowedOrigins: origins,
      ...(ttlSeconds !== undefined && { ttlSeconds }),
      ...(brandingOverride && { brandingOverride }),
      ...(operator && { operator }),
    }),
  });
  if (answer.status !== 201) throw new Error(`POST /v1/embed/sessions answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Session;
}
