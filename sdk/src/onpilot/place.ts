// Where a chat stands in the page: floating with its launcher, docked, in the flow, or in a container of the page.

import { dress } from "../frame.js";
import type { Layout } from "./options.js";

/** Where a chat stands. */
export interface Place {
  /** Show or hide. */
  show(open: boolean): void;
  /** The height that the chat would like, in CSS pixels. */
  resize(height: number): void;
}

/** The chat that stands there. */
export interface Chat {
  toggle(): void;
  /** A new frame, to be put into the page; the second answer takes it out again. */
  frame(layout: Layout, open: boolean, place: Place): [HTMLIFrameElement, () => void] | undefined;
}

/** Which side of the window; `end` is the right side where people read from left to right. */
export type Side = "start" | "end";

const FLOATS = "position:fixed;z-index:2147483000;";
const SVG = "http://www.w3.org/2000/svg";

/** Builds the chat inside `host`; the answer takes it down. Colours and corners: the CSS variables `--onpilot-accent` and `--onpilot-radius`. */
export function build(chat: Chat, host: HTMLElement, layout: Layout, side: Side = "end", open = layout !== "bubble"): () => void {
  const panel = document.createElement("div");
  const floats = layout === "bubble" || layout === "sidebar";
  const edge = `inset-inline-${side}:`;
  const styles = {
    bubble:
      FLOATS +
      edge +
      "16px;bottom:88px;width:min(400px,100vw - 32px);height:min(640px,100vh - 104px);overflow:hidden;border-radius:var(--onpilot-radius,16px);box-shadow:0 8px 32px rgb(0 0 0/.25);background:#fff",
    sidebar: FLOATS + edge + "0;top:0;bottom:0;width:min(420px,100vw);box-shadow:0 0 32px rgb(0 0 0/.2);background:#fff",
    inline: "height:600px",
    panel: "height:100%",
  };
  dress(panel, styles[layout]);
  const launcher = floats ? makeLauncher(edge) : undefined;
  const made = chat.frame(layout, open, {
    show(shown) {
      // Where the focus was inside, it goes to what brings the chat back, and not to the top of the page.
      const focused = panel.contains(document.activeElement);
      panel.style.display = shown ? "block" : "none";
      if (!launcher) return;
      launcher.setAttribute("aria-expanded", `${shown}`);
      launcher.setAttribute("aria-label", shown ? "Close chat" : "Open chat");
      launcher.style.display = shown && layout === "sidebar" ? "none" : "grid";
      if (focused && !shown) launcher.focus();
    },
    resize(height) {
      if (layout === "inline") panel.style.height = `${height}px`;
    },
  });
  if (!made) return () => {};
  const [frame, remove] = made;
  panel.append(frame);
  host.append(panel);
  if (launcher) {
    host.append(launcher);
    launcher.onclick = () => {
      chat.toggle();
      if (panel.style.display === "block") frame.focus();
    };
  }
  return () => {
    remove();
    panel.remove();
    launcher?.remove();
  };
}

function makeLauncher(edge: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  dress(
    button,
    FLOATS +
    edge +
    "16px;bottom:16px;width:56px;height:56px;place-items:center;padding:0;border:0;border-radius:50%;cursor:pointer;color:#fff;background:var(--onpilot-accent,#0b6e4f);box-shadow:0 4px 16px rgb(0 0 0/.3)",
  );
  const icon = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [name, value] of [
    ["viewBox", "0 0 24 24"],
    ["width", "28"],
    ["height", "28"],
    ["fill", "currentColor"],
    ["aria-hidden", "true"],
  ] as const) {
    icon.setAttribute(name, value);
  }
  path.setAttribute("d", "M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z");
  icon.append(path);
  button.append(icon);
  return button;
}
