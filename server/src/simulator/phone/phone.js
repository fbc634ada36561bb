// The pretend phone. Everything it shows is read from the simulator; hints by SSE say when to read again, so nothing can be missed
// by a lost event.

import { forget, readChat } from "./chat.js";
import { el } from "./dom.js";
import { readPeople, whenChosen } from "./people.js";
import { me, url } from "./simulator.js";
import { drop } from "./writing.js";

whenChosen((other) => {
  if (other) {
    forget();
    drop();
  }
  return readChat();
});

// Where there is little room it is opened when it is wanted.
if (matchMedia("(max-width: 719px)").matches) el("someone").open = false;

// ---- theme, visibility, hints

const root = document.documentElement;
const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
const nameTheme = () => { el("theme").textContent = dark() ? "Light" : "Dark"; };
el("theme").addEventListener("click", () => {
  root.dataset.theme = dark() ? "light" : "dark";
  nameTheme();
});
nameTheme();

el("reads").addEventListener("change", readChat);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") readChat(); });

const hints = new EventSource(url("phone/events"));
hints.addEventListener("open", () => readPeople().then(readChat));
hints.addEventListener("error", () => { el("state").textContent = "connecting…"; });
hints.addEventListener("message", (event) => {
  const change = JSON.parse(event.data);
  if (change.kind === "chat" && change.phoneNumberId === me.phoneNumberId && change.customer === me.customer) readChat();
  readPeople().then(change.kind === "reset" ? readChat : undefined);
});
