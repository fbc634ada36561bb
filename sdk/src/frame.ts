// The iframe: made without a token in it, since a URL ends up in logs and histories.

/** An iframe that fills `target`. */
export function createFrame(origin: string, locale?: string, theme?: string): HTMLIFrameElement {
  const query = new URLSearchParams({ parentOrigin: location.origin });
  if (locale) query.set("locale", locale);
  if (theme) query.set("theme", theme);
  const frame = document.createElement("iframe");
  frame.title = "WhatsApp inbox";
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups");
  frame.allow = "clipboard-write";
  // The host page's path may name a customer; its origin is all that we need.
  frame.referrerPolicy = "origin";
  // Property by property: a host page's CSP may forbid a style attribute.
  Object.assign(frame.style, { display: "block", width: "100%", height: "100%", minHeight: "400px", border: "0" });
  frame.src = `${origin}/?${query}`;
  return frame;
}

/** Follows the inbox's own height, in CSS pixels, but only where the page left the height open: a target with a height is filled. */
export function fitHeight(target: Element, frame: HTMLIFrameElement, height: unknown) {
  if (typeof height !== "number" || !(height > 0 && height < 1e5)) return;
  const { style } = frame;
  const before = style.height;
  const room = target.clientHeight;
  // Does the target grow with its content? Asked by growing, since shrinking could move the page's scroll position.
  style.height = `${Math.max(room, frame.offsetHeight) + 9}px`;
  const grows = target.clientHeight > room;
  // A hidden target measures 0 and tells nothing.
  style.height = grows ? `${height}px` : room ? "100%" : before;
}
