import { randomUUID } from "node:crypto";
import { expect } from "@playwright/test";
import type { Demo } from "./demo.ts";

/** A message as the inbox's own functions answer it; more is in it. */
export interface StoredMessage {
  id: string;
  kind: string;
  direction: "INBOUND" | "OUTBOUND";
  text?: string;
  content?: { media?: { id: string; state: "PENDING" | "READY" | "FAILED" } };
}

/** What a page does with its token, without a page. */
export interface Api {
  conversationOf(name: string): Promise<string>;
  messages(conversation: string): Promise<StoredMessage[]>;
  /** Uploads one of the simulator's example files; answers our id of it. */
  upload(conversation: string, kind: string, example: string, mime: string, name: string): Promise<string>;
  send(conversation: string, draft: Record<string, unknown>): Promise<StoredMessage>;
  /** Waits until the number's templates have been fetched. */
  templates(number: string): Promise<void>;
  react(message: string, emoji: string): Promise<void>;
}

export function apiOf(demo: Demo, origin: string, token: string): Api {
  const credentials = { authorization: `Bearer ${token}`, "x-parent-origin": origin };

  async function post(path: string, headers: Record<string, string>, body: BodyInit): Promise<any> {
    const answer = await fetch(`${demo.inbox}${path}`, { method: "POST", headers: { ...credentials, ...headers }, body });
    const text = await answer.text();
    expect(answer.ok, `${path} answered ${answer.status}: ${text}`).toBe(true);
    return JSON.parse(text);
  }
  const call = (name: string, args: unknown) => post(`/api/${name}`, { "content-type": "application/json" }, JSON.stringify(args));

  return {
    async conversationOf(name) {
      const { items } = await call("conversations/list", { page: { limit: 50 } });
      return items.find((it: any) => it.contact.name === name).id;
    },
    async messages(conversation) {
      return (await call("messages/list", { conversation_id: conversation, page: { limit: 100 } })).items;
    },
    async upload(conversation, kind, example, mime, name) {
      const file = await fetch(`${demo.inbox}/simulator/media/${example}`);
      const headers = { "content-type": mime, "x-file-name": encodeURIComponent(name) };
      const { id } = await post(`/api/media?conversation=${conversation}&kind=${kind}`, headers, Buffer.from(await file.arrayBuffer()));
      return id;
    },
    send: (conversation, draft) => call("messages/send_draft", { conversation_id: conversation, client_id: randomUUID(), draft }),
    async templates(number) {
      const list = () => call("templates/list", { number_id: number, query: "", language: null });
      await expect.poll(async () => (await list()).length, { timeout: 20_000 }).toBeGreaterThan(0);
    },
    async react(message, emoji) {
      await call("messages/react", { message_id: message, emoji });
    },
  };
}
