// The iframe.

import type { Mode } from "./options.js";

/** What a frame of the inbox may do. Without its own origin nobody could trust its messages. */
export const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups";

/**
 * Styles an element, `name:value;name:value`.
 *
 * Property by property: a host page's CSP may forbid a style attribute, and what sets it whole.
 */
export function dress({ style }: HTMLElement, css: string) {
  for (const rule of css.split(";")) {
    const [name, value] = rule.split(":") as [string, string];
    style.setProperty(name, value);
  }
}

/** An iframe as wide as its container, without an address yet. */
export function createFrame(title: string, minHeight: string, sandbox = SANDBOX): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.setAttribute("sandbox", sandbox);
  // The microphone is for voice messages. The browser still asks the reader, and a page that may not use it cannot pass it on.
  frame.allow = "clipboard-write; microphone";
  // The host page's path may name a customer; its origin is all that we need.
  frame.referrerPolicy = "origin";
  dress(frame, `display:block;width:100%;height:100%;border:0;min-height:${minHeight}`);
  return frame;
}

/** Whether it is a height in CSS pixels that a frame can have. */
export const isHeight = (height: unknown): height is number => typeof height === "number" && height > 0 && height < 1e5;

/**
 * Follows the inbox's own height, in CSS pixels.
 *
 * Without a mode only where the page left the height open: a target with a height is filled.
 */
export function fitHeight(target: Element, frame: HTMLIFrameElement, height: number, mode?: Mode) {
  const { style } = frame;
  const before = style.height;
  const room = target.clientHeight;
  let grows = mode === "inline";
  if (mode === "fill") return;
  if (!grows) {
    // Does the target grow with its content? Asked by growing, since shrinking could move the page's scroll position.
    style.height = `${Math.max(room, frame.offsetHeight) + 9}px`;
    grows = target.clientHeight > room;
  }
  // A hidden target measures 0 and tells nothing.
  style.height = grows ? `${height}px` : room ? "100%" : before;
}
