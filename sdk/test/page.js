// As much of a browser page as embed.js touches. The tests run the built file in it, the way a script tag would.

import { readFileSync } from "node:fs";
import vm from "node:vm";

const code = readFileSync(new URL("../../public/embed.js", import.meta.url), "utf8");

export const INBOX = "https://inbox.example";
export const HOST = "https://app.saas.example";

class Element {
  style = {};
  attributes = {};
  children = [];
  parent = undefined;
  /** A number: the page gave this height. `undefined`: it grows with its content. */
  ownHeight = undefined;

  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  append(child) {
    child.parent = this;
    this.children.push(child);
  }
  remove() {
    if (this.parent) this.parent.children = this.parent.children.filter((it) => it !== this);
    this.parent = undefined;
    this.contentWindow = null;
  }
  get offsetHeight() {
    return this.style.height === "100%" ? (this.parent?.ownHeight ?? 400) : parseInt(this.style.height, 10) || 0;
  }
  get clientHeight() {
    return this.ownHeight ?? this.children.reduce((sum, child) => sum + child.offsetHeight, 0);
  }
}

/** A page that has loaded embed.js from `src`, with one element for each selector. */
export function openPage({ src = `${INBOX}/embed.js`, origin = HOST, selectors = ["#inbox"] } = {}) {
  const listeners = new Set();
  const errors = [];
  const timers = new Map();
  let timer = 0;
  const elements = Object.fromEntries(selectors.map((it) => [it, new Element()]));
  const context = vm.createContext({
    URL,
    URLSearchParams,
    Element,
    queueMicrotask,
    console: { error: (text) => errors.push(text) },
    location: { origin },
    document: {
      currentScript: src ? { src } : null,
      querySelector(selector) {
        if (selector.includes("!")) throw new SyntaxError("not a selector");
        return elements[selector] ?? null;
      },
      createElement() {
        const frame = new Element();
        const posted = [];
        frame.posted = posted;
        // Structured clone, as postMessage does it: an object of the page does not leak by reference.
        frame.contentWindow = { postMessage: (data, target) => posted.push({ ...structuredClone(data), target }) };
        return frame;
      },
    },
    addEventListener: (type, listener) => type === "message" && listeners.add(listener),
    removeEventListener: (type, listener) => type === "message" && listeners.delete(listener),
    setTimeout: (run, ms) => (timers.set(++timer, { run, ms }), timer),
    clearTimeout: (id) => timers.delete(id),
  });
  vm.runInContext(code, context);
  context.document.currentScript = null; // As it is after the script has run.

  const deliver = (event) => [...listeners].forEach((listener) => listener(event));
  return {
    PilotStatus: context.PilotStatus,
    elements,
    errors,
    listeners,
    timers,
    /** Delivers any message event. */
    deliver,
    /** A well-formed message out of `frame`. */
    say(frame, type, payload) {
      const data = { source: "pilot-status-embed", v: 1, type, ...(payload && { payload }) };
      deliver({ origin: INBOX, source: frame.contentWindow, data });
    },
  };
}

/** The iframe in an element, by selector. */
export const frameIn = (page, selector = "#inbox") => page.elements[selector].children.at(-1);

/** What was posted into a frame, as `[type, payload]`. */
export const posts = (frame) => frame.posted.map(({ type, payload }) => [type, payload]);
