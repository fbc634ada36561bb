// Calling back into the page, whose code may do anything.

import type { EmbedError, ErrorCode } from "./options.js";

type Args<F> = F extends (...args: infer A) => unknown ? A : never;

/** Calls one of the page's callbacks. What it throws is reported as the browser reports any uncaught error, and stops nothing here. */
export function tell<O extends object, K extends keyof O>(options: O, name: K, ...args: Args<NonNullable<O[K]>>) {
  try {
    (options[name] as ((...args: unknown[]) => unknown) | undefined)?.call(options, ...args);
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}

/** Tells the page's developer what to put right: in the console, and by `onError`. */
export function fail(options: { onError?(error: EmbedError): void }, code: ErrorCode, message: string) {
  console.error(`[PilotStatus] ${code}: ${message}`);
  // Later, so that the page has the handle by then, as it has in every other callback.
  queueMicrotask(() => tell(options, "onError", { code, message }));
}
