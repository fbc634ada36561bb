// One mounted inbox: its frame, its listener, its conversation with the inbox inside.

import { inboxOrigin } from "./base.js";
import { createFrame, fitHeight } from "./frame.js";
import type { ChatHandle, ChatOptions, ErrorCode, Locale, Theme } from "./options.js";
import { seal, unseal } from "./protocol.js";

const SILENCE_MS = 10_000;
const MINT = "Your backend gets one from POST /v1/embed/sessions and hands only that to the page.";

// A second mount on an element takes the place of the first, so that a component that renders twice shows one inbox.
const mounted = new WeakMap<Element, ChatHandle>();

/**
 * Puts the inbox into `target`. It fills the target; a target without a height of its own gets the inbox's.
 *
 * Never throws: a mistake is written to the console, told to `onError`, and the handle then does nothing.
 */
export function mount(target: string | Element, options: ChatOptions): ChatHandle {
  let live = true;
  let stop = () => {};
  let post: ((type: string, payload: object) => void) | undefined;
  const held: [type: string, payload: object][] = [];
  const { token, onError } = options ?? {};
  let { locale, theme } = options ?? {};

  const send = (type: string, payload: object) => {
    if (!live) return;
    if (post) post(type, payload);
    else held.push([type, payload]);
  };
  const handle: ChatHandle = {
    setTheme: (value: Theme) => send("set-theme", { theme: (theme = value) }),
    setLocale: (value: Locale) => send("set-locale", { locale: (locale = value) }),
    destroy() {
      live = false;
      stop();
    },
  };
  const fail = (code: ErrorCode, message: string) => {
    console.error(`[PilotStatus] ${code}: ${message}`);
    // Later, so that the page has the handle by then, as it has in every other callback.
    queueMicrotask(() => onError?.({ code, message }));
    return handle;
  };

  const element = find(target);
  const origin = inboxOrigin(options?.baseUrl);
  const page = location.origin;
  if (!element) {
    return fail("TARGET_NOT_FOUND", `mount() found no element for ${String(target)}. Call it after the element is in the page.`);
  }
  if (typeof token !== "string" || !token) {
    return fail("TOKEN_MISSING", `mount() needs options.token as a string, got ${token === "" ? "an empty one" : typeof token}. ${MINT}`);
  }
  if (token.startsWith("ps_")) {
    return fail("API_KEY_IN_BROWSER", `options.token is an API key. Revoke it: everyone who opened this page can read it. ${MINT}`);
  }
  if (!origin) {
    return fail("BASE_URL_INVALID", "Pass baseUrl, as https://inbox.example.com, to init() or mount(): where the inbox lives.");
  }
  if (page === "null") {
    return fail("PAGE_WITHOUT_ORIGIN", "This page has no origin (a file, or a sandboxed frame). Serve it over http or https.");
  }

  mounted.get(element)?.destroy();
  mounted.set(element, handle);
  const opening = { locale, theme };
  const frame = createFrame(origin, locale, theme);
  const silence = setTimeout(
    () =>
      fail(
        "FRAME_SILENT",
        `The inbox at ${origin} has been silent for 10 s. Check that the token's allowedOrigins contain exactly ${page}, ` +
          `that this page's CSP allows frame-src ${origin}, and that the inbox runs there.`,
      ),
    SILENCE_MS,
  );
  let expired = false;

  const listen = ({ origin: from, source, data }: MessageEvent) => {
    const message = from === origin && source === frame.contentWindow && unseal(data);
    if (!message) return;
    const { type, payload } = message;
    if (type === "ready") {
      clearTimeout(silence);
      const first = !post;
      post = (kind, body) => frame.contentWindow?.postMessage(seal(kind, body), origin);
      // The frame says "ready" again after it was reloaded; it then starts with what holds now.
      post("init", { token, ...(first ? opening : { locale, theme }) });
      for (const [kind, body] of held.splice(0)) post(kind, body);
      if (first) options.onReady?.();
    } else if (type === "resize") {
      fitHeight(element, frame, payload.height);
    } else if (type === "chat:unread-count") {
      if (typeof payload.count === "number") options.onUnreadCount?.(payload.count);
    } else if (type === "chat:conversation-opened") {
      if (typeof payload.conversationId === "string") options.onConversationOpened?.(payload.conversationId);
    } else if (type === "session-expired" && !expired) {
      expired = true;
      void options.onSessionExpired?.();
    }
  };
  addEventListener("message", listen);
  stop = () => {
    removeEventListener("message", listen);
    clearTimeout(silence);
    frame.remove();
    if (mounted.get(element) === handle) mounted.delete(element);
  };
  element.append(frame);
  return handle;
}

function find(target: string | Element): Element | null {
  if (typeof target !== "string") return target instanceof Element ? target : null;
  try {
    return document.querySelector(target);
  } catch {
    return null; // Not a selector: told in the same words as one that finds nothing.
  }
}
