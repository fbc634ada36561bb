// The element for pages with a script tag. It brings no SDK of its own: embed.js comes before it.

import type { chat } from "../index.js";
import { define } from "./define.js";

declare const PilotStatus: { chat: typeof chat };

define((target, options) => PilotStatus.chat.mount(target, options));
