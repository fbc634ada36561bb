// As much of a browser page as the SDK touches. The tests run the built files in it, the way a script tag would, and the modules
// as a bundler would hand them over.

import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

export const INBOX = "https://inbox.example";
export const HOST = "https://app.saas.example";

const built = (name) => readFileSync(new URL(`../../public/${name}`, import.meta.url), "utf8");

/** A module of src/ as one script that leaves its exports in `Entry`, and the stand-in for React in `Entry.React`. */
export async function bundled(entry) {
  const path = (name) => fileURLToPath(new URL(name, import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents: `export * from "../src/${entry}"; export * as React from "react";`, resolveDir: path("."), loader: "ts" },
    alias: { react: path("react.js") },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "Entry",
    logLevel: "error",
  });
  return outputFiles[0].text;
}

class Style {
  setProperty(name, value) {
    this[name.replace(/-(.)/g, (_, letter) => letter.toUpperCase())] = value;
  }
  // A page's CSP may forbid it.
  set cssText(_) {
    throw Error("style.cssText");
  }
}

class Node {
  style = new Style();
  attributes = {};
  children = [];
  dataset = {};
  parent = undefined;
  /** A number: the page gave this height. `undefined`: it grows with its content. */
  ownHeight = undefined;

  constructor(tag = "div", page = undefined) {
    this.tag = tag;
    this.page = page;
    this.page?.made.push(this);
  }
  setAttribute(name, value) {
    const before = this.attributes[name] ?? null;
    this.attributes[name] = String(value);
    if (this.constructor.observedAttributes?.includes(name)) this.attributeChangedCallback(name, before, String(value));
  }
  getAttribute(name) {
    return this.attributes[name] ?? null;
  }
  removeAttribute(name) {
    delete this.attributes[name];
  }
  append(...children) {
    for (const child of children) {
      child.remove();
      child.parent = this;
      this.children.push(child);
      child.connectedCallback?.();
    }
  }
  after(child) {
    this.parent.append(child);
  }
  remove() {
    if (!this.parent) return;
    this.parent.children = this.parent.children.filter((it) => it !== this);
    this.parent = undefined;
    if (this.tag === "iframe") this.contentWindow = null;
    this.disconnectedCallback?.();
  }
  contains(other) {
    return this === other || this.children.some((child) => child.contains(other));
  }
  get isConnected() {
    return this.tag === "body" || !!this.parent?.isConnected;
  }
  focus() {
    if (this.page) this.page.document.activeElement = this;
  }
  dispatchEvent(event) {
    (this.events ??= []).push(event);
  }
  showModal() {
    this.open = true;
  }
  close() {
    this.open = false;
  }
  get offsetHeight() {
    return this.style.height?.endsWith("%") ? (this.parent?.ownHeight ?? 400) : parseInt(this.style.height, 10) || 0;
  }
  get clientHeight() {
    return this.ownHeight ?? this.children.reduce((sum, child) => sum + child.offsetHeight, 0);
  }
  /** All nodes of a kind inside. */
  all(tag) {
    return this.children.flatMap((child) => [...(child.tag === tag ? [child] : []), ...child.all(tag)]);
  }
}

function makeFrame(node) {
  const posted = [];
  node.posted = posted;
  // Structured clone, as postMessage does it: an object of the page does not leak by reference, and a function is refused.
  node.contentWindow = { postMessage: (data, target) => posted.push({ ...structuredClone(data), target }) };
  return node;
}

/** A page that has run `code`, or the built file that a tag with this `src` brings, with one element for each selector. */
export function openPage({
  src = `${INBOX}/embed.js`,
  file = "embed.js",
  code = built(file),
  origin = HOST,
  isSandboxed = false,
  selectors = ["#inbox"],
  dataset = {},
} = {}) {
  const listeners = new Map();
  const errors = [];
  const timers = new Map();
  const page = { made: [] };
  let timer = 0;
  const body = new Node("body");
  const elements = Object.fromEntries(selectors.map((it) => [it, new Node("div", page)]));
  body.append(...Object.values(elements));
  const script = src ? Object.assign(new Node("script"), { src, dataset }) : null;
  if (script) {
    for (const [name, value] of Object.entries(dataset)) {
      script.attributes[`data-${name.replace(/[A-Z]/g, (it) => `-${it.toLowerCase()}`)}`] = value;
    }
    body.append(script);
  }
  const known = new Map();
  const of = (type) => listeners.get(type) ?? listeners.set(type, new Set()).get(type);
  const document = {
    body,
    documentElement: body,
    currentScript: script,
    activeElement: body,
    querySelector(selector) {
      if (selector.includes("!")) throw new SyntaxError("not a selector");
      return elements[selector] ?? null;
    },
    createElement(tag) {
      const Known = known.get(tag);
      const node = Known ? new Known() : new Node(tag, page);
      node.tag = tag;
      node.page = page;
      return tag === "iframe" ? makeFrame(node) : node;
    },
    createElementNS: (_, tag) => new Node(tag, page),
  };
  page.document = document;
  const context = vm.createContext({
    URL,
    URLSearchParams,
    Element: Node,
    HTMLElement: Node,
    CustomEvent: class {
      constructor(type, { detail }) {
        Object.assign(this, { type, detail });
      }
    },
    customElements: { get: (name) => known.get(name), define: (name, it) => known.set(name, it) },
    getComputedStyle: () => ({ display: "inline" }),
    atob,
    queueMicrotask,
    console: { error: (text) => errors.push(text) },
    location: { origin },
    // Of the page itself, where its address has another one.
    self: { origin: isSandboxed ? "null" : origin },
    document,
    addEventListener: (type, listener) => of(type).add(listener),
    removeEventListener: (type, listener) => of(type).delete(listener),
    setTimeout: (run, ms, ...args) => (timers.set(++timer, { run: () => run(...args), ms }), timer),
    clearTimeout: (id) => timers.delete(id),
  });
  vm.runInContext(code, context);
  document.currentScript = null; // As it is after the script has run.

  const deliver = (event, type = "message") => [...of(type)].forEach((listener) => listener(event));
  return {
    PilotStatus: context.PilotStatus,
    Entry: context.Entry,
    context,
    document,
    body,
    script,
    elements,
    errors,
    listeners: of("message"),
    /** Everything that listens to the window. */
    get listening() {
      return [...listeners.values()].reduce((sum, it) => sum + it.size, 0);
    },
    timers,
    /** Runs the only timer that waits so long; what a timer throws is thrown. */
    elapse(ms) {
      const found = [...timers].filter(([, it]) => it.ms === ms);
      if (found.length !== 1) throw Error(`${found.length} timers of ${ms} ms`);
      timers.delete(found[0][0]);
      return found[0][1].run();
    },
    /** Delivers any event of the window. */
    deliver,
    /** A well-formed message out of `frame`. */
    say(frame, type, payload) {
      const data = { source: "pilot-status-embed", v: 1, type, ...(payload && { payload }) };
      deliver({ origin: INBOX, source: frame.contentWindow, data });
    },
    /** The same in the OnPilot dialect. */
    sayOnPilot(frame, type, data) {
      deliver({ origin: INBOX, source: frame.contentWindow, data: { type: `onpilot:${type}`, ...(data && { data }) } });
    },
  };
}

/** Lets everything run that waits for a promise. */
export const settle = () => new Promise(setImmediate);

/** The iframe in an element, by selector. */
export const frameIn = (page, selector = "#inbox") => page.elements[selector].children.at(-1);

/** What was posted into a frame, as `[type, payload]`. */
export const posts = (frame) => frame.posted.map(({ type, payload }) => [type, payload]);
