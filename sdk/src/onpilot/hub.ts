// The page's side of the OnPilot dialect: the token, what was said last, and the frames that hear it.

import { tell } from "../callbacks.js";
import { isHeight } from "../frame.js";
import { createLink, fail, type Link } from "./link.js";
import type { Place } from "./place.js";
import { renewIn } from "./token.js";
import type { CopilotContext, CopilotMessage, HostMessages, Layout, OnPilotOptions } from "./options.js";

const RETRY_AT_MOST_MS = 30_000;

/** What a page sees of its chat. */
export interface State {
  isOpen: boolean;
  isReady: boolean;
}

/** One chat of the page; it may stand in several places. */
export class Hub {
  #options: OnPilotOptions;
  #token: string | undefined;
  // The newest of each kind, in the order of their first use. A frame that comes late or again gets all of them.
  #newest = new Map<string, unknown>();
  #frames = new Set<{ place: Place; link: Link }>();
  #state: State = { isOpen: false, isReady: false };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = 0;

  /** Hears every change of the state. */
  onState: ((state: State) => void) | undefined;

  constructor(options: OnPilotOptions) {
    this.#options = options;
    this.#token = options.identityToken;
  }

  /** Begins to ask for tokens; the answer ends it. */
  start(): () => void {
    const run = ++this.#running;
    if (this.#options.identityTokenProvider) void this.#ask(run, 1_000);
    return () => {
      this.#running++;
      clearTimeout(this.#timer);
    };
  }

  async #ask(run: number, pause: number) {
    let next: number | undefined;
    try {
      const token: unknown = await this.#options.identityTokenProvider!();
      if (run !== this.#running) return;
      if (typeof token !== "string" || !token) throw Error("it answered no string");
      this.setToken(token);
      next = renewIn(token);
      pause = 1_000;
    } catch (error) {
      if (run !== this.#running) return;
      fail(this.#options, "TOKEN_NOT_RENEWED", `identityTokenProvider failed: ${(error as Error | undefined)?.message}`);
      next = pause;
      pause = Math.min(2 * pause, RETRY_AT_MOST_MS);
    }
    if (next !== undefined) this.#timer = setTimeout(() => this.#ask(run, pause), next);
  }

  /** A freshly signed token of the same person, or of another. */
  setToken(token: string) {
    if (token === this.#token) return;
    this.#token = token;
    for (const { link } of this.#frames) link.renew();
  }

  /** Says something; what was said before of the same kind no longer counts, except for flags, which add up. */
  say<T extends keyof HostMessages>(type: T, data: HostMessages[T]) {
    let copy: unknown;
    try {
      // As JSON: `postMessage` throws for functions, elements and the proxies of Vue.
      copy = JSON.parse(JSON.stringify(data));
    } catch {
      fail(this.#options, "ARGUMENT_INVALID", `${type}: pass plain data.`);
      return;
    }
    if (type === "ui-flags") copy = { ...(this.#newest.get(type) as object | undefined), ...(copy as object) };
    this.#newest.set(type, copy);
    for (const { link } of this.#frames) link.say(type, copy);
  }

  /** The record that the page shows now; `{}` or `null` for none. Said in both vocabularies. */
  setContext = (context: CopilotContext | null) => {
    const { recordType: entityType, recordId: entityId, recordData: metadata, url, title } = context ?? {};
    this.say("context", context ?? {});
    // Undefined ones vanish, so that nothing stays nothing.
    this.say("page_context", { url, title, entityType, entityId, metadata });
  };

  open = () => this.#set({ isOpen: true });
  close = () => this.#set({ isOpen: false });
  toggle = () => this.#set({ isOpen: !this.#state.isOpen });

  #set(change: Partial<State>) {
    const before = this.#state;
    this.#state = { ...before, ...change };
    if (before.isOpen !== this.#state.isOpen) for (const { place } of this.#frames) place.show(this.#state.isOpen);
    if (before.isOpen !== this.#state.isOpen || before.isReady !== this.#state.isReady) this.onState?.(this.#state);
  }

  /** A new frame, to be put into the page by the caller; the second answer takes it out again. */
  frame(layout: Layout, open: boolean, place: Place): [HTMLIFrameElement, () => void] | undefined {
    const options = this.#options;
    let wasReady = false;
    const made = createLink(options, layout, () => this.#token, (type, data, link) => {
      if (type === "ready") {
        for (const [kind, value] of this.#newest) link.say(kind, value);
        this.#set({ isReady: true });
        if (!wasReady) tell(options, "onReady");
        wasReady = true;
      } else if (type === "message") {
        if (typeof data.id === "string" && typeof data.content === "string") tell(options, "onMessage", data as CopilotMessage);
      } else if (type === "close") {
        this.close();
        tell(options, "onClose");
      } else if (type === "resize" && isHeight(data.height)) place.resize(data.height);
    });
    if (!made) return;
    const entry = { place, link: made };
    this.#frames.add(entry);
    this.#set({ isOpen: open });
    place.show(open);
    return [
      made.frame,
      () => {
        made.stop();
        this.#frames.delete(entry);
        if (!this.#frames.size) this.#set({ isReady: false });
      },
    ];
  }
}
