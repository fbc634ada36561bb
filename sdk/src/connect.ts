// The page on which a number is connected: in the page, or in a window over it. It is authorised by the token in its address and
// is only listened to.

import { createFrame, dress, fitHeight, isHeight, SANDBOX } from "./frame.js";
import type { ConnectHandle, ConnectOptions, Mode } from "./options.js";
import { fail, findOrigin, findTarget, isText, occupy, tell, tokenFault, watch } from "./surface.js";

const LINK = "Get one in your backend from POST /v1/numbers/remote-pairing.";

function check(given: ConnectOptions): string | undefined {
  const options = given ?? {};
  const fault = tokenFault(options.token, "options.token", LINK);
  if (fault) fail(options, ...fault);
  return fault ? undefined : findOrigin(options);
}

function show(element: Element, options: ConnectOptions, origin: string, leave = () => {}, mode?: Mode): ConnectHandle {
  // Meta's sign-up opens in a window that must not inherit the sandbox.
  const frame = createFrame("Connect WhatsApp", "400px", `${SANDBOX} allow-popups-to-escape-sandbox`);
  frame.src = `${origin}/connect/${encodeURIComponent(options.token)}?${new URLSearchParams({ parentOrigin: location.origin })}`;
  const hear = (type: string, { height, message, numberId, redirectUrl }: Record<string, unknown>) => {
    if (type === "resize" && isHeight(height)) fitHeight(element, frame, height, mode);
    else if (type === "connect:paired") {
      tell(options, "onPaired", {
        ...(isText(numberId) && { numberId }),
        ...(isText(redirectUrl) && { redirectUrl }),
      });
    } else if (type === "connect:error" && isText(message)) fail(options, "CONNECT_FAILED", message.slice(0, 999));
    else if (type === "connect:expired") tell(options, "onExpired");
  };
  const handle = {
    destroy() {
      unwatch();
      frame.remove();
      vacate();
      leave();
    },
  };
  const unwatch = watch(frame, origin, options, "the pairing link is new", hear);
  const vacate = occupy(element, handle);
  element.append(frame);
  return handle;
}

/** Shows the connect page inside `target`. Never throws, as `chat.mount`. */
export function mountConnect(target: string | Element, options: ConnectOptions): ConnectHandle {
  const element = findTarget(target, options ?? {});
  const origin = element && check(options);
  return origin ? show(element, options, origin) : { destroy() {} };
}

/** Shows the connect page in a window over the page. Esc, a click beside it and its button close it. Never throws. */
export function openConnect(options: ConnectOptions): ConnectHandle {
  const origin = check(options);
  if (!origin) return { destroy() {} };
  // The browser's own modal: the page behind is inert, Esc closes, and the focus goes back to where it was.
  const dialog = document.createElement("dialog");
  const card = document.createElement("div");
  const button = document.createElement("button");
  dialog.setAttribute("aria-label", "Connect WhatsApp");
  button.setAttribute("aria-label", "Close");
  button.type = "button";
  // Else the card is focused while it happens to scroll, and nothing is after that.
  button.autofocus = true;
  button.textContent = "✕";
  dress(dialog, "all:unset;position:fixed;inset:0;display:grid;place-content:center;background:#0008");
  dress(card, "width:min(480px,100vw);max-height:100vh;overflow:auto;border-radius:12px;background:#fff");
  dress(button, "display:block;margin-inline-start:auto;padding:12px 16px;border:0;background:0 0;color:#000");
  card.append(button);
  dialog.append(card);
  // There from the first script on. Where it hangs does not matter: it is shown above everything.
  document.documentElement.append(dialog);
  const handle = show(card, options, origin, () => {
    if (dialog.open) dialog.close();
    dialog.remove();
  }, "inline");
  const close = () => {
    handle.destroy();
    tell(options, "onClose");
  };
  dialog.oncancel = close;
  dialog.onclick = ({ target }) => {
    if (target === dialog || target === button) close();
  };
  dialog.showModal();
  return handle;
}
