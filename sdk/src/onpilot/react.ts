"use client";
// The package's entry for React: `import { CopilotBubble } from "@pilot-status/embed/onpilot"`.

import { createContext, createElement, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { CSSProperties, ReactElement, ReactNode } from "react";
import type { Theme } from "../options.js";
import { Hub, type State } from "./hub.js";
import type { CopilotContext, HostMessages, Layout, OnPilotOptions } from "./options.js";
import { build, type Side } from "./place.js";

export type { CopilotContext, CopilotMessage, OnPilotOptions } from "./options.js";
export { init } from "../index.js";

/** Props of {@link OnPilotProvider}. */
export interface OnPilotProviderProps extends OnPilotOptions {
  /** The record on screen. Read once, when the component mounts; later ones go through `useOnPilot().setContext`. */
  context?: CopilotContext | undefined;
  theme?: Theme | undefined;
  /** What is known of the person beside the signed token: plan, team. Grants nothing. */
  userContext?: Record<string, unknown> | undefined;
  suggestions?: readonly string[] | undefined;
  uiFlags?: Record<string, boolean> | undefined;
  children?: ReactNode;
}

/** Props of the chat itself. */
export interface CopilotProps extends OnPilotProviderProps {
  /** Whether it is shown at first. Default: the bubble is not, the others are. */
  defaultOpen?: boolean;
  /** Of the window, for bubble and sidebar. Default: `end`. */
  side?: Side;
  className?: string;
  style?: CSSProperties;
}

/** What {@link useOnPilot} answers. */
export interface OnPilot extends State {
  open(): void;
  close(): void;
  toggle(): void;
  /** `null` or `{}` for no record. */
  setContext(context: CopilotContext | null): void;
}

const HubContext = createContext<[Hub, OnPilot] | null>(null);

/**
 * The chat of everything inside: open or not, ready or not, and the record on screen.
 *
 * @throws where there is no provider around, also inside a `CopilotPanel` without one.
 */
export function useOnPilot(): OnPilot {
  const around = useContext(HubContext);
  if (!around) {
    throw Error("useOnPilot() needs an OnPilotProvider, CopilotBubble, CopilotSidebar or CopilotInline around it. CopilotPanel is not enough.");
  }
  return around[1];
}

/** Says a prop whenever its content changed. */
function useSaid<T extends keyof HostMessages>(hub: Hub, type: T, value: HostMessages[T] | undefined) {
  const said = useRef<[Hub, string] | null>(null);
  useEffect(() => {
    if (value === undefined) return;
    let text: string;
    try {
      text = JSON.stringify(value);
    } catch {
      text = "?"; // Told by the hub.
    }
    if (said.current?.[0] === hub && said.current[1] === text) return;
    said.current = [hub, text];
    hub.say(type, value);
  });
}

function useHub(props: OnPilotProviderProps): [Hub, OnPilot] {
  const latest = useRef(props);
  latest.current = props;
  const { baseUrl, identityToken, context, theme, suggestions } = props;
  const provides = !!props.identityTokenProvider;
  const hub = useMemo(
    () =>
      new Hub({
        baseUrl,
        identityToken: latest.current.identityToken,
        identityTokenProvider: provides ? () => latest.current.identityTokenProvider!() : undefined,
        onReady: () => latest.current.onReady?.(),
        onMessage: (message) => latest.current.onMessage?.(message),
        onClose: () => latest.current.onClose?.(),
        onError: (error) => latest.current.onError?.(error),
      }),
    [baseUrl, provides],
  );
  const [state, setState] = useState<State>({ isOpen: false, isReady: false });
  hub.onState = setState;
  useEffect(() => hub.start(), [hub]);
  useEffect(() => {
    if (identityToken) hub.setToken(identityToken);
  }, [hub, identityToken]);
  const first = useRef(context);
  useEffect(() => {
    if (first.current) hub.setContext(first.current);
  }, [hub]);
  useSaid(hub, "theme_update", theme && { theme });
  useSaid(hub, "user_context", props.userContext);
  useSaid(hub, "smart-suggestions", suggestions && { suggestions });
  useSaid(hub, "ui-flags", props.uiFlags);
  return useMemo(() => [hub, { ...state, open: hub.open, close: hub.close, toggle: hub.toggle, setContext: hub.setContext }], [hub, state]);
}

/** Carries token, context, theme and the rest for every chat inside it, and gives {@link useOnPilot} to its children. */
export function OnPilotProvider(props: OnPilotProviderProps): ReactElement {
  return createElement(HubContext.Provider, { value: useHub(props) }, props.children);
}

function Chat({ layout, props }: { layout: Layout; props: CopilotProps }): ReactElement {
  const [hub] = useContext(HubContext)!;
  const host = useRef<HTMLElement | null>(null);
  const { side, defaultOpen, className, style } = props;
  const open = useRef(defaultOpen);
  useEffect(() => build(hub, host.current!, layout, side, open.current), [hub, layout, side]);
  return createElement("div", { ref: host, className, style: layout === "panel" ? { height: "100%", ...style } : style });
}

/** A chat that uses the provider around it, or is its own one. */
function chat(layout: Layout) {
  return function Copilot(props: CopilotProps): ReactElement {
    const around = useContext(HubContext);
    const body = createElement(Chat, { layout, props } as object);
    return around
      ? createElement(HubContext.Provider, { value: around }, body, props.children)
      : createElement(OnPilotProvider, props, body, props.children);
  };
}

/** Floats over the page, with a launcher. */
export const CopilotBubble: (props: CopilotProps) => ReactElement = chat("bubble");
/** Docked to the side of the window. */
export const CopilotSidebar: (props: CopilotProps) => ReactElement = chat("sidebar");
/** In the flow of the page, as high as the chat would like to be. */
export const CopilotInline: (props: CopilotProps) => ReactElement = chat("inline");

/** The chat alone, filling the container that the page gives it. Without a provider around it, its children cannot reach it by {@link useOnPilot}. */
export function CopilotPanel(props: CopilotProps): ReactElement {
  const around = useContext(HubContext);
  const body = createElement(Chat, { layout: "panel", props } as object);
  return around
    ? createElement(HubContext.Provider, { value: around }, body, props.children)
    : createElement(
        OnPilotProvider,
        { ...props, children: undefined },
        body,
        createElement(HubContext.Provider, { value: null }, props.children),
      );
}
