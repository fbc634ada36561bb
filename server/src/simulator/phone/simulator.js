// Talking to the simulator, and who holds the phone.

import { el } from "./dom.js";

export const url = (path) => new URL(path, document.baseURI);

const asked = new URLSearchParams(location.search);

/** Whose phone this is, to which number of the business it writes, and everybody there is. */
export const me = {
  phoneNumberId: asked.get("phoneNumberId"),
  customer: asked.get("from")?.replace(/^\+/, "") || null,
  /** As the address of the page says it. */
  name: asked.get("name"),
  people: [],
};

export const person = () => me.people.find((known) => known.customer === me.customer);

export async function call(path, body) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  return told(await fetch(url(path), options));
}

/** Gives a file to the customer; answers what a message names it by. */
export async function upload(file) {
  const options = { method: "POST", headers: { "content-type": file.type || "application/octet-stream" }, body: file };
  return told(await fetch(url(`media?fileName=${encodeURIComponent(file.name)}`), options));
}

async function told(answer) {
  const text = await answer.text();
  const value = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Error(value?.error ?? `The simulator answered ${answer.status}.`);
  return value;
}

/** The customer writes. False where it did not work; then the notice says why. */
export async function write(message) {
  const from = person();
  try {
    await call("messages", {
      phoneNumberId: me.phoneNumberId, from: me.customer, userId: from?.userId, username: from?.username, ...message,
    });
    return true;
  } catch (error) {
    notice(error.message, true);
    return false;
  }
}

export function notice(text, danger = false) {
  el("notice").textContent = text;
  el("notice").dataset.tone = danger ? "danger" : "";
}

/** Runs `work` now, or once more after the run that is under way; the promise ends with the last. */
export function again(work) {
  let run = null;
  let wanted = false;
  const loop = async () => {
    do {
      wanted = false;
      try {
        await work();
      } catch (error) {
        notice(error.message, true);
      }
    } while (wanted);
    run = null;
  };
  return () => {
    if (run) wanted = true;
    else run = loop();
    return run;
  };
}
