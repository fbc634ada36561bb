// What the chat and the connect page have in common: where they go, what must be right before, and how they are listened to.

import { inboxOrigin } from "./base.js";
import { fail, tell } from "./callbacks.js";
import type { EmbedError, ErrorCode } from "./options.js";
import { unseal } from "./protocol.js";

const SILENCE_MS = 10_000;

interface Common {
  baseUrl?: string;
  onError?(error: EmbedError): void;
}

// A second mount on an element takes the place of the first, so that a component that renders twice shows one inbox.
const mounted = new WeakMap<Element, { destroy(): void }>();

/** Whether it is a text. */
export const isText = (it: unknown): it is string => typeof it === "string";

/** Makes `handle` the one that lives in `element`; what it answers takes it out again. */
export function occupy(element: Element, handle: { destroy(): void }): () => void {
  mounted.get(element)?.destroy();
  mounted.set(element, handle);
  return () => {
    if (mounted.get(element) === handle) mounted.delete(element);
  };
}

/** The element that a page means; `undefined`, and told, if there is none. */
export function findTarget(target: string | Element, options: Common): Element | undefined {
  let found: Element | null = null;
  try {
    found = isText(target) ? document.querySelector(target) : target instanceof Element ? target : null;
  } catch {
    // Not a selector: told in the same words as one that finds nothing.
  }
  if (found) return found;
  fail(options, "TARGET_NOT_FOUND", `No element for ${isText(target) ? target : typeof target}. Call mount() once it is in the page.`);
  return;
}

/** What is wrong with a token, if anything can be seen from here. */
export function tokenFault(token: unknown, name: string, source: string): [ErrorCode, string] | undefined {
  if (!isText(token) || !token) {
    return ["TOKEN_MISSING", `${name} must be a string, got ${token === "" ? "an empty one" : typeof token}. ${source}`];
  }
  if (token.startsWith("ps_")) {
    return ["API_KEY_IN_BROWSER", `${name} is an API key. Revoke it: every visitor can read it. ${source}`];
  }
  return;
}

/** The inbox's origin; `undefined`, and told, if the page did not say where that is or has no origin of its own. */
export function findOrigin(options: Common): string | undefined {
  // The address of a sandboxed page has an origin that the page itself has not: `self.origin` knows, `location.origin` does not.
  const origin = inboxOrigin(options.baseUrl);
  if (!origin) {
    fail(options, "BASE_URL_INVALID", "Pass baseUrl, as https://inbox.example.com.");
  } else if (self.origin === "null") {
    fail(options, "PAGE_WITHOUT_ORIGIN", "Serve it over https, in no sandboxed frame.");
  } else return origin;
  return;
}

/**
 * Listens to a frame that is about to load, and tells the page if it stays silent or is blocked. The answer stops it.
 *
 * Heard is only the frame's own window, at the inbox's origin, in our envelope.
 */
export function watch(
  frame: HTMLIFrameElement,
  origin: string,
  options: Common,
  hint: string,
  hear: (type: string, payload: Record<string, unknown>) => void,
): () => void {
  const listen = ({ origin: from, source, data }: MessageEvent) => {
    const message = from === origin && source === frame.contentWindow && unseal(data);
    if (!message) return;
    answered();
    const { type, payload } = message;
    if (type === "error") {
      if (isText(payload.code) && isText(payload.message)) {
        fail(options, payload.code.slice(0, 64), payload.message.slice(0, 999));
      }
    } else hear(type, payload);
  };
  const violated = ({ disposition, effectiveDirective, blockedURI }: SecurityPolicyViolationEvent) => {
    if (disposition === "report" || !/^(frame|child)-src/.test(effectiveDirective) || inboxOrigin(blockedURI) !== origin) return;
    answered();
    fail(options, "FRAME_BLOCKED", `This page's CSP forbids the frame. Add: frame-src ${origin}`);
  };
  const answered = () => {
    clearTimeout(silence);
    removeEventListener("securitypolicyviolation", violated);
  };
  const silence = setTimeout(
    () => fail(options, "FRAME_SILENT", `${origin} has been silent for 10 s. Check that ${hint}, and that it runs.`),
    SILENCE_MS,
  );
  addEventListener("securitypolicyviolation", violated);
  addEventListener("message", listen);
  return () => {
    answered();
    removeEventListener("message", listen);
  };
}

export { fail, tell };
