"use client";
// The package's entry for React: `import { PilotStatusChat } from "@pilot-status/embed/react"`.

import { createElement, forwardRef, useEffect, useImperativeHandle, useRef } from "react";
import type { CSSProperties, ForwardRefExoticComponent, RefAttributes } from "react";
import { mount } from "./chat.js";
import type { ChatHandle, ChatOptions, ChatSettings, ContextRecord, GetToken } from "./options.js";

export type * from "./options.js";

/** Props of {@link PilotStatusChat}: the options of `chat.mount`, one of `token` and `getToken`, and what is React's. */
export interface PilotStatusChatProps extends ChatSettings {
  /** Another token mounts the inbox anew; with `getToken` it is renewed in place instead. */
  token?: string | undefined;
  getToken?: GetToken | undefined;
  /** The record that the page shows; none takes it away. */
  context?: ContextRecord | null | undefined;
  id?: string;
  className?: string;
  style?: CSSProperties;
}

type Callback = keyof ChatSettings & `on${string}`;
const CALLBACKS: readonly Callback[] = ["onReady", "onUnreadCount", "onConversationOpened", "onResize", "onSessionExpired", "onError"];

// What cannot be written as JSON is told by setContext itself, once.
function fingerprint(context: ContextRecord | null | undefined): string {
  try {
    return context ? JSON.stringify(context) : "";
  } catch {
    return "?";
  }
}

/**
 * The inbox. `ref` is its handle.
 *
 * `token`, `baseUrl` and `mode` mount it anew when they change; everything else is followed in place, and callbacks may be new at each
 * render. With neither `token` nor `getToken` the place stays empty, for the time until your own request brings one.
 */
export const PilotStatusChat: ForwardRefExoticComponent<PilotStatusChatProps & RefAttributes<ChatHandle>> = forwardRef<
  ChatHandle,
  PilotStatusChatProps
>(function PilotStatusChat(props, ref) {
  const place = useRef<Element | null>(null);
  const handle = useRef<ChatHandle | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const { token, baseUrl, mode, theme, locale, context, id, className, style } = props;
  const renews = !!props.getToken;
  const followed = useRef({ theme, locale, context: "" });

  useEffect(() => {
    if (token === undefined && !renews) return;
    const callbacks = Object.fromEntries(
      CALLBACKS.map((name) => [name, (...args: never[]) => (latest.current[name] as ((...args: never[]) => unknown) | undefined)?.(...args)]),
    );
    const { theme, locale } = latest.current;
    followed.current = { theme, locale, context: "" };
    const mine = mount(place.current!, {
      ...callbacks,
      ...(token !== undefined && { token }),
      ...(renews && { getToken: () => latest.current.getToken!() }),
      ...(baseUrl !== undefined && { baseUrl }),
      ...(mode && { mode }),
      ...(theme && { theme }),
      ...(locale && { locale }),
    } as ChatOptions);
    handle.current = mine;
    return () => {
      mine.destroy();
      handle.current = null;
    };
  }, [token, renews, baseUrl, mode]);

  // After every render, and cheap when nothing changed: a record is compared by what is in it, since pages make a new object each time.
  useEffect(() => {
    const { current: it } = handle;
    const before = followed.current;
    const text = fingerprint(context);
    if (!it) return;
    followed.current = { theme, locale, context: text };
    if (theme && theme !== before.theme) it.setTheme(theme);
    if (locale && locale !== before.locale) it.setLocale(locale);
    if (text !== before.context) it.setContext(context ?? null);
  });

  // The handle outlives a remount: what is called between goes nowhere, and does not throw.
  useImperativeHandle(
    ref,
    () => ({
      setTheme: (value) => handle.current?.setTheme(value),
      setLocale: (value) => handle.current?.setLocale(value),
      openConversation: (target) => handle.current?.openConversation(target),
      setContext: (record) => handle.current?.setContext(record),
      destroy: () => handle.current?.destroy(),
    }),
    [],
  );

  return createElement("div", { ref: place, id, className, style });
});
