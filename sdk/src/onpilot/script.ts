// The script tag of the OnPilot dialect: `<script src="…/onpilot.js" data-identity-token="…" data-position="…">`.

import { setBase } from "../base.js";
import { isHeight } from "../frame.js";
import { createLink, fail } from "./link.js";
import { build, type Place } from "./place.js";

// Known only while this runs first.
const script = document.currentScript as HTMLScriptElement | null;
if (script) {
  setBase(script.src);
  const { identityToken, position = "" } = script.dataset;
  // The markup is no place for a token longer than it has to be there.
  script.removeAttribute("data-identity-token");
  if (!identityToken) fail({}, "TOKEN_MISSING", "data-identity-token is empty. Your backend signs one for the person who is signed in.");
  let shown: Place | undefined;
  let open = false;
  const toggle = () => shown?.show((open = !open));
  const host = document.createElement("div");
  const layout = position === "sidebar" || position === "inline" ? position : "bubble";
  const start = () => {
    // Inline stands where the tag stands.
    if (layout === "inline") script.after(host);
    else document.body.append(host);
    build(
      {
        toggle,
        frame(_, opened, place) {
          const link = createLink({}, layout, () => identityToken, (type, { height }) => {
            if (type === "close" && open) toggle();
            else if (type === "resize" && isHeight(height)) place.resize(height);
          });
          shown = place;
          place.show((open = opened));
          return link && [link.frame, link.stop];
        },
      },
      host,
      layout,
      position === "bottom-left" ? "start" : "end",
    );
  };
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
}
