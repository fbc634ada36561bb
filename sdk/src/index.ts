// The package's entry: `import { init, chat, connect } from "@pilot-status/embed"`.

import { setBase } from "./base.js";
import { mount } from "./chat.js";
import { mountConnect, openConnect } from "./connect.js";
import type { InitOptions } from "./options.js";

export type * from "./options.js";

/** Sets defaults for everything that comes later. With the script tag there is nothing that has to be set. */
export function init(options?: InitOptions): void {
  if (options?.baseUrl !== undefined) setBase(options.baseUrl);
}

/** The chat inbox. */
export const chat = { mount };

/** The page on which a number is connected. */
export const connect = { open: openConnect, mount: mountConnect };
