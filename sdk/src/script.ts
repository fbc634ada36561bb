// The script tag's entry: one global, `PilotStatus`, which knows the server that it came from.

import { chat, connect, init } from "./index.js";

// Here and not in the package: inside a customer's bundle the current script is theirs. Known only while this runs first.
const script = document.currentScript as HTMLScriptElement | null;
if (script?.src) init({ baseUrl: script.src });

Object.assign(globalThis, { PilotStatus: { init, chat, connect } });
