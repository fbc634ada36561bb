// What a page may say in the OnPilot dialect, and what it hears back.

import type { EmbedError, Theme } from "../options.js";

/** `bubble` floats with a launcher, `sidebar` is docked, `inline` stands in the page, `panel` is the chat alone in the page's own container. */
export type Layout = "bubble" | "sidebar" | "inline" | "panel";

/** The record that the page shows. */
export interface CopilotContext {
  recordType?: string;
  recordId?: string;
  recordName?: string;
  recordData?: Record<string, unknown>;
  url?: string;
  title?: string;
}

/** A message that arrived while the chat was there. */
export interface CopilotMessage {
  id: string;
  content: string;
  [more: string]: unknown;
}

/** What the page tells the chat, and what it wants to hear. */
export interface OnPilotOptions {
  /** Where the inbox lives. Default: what `init({ baseUrl })` was told. */
  baseUrl?: string | undefined;
  /** A signed identity token. It is not renewed: the chat ends with it. */
  identityToken?: string | undefined;
  /** Asked for a token at the start, and again before each one ends. */
  identityTokenProvider?: (() => string | Promise<string>) | undefined;
  /** The chat has its session. Once. */
  onReady?(): void;
  onMessage?(message: CopilotMessage): void;
  /** The person closed the chat; it is hidden already. */
  onClose?(): void;
  /** A mistake in the page; also written to the console. */
  onError?(error: EmbedError): void;
}

/** What the host can say at any time. Before the chat is ready it is held; after a reload of its frame it is said again. */
export interface HostMessages {
  user_context: object;
  page_context: object;
  context: object;
  theme_update: { theme: Theme };
  "smart-suggestions": { suggestions: readonly string[] };
  "ui-flags": Record<string, boolean>;
}
