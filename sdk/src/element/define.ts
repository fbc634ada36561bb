// `<pilot-status-chat>`: the inbox as an element, for pages and frameworks that like elements better than calls.

import type { ChatHandle, ChatOptions, ContextRecord, ConversationTarget, GetToken } from "../options.js";

const NAME = "pilot-status-chat";
// Where there is no browser (a server that renders the page), importing this does nothing.
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

/**
 * Attributes: `locale`, `theme`, `mode`, `base-url`. Properties: `token` or `getToken`, and `context`. A token is never an attribute: the page's
 * markup is no place for it.
 *
 * Events, none of which bubbles; `detail` is what the callback of the same name gets: `ready`, `unread-count`, `conversation-opened`,
 * `resize`, `session-expired`, `error`.
 */
export interface PilotStatusChatElement extends HTMLElement {
  /** From your backend. Another one mounts the inbox anew. */
  token: string | undefined;
  /** Instead of a token: asked for the first one and for each renewal. */
  getToken: GetToken | undefined;
  /** The record that the page shows. */
  context: ContextRecord | null;
  /** Opens a conversation, if the token reaches it. */
  openConversation(target: ConversationTarget): void;
}

/** Makes `<pilot-status-chat>` known to the browser, once. */
export function define(mount: (target: Element, options: ChatOptions) => ChatHandle): void {
  class PilotStatusChat extends Base implements PilotStatusChatElement {
    static observedAttributes = ["locale", "theme", "mode", "base-url"];

    #handle: ChatHandle | undefined;
    #token: string | undefined;
    #getToken: GetToken | undefined;
    #context: ContextRecord | null = null;
    #waiting = false;

    get token() {
      return this.#token;
    }
    set token(value) {
      if (value === this.#token) return;
      this.#token = value;
      this.#again();
    }

    get getToken() {
      return this.#getToken;
    }
    set getToken(value) {
      // Frameworks hand over a new closure at each render. Which one is called is looked up when it is called.
      const fresh = !this.#getToken !== !value;
      this.#getToken = value;
      if (fresh) this.#again();
    }

    get context() {
      return this.#context;
    }
    set context(value) {
      this.#context = value;
      this.#handle?.setContext(value);
    }

    openConversation(target: ConversationTarget) {
      this.#handle?.openConversation(target);
    }

    connectedCallback() {
      // What was set on the element before it was known lies in front of the accessors.
      for (const name of ["token", "getToken", "context"] as const) {
        if (!Object.hasOwn(this, name)) continue;
        const value = this[name];
        delete this[name];
        Object.assign(this, { [name]: value });
      }
      this.#later();
    }

    disconnectedCallback() {
      this.#later();
    }

    attributeChangedCallback(name: string, _: string | null, value: string | null) {
      if (name === "locale") this.#handle?.setLocale(value ?? "");
      else if (name === "theme") this.#handle?.setTheme((value ?? "system") as "system");
      else this.#again();
    }

    #again() {
      this.#handle?.destroy();
      this.#handle = undefined;
      this.#later();
    }

    // After the task that sets it up: properties may follow the insertion, and a move is a removal and an insertion.
    #later() {
      if (this.#waiting) return;
      this.#waiting = true;
      queueMicrotask(() => {
        this.#waiting = false;
        if (!this.isConnected) {
          this.#handle?.destroy();
          this.#handle = undefined;
        } else if (!this.#handle && (this.#token !== undefined || this.#getToken)) this.#mount();
      });
    }

    #mount() {
      if (getComputedStyle(this).display === "inline") this.style.display = "block";
      const say = (name: string, detail?: unknown) => void this.dispatchEvent(new CustomEvent(name, { detail }));
      const options = {
        ...(this.#token !== undefined && { token: this.#token }),
        ...(this.#getToken && { getToken: () => this.#getToken!() }),
        locale: this.getAttribute("locale") ?? undefined,
        theme: this.getAttribute("theme") ?? undefined,
        mode: this.getAttribute("mode") ?? undefined,
        baseUrl: this.getAttribute("base-url") ?? undefined,
        onReady: () => say("ready"),
        onUnreadCount: (count: number) => say("unread-count", count),
        onConversationOpened: (id: string) => say("conversation-opened", id),
        onResize: (height: number) => say("resize", height),
        onSessionExpired: () => say("session-expired"),
        onError: (error: unknown) => say("error", error),
      };
      this.#handle = mount(this, options as ChatOptions);
      if (this.#context) this.#handle.setContext(this.#context);
    }
  }

  if (globalThis.customElements && !customElements.get(NAME)) customElements.define(NAME, PilotStatusChat);
}

declare global {
  interface HTMLElementTagNameMap {
    "pilot-status-chat": PilotStatusChatElement;
  }
}
