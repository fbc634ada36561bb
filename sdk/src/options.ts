// What a page may say to the SDK, and what it hears back.

/** `system` follows the visitor's own setting. */
export type Theme = "light" | "dark" | "system";

/**
 * A BCP 47 tag. The inbox speaks English (`en`), Portuguese (`pt`), Spanish (`es`) and Arabic (`ar`, right to left); of a tag with a
 * region or a script (`es-MX`, `ar-EG`) the language counts, and English is what it falls back to.
 */
export type Locale = "en" | "pt" | "es" | "ar" | (string & {});

/** `fill` takes the target's height, `inline` the inbox's own. */
export type Mode = "inline" | "fill";

/** Stable codes of {@link EmbedError}. The inbox adds those of the server, such as `TOKEN_INVALID`. */
export type ErrorCode =
  | "TARGET_NOT_FOUND"
  | "TOKEN_MISSING"
  | "TOKEN_NOT_RENEWED"
  | "API_KEY_IN_BROWSER"
  | "BASE_URL_INVALID"
  | "PAGE_WITHOUT_ORIGIN"
  | "FRAME_BLOCKED"
  | "FRAME_SILENT"
  | "ARGUMENT_INVALID"
  | (string & {});

/** Something that the page's developer has to put right. */
export interface EmbedError {
  code: ErrorCode;
  /** What happened and what to do. */
  message: string;
}

/** Defaults for every later `mount` and `open`. */
export interface InitOptions {
  /** Where the inbox lives, as `https://host`. Default: the origin that served `embed.js`; the npm package has none. */
  baseUrl?: string;
}

/** The record that the page shows, so that the inbox can show it beside the conversation and find the matching one. */
export interface ContextRecord {
  /** What it is: `customer`, `deal`, `booking`. */
  type?: string;
  /** The page's own, stable id of it. */
  id?: string;
  name?: string;
  /** Where it is in your product; http or https. */
  url?: string;
  title?: string;
  /** What the card shows. */
  data?: Record<string, string | number | boolean | null>;
  /** In international form, with a plus. */
  phone?: string;
}

/** Which conversation to open: by its id, or by the phone of the person. */
export type ConversationTarget = string | { phone: string };

/** Asks your backend for an embed token. */
export type GetToken = () => string | Promise<string>;

/** What `chat.mount` takes beside the token. */
export interface ChatSettings {
  locale?: Locale;
  theme?: Theme;
  /** Default: a target with a height is filled, one without grows with the inbox. */
  mode?: Mode;
  /** As in {@link InitOptions}; for this inbox only. */
  baseUrl?: string;
  /** The inbox is there and has been given its token. */
  onReady?(): void;
  /** Unread messages over all numbers of the token: once at the start, then at each change. */
  onUnreadCount?(count: number): void;
  /** The operator opened a conversation. */
  onConversationOpened?(conversationId: string): void;
  /** The height that the inbox would like, in CSS pixels. */
  onResize?(height: number): void;
  /** The session is over and was not renewed. Called once: `destroy()`, then `mount` with a new token. */
  onSessionExpired?(): void | Promise<void>;
  /** Also written to the console. */
  onError?(error: EmbedError): void;
}

/** Options of `chat.mount`. One of `token` and `getToken` is needed. */
export type ChatOptions = ChatSettings &
  (
    | {
        /** The embed token that your backend got from `POST /v1/embed/sessions`. Never the API key. */
        token: string;
        /** Called whenever the inbox needs another token; then nobody sees the session end. */
        getToken?: GetToken;
      }
    | {
        token?: undefined;
        /** Called for the first token, and whenever the inbox needs another; then nobody sees the session end. */
        getToken: GetToken;
      }
  );

/** A mounted inbox. Calls before it is ready are held. After `destroy` every call does nothing. */
export interface ChatHandle {
  setTheme(theme: Theme): void;
  setLocale(locale: Locale): void;
  /** Opens a conversation, if the token reaches it. */
  openConversation(target: ConversationTarget): void;
  /** The record that the page shows now; `null` or `{}` for none. Replaces the one before. */
  setContext(record: ContextRecord | null): void;
  /** Takes the inbox out of the page, with all that listened for it. */
  destroy(): void;
}

/** Options of `connect.open` and `connect.mount`. */
export interface ConnectOptions {
  /** The pairing token: the last part of the `remotePairingUrl` that your backend got from `POST /v1/numbers/remote-pairing`. */
  token: string;
  /** As in {@link InitOptions}; for this page only. */
  baseUrl?: string;
  /** The number is connected. */
  onPaired?(result: { numberId?: string; redirectUrl?: string }): void;
  /** A mistake in the page (with a `code`), or what the connect page reports. */
  onError?(error: EmbedError): void;
  /** The link ended: make a new one. */
  onExpired?(): void;
  /** The person closed the window of `connect.open`. Not called by `destroy()`. */
  onClose?(): void;
}

/** A connect page. */
export interface ConnectHandle {
  /** Takes it out of the page, with all that listened for it. */
  destroy(): void;
}
