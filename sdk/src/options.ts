// What a page may say to the SDK, and what it hears back.

/** `system` follows the visitor's own setting. */
export type Theme = "light" | "dark" | "system";

/**
 * A BCP 47 tag. The inbox speaks English (`en`), Portuguese (`pt`), Spanish (`es`) and Arabic (`ar`, right to left); of a tag with a
 * region or a script (`es-MX`, `ar-EG`) the language counts, and English is what it falls back to.
 */
export type Locale = "en" | "pt" | "es" | "ar" | (string & {});

/** Stable codes of {@link EmbedError}. */
export type ErrorCode =
  | "TARGET_NOT_FOUND"
  | "TOKEN_MISSING"
  | "API_KEY_IN_BROWSER"
  | "BASE_URL_INVALID"
  | "PAGE_WITHOUT_ORIGIN"
  | "FRAME_SILENT";

/** Something that the page's developer has to put right. */
export interface EmbedError {
  code: ErrorCode;
  /** What happened and what to do, in English. */
  message: string;
}

/** Defaults for every later `mount`. */
export interface InitOptions {
  /** Where the inbox lives, as `https://host`. Default: the origin that served `embed.js`; the npm package has none. */
  baseUrl?: string;
}

/** Options of `chat.mount`. */
export interface ChatOptions {
  /** The embed token that your backend got from `POST /v1/embed/sessions`. Never the API key. */
  token: string;
  locale?: Locale;
  theme?: Theme;
  /** As in {@link InitOptions}; for this inbox only. */
  baseUrl?: string;
  /** The inbox is there and has been given its token. */
  onReady?(): void;
  /** Unread messages over all numbers of the token: once at the start, then at each change. */
  onUnreadCount?(count: number): void;
  /** The operator opened a conversation. */
  onConversationOpened?(conversationId: string): void;
  /** The session is over and cannot be renewed. Called once: `destroy()`, then `mount` with a new token. */
  onSessionExpired?(): void | Promise<void>;
  /** Also written to the console. */
  onError?(error: EmbedError): void;
}

/** A mounted inbox. After `destroy` every call does nothing. */
export interface ChatHandle {
  setTheme(theme: Theme): void;
  setLocale(locale: Locale): void;
  /** Takes the inbox out of the page, with all that listened for it. */
  destroy(): void;
}
