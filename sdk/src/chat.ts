// One mounted inbox: its frame, its token, its conversation with the inbox inside.

import { createFrame, fitHeight, isHeight } from "./frame.js";
import type { ChatHandle, ChatOptions } from "./options.js";
import { type Envelope, seal } from "./protocol.js";
import { fail, findOrigin, findTarget, isText, occupy, tell, tokenFault, watch } from "./surface.js";

const MINT = "Get one in your backend from POST /v1/embed/sessions.";
/** What the inbox asks for where the page leaves the height open, in CSS pixels. */
const HEIGHT = 640;
const RETRY_MS = 1_000;
const RETRY_AT_MOST_MS = 30_000;

/**
 * Puts the inbox into `target`. It fills the target; a target without a height of its own gets the inbox's.
 *
 * Never throws: a mistake is written to the console, told to `onError`, and the handle then does nothing.
 */
export function mount(target: string | Element, given: ChatOptions): ChatHandle {
  const options = given ?? {};
  let { token, locale, theme } = options as { token?: string; locale?: string; theme?: string };
  let live = false;
  let ready = false;
  let begun = false;
  let expired = false;
  let stop = () => {};
  let retry: ReturnType<typeof setTimeout> | undefined;
  let asking: Promise<boolean> | undefined;
  let context: Envelope | undefined;
  const held: Envelope[] = [];

  const post = (message: Envelope) => frame.contentWindow?.postMessage(message, origin!);
  const send = (type: string, payload: object) => {
    const message = live ? seal(type, payload) : undefined;
    if (message) {
      if (ready) post(message);
      else held.push(message);
    } else if (live) {
      fail(options, "ARGUMENT_INVALID", `${type}: pass plain data, up to 64 kB.`);
    }
    return message;
  };
  const handle: ChatHandle = {
    setTheme: (value) => void send("set-theme", { theme: (theme = value) }),
    setLocale: (value) => void send("set-locale", { locale: (locale = value) }),
    openConversation: (it) => void send("open-conversation", isText(it) ? { conversationId: it } : { phone: it?.phone }),
    setContext: (record) => void (context = send("set-context", { context: record ?? {} }) ?? context),
    destroy() {
      live = false;
      clearTimeout(retry);
      stop();
    },
  };

  const element = findTarget(target, options);
  if (!element) return handle;
  const fault = typeof options.getToken === "function" && token == null ? undefined : tokenFault(token, "options.token", MINT);
  if (fault) {
    fail(options, ...fault);
    return handle;
  }
  const origin = findOrigin(options);
  if (!origin) return handle;

  const opening = { locale, theme };
  const query = new URLSearchParams({ parentOrigin: location.origin });
  if (locale) query.set("locale", locale);
  if (theme) query.set("theme", theme);
  const frame = createFrame("WhatsApp inbox", options.mode === "fill" ? "0" : "400px");

  // One call at a time: a page whose backend is slow is not asked twice. Answers whether there is a new token.
  const renew = () =>
    (asking ??= (async () => {
      try {
        const fresh = await options.getToken!();
        const wrong = tokenFault(fresh, "What getToken() answers", MINT);
        if (wrong) throw Error(wrong[1]);
        token = fresh;
        return true;
      } catch (error) {
        if (live) fail(options, "TOKEN_NOT_RENEWED", `getToken() failed: ${(error as Error | undefined)?.message}`);
        return false;
      } finally {
        asking = undefined;
      }
    })());

  // Until there is one, also past the end of the session: the inbox goes on with a token that comes late.
  const insist = async (use: () => void, pause = RETRY_MS) => {
    clearTimeout(retry);
    const renewed = await renew();
    clearTimeout(retry);
    if (!live) return;
    if (renewed) use();
    else retry = setTimeout(insist, pause, use, Math.min(2 * pause, RETRY_AT_MOST_MS));
  };

  const begin = async () => {
    const first = !begun;
    begun = true;
    // The frame says "ready" again after it was reloaded; it then starts with what holds now, the token too.
    ready = false;
    if (!first && options.getToken) await renew();
    if (!live) return;
    ready = true;
    post(seal("init", { token, ...(first ? opening : { locale, theme }), ...(options.getToken && { renews: true }) })!);
    if (!first && context) post(context);
    held.splice(0).forEach(post);
    if (first) tell(options, "onReady");
  };

  const hear = async (type: string, { height, count, conversationId }: Record<string, unknown>) => {
    if (type === "ready") await begin();
    else if (type === "resize" && isHeight(height)) {
      fitHeight(element, frame, height, options.mode);
      tell(options, "onResize", height);
    } else if (type === "chat:unread-count" && typeof count === "number") tell(options, "onUnreadCount", count);
    else if (type === "chat:conversation-opened" && isText(conversationId)) {
      tell(options, "onConversationOpened", conversationId);
    } else if (type === "token-needed" && options.getToken) {
      await insist(() => {
        expired = false;
        send("renew", { token });
      });
    } else if (type === "session-expired" && !expired) {
      expired = true;
      tell(options, "onSessionExpired");
    }
  };

  // Not before there is a token: until a session names this page's origin, the browser is told not to show the frame.
  const start = () => {
    frame.src = `${origin}/?${query}`;
    const unwatch = watch(frame, origin, options, `the token's allowedOrigins contain exactly ${location.origin}`, hear);
    const leave = stop;
    stop = () => {
      unwatch();
      leave();
    };
  };
  live = true;
  const vacate = occupy(element, handle);
  stop = () => {
    frame.remove();
    vacate();
  };
  if (token) start();
  else void insist(start);
  // Without an address it is empty, but has its place already: nothing jumps when the token comes, nor when the inbox says what it would like.
  element.append(frame);
  fitHeight(element, frame, HEIGHT, options.mode);
  return handle;
}
