// The package's entry for the element: `import "@pilot-status/embed/element"`.

import { mount } from "../chat.js";
import { define } from "./define.js";

export type { PilotStatusChatElement } from "./define.js";

define(mount);
