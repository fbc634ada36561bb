// One frame of the OnPilot dialect, and what is said to and heard from it.

import { inboxOrigin } from "../base.js";
import { tell } from "../callbacks.js";
import { createFrame } from "../frame.js";
import type { EmbedError } from "../options.js";
import type { Layout } from "./options.js";

const PREFIX = "onpilot:";
const BOOTSTRAP_MS = 250;
// Ten seconds of that, then more slowly: a frame that the browser refuses to show answers each with a line in the console.
const QUICK = 40;
const SLOW_MS = 2_000;

/** Tells the page's developer what to put right. */
export function fail(options: { onError?(error: EmbedError): void }, code: string, message: string) {
  console.error(`[OnPilot] ${code}: ${message}`);
  queueMicrotask(() => tell(options, "onError", { code, message }));
}

/** A frame and its wire. */
export interface Link {
  /** To be put into the page by the caller. */
  frame: HTMLIFrameElement;
  /** Says something, if the frame is ready. */
  say(type: string, data: unknown): void;
  /** The token is another one now. */
  renew(): void;
  /** Takes the frame out of the page. */
  stop(): void;
}

/** A new frame; `undefined`, and told, if the page did not say where the inbox is, or has no origin of its own. */
export function createLink(
  options: { baseUrl?: string | undefined; onError?(error: EmbedError): void },
  layout: Layout,
  token: () => string | undefined,
  hear: (type: string, data: Record<string, unknown>, link: Link) => void,
): Link | undefined {
  const origin = inboxOrigin(options.baseUrl);
  const page = location.origin;
  if (!origin) {
    fail(options, "BASE_URL_INVALID", "Pass baseUrl, as https://inbox.example.com: where the inbox lives.");
    return;
  }
  // A sandboxed page has an address, and no origin all the same.
  if (self.origin === "null") {
    fail(options, "PAGE_WITHOUT_ORIGIN", "Serve this page over https.");
    return;
  }
  const frame = createFrame("OnPilot Chat", "0");
  // The title is how hosts find the frame, and must not change. This is what people hear.
  frame.setAttribute("aria-label", "WhatsApp inbox");
  frame.src = `${origin}/?${new URLSearchParams({ dialect: "onpilot", parentOrigin: page, layout })}`;

  let ready = false;
  // Ready before the document's own load event.
  let ahead = false;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const post = (type: string, data: unknown) => frame.contentWindow?.postMessage({ type: PREFIX + type, data }, origin);
  const identify = () => post("identity_token", { token: token() });

  const rest = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  // The one message that counts before ready. It is repeated, since the program inside may begin to listen at any time.
  const bootstrap = () => {
    // A page may still be waiting for its own backend.
    if (token()) identify();
    if (++tries === QUICK) {
      fail(options, "FRAME_SILENT", `${origin} is not ready after 10 s. Check the token, the CSP, and that the inbox allows exactly ${page}.`);
    }
    timer = setTimeout(bootstrap, tries < QUICK ? BOOTSTRAP_MS : SLOW_MS);
  };
  const begin = () => {
    rest();
    tries = 0;
    bootstrap();
  };
  frame.onload = () => {
    if (!ahead) {
      ready = false;
      begin();
    }
    ahead = false;
  };

  const listen = ({ origin: from, source, data: message }: MessageEvent) => {
    if (from !== origin || source !== frame.contentWindow) return;
    const { type, data } = (message ?? {}) as { type?: unknown; data?: Record<string, unknown> };
    if (typeof type !== "string" || !type.startsWith(PREFIX)) return;
    const kind = type.slice(PREFIX.length);
    if (kind === "ready") {
      ahead = !timer && !ready;
      rest();
      ready = true;
    }
    hear(kind, data ?? {}, link);
  };
  addEventListener("message", listen);

  const link: Link = {
    frame,
    say: (type, data) => ready && post(type, data),
    renew() {
      if (ready) identify();
      else if (timer) begin();
    },
    stop() {
      removeEventListener("message", listen);
      rest();
      frame.remove();
    },
  };
  return link;
}
