// The package's entry: `import { init, chat } from "@pilot-status/embed"`.

import { setBase } from "./base.js";
import { mount } from "./chat.js";
import type { InitOptions } from "./options.js";

export type { ChatHandle, ChatOptions, EmbedError, ErrorCode, InitOptions, Locale, Theme } from "./options.js";

/** Sets defaults for every later `mount`. With the script tag there is nothing that has to be set. */
export function init(options?: InitOptions): void {
  if (options?.baseUrl !== undefined) setBase(options.baseUrl);
}

/** The chat inbox. */
export const chat = { mount };
