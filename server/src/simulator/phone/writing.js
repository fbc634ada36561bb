// What the customer writes and sends.

import { button, el, icon, make } from "./dom.js";
import { me, notice, upload, url, write } from "./simulator.js";

const text = el("text");
const send = el("send");
const extras = el("extras");

/** What the next message is about: a message that it answers to, one that it changes, a file that goes along. */
const next = { quoted: null, edited: null, staged: null };

/** A chat is there to write in. */
export function ready() {
  text.disabled = false;
  allow();
}

function allow() {
  send.disabled = text.disabled || (text.value.trim() === "" && !next.staged);
}

export function quote(message) {
  Object.assign(next, { quoted: message, edited: null });
  drawBars();
  text.focus();
}

export function edit(message) {
  Object.assign(next, { quoted: null, edited: message, staged: null });
  text.value = message.text;
  drawBars();
  text.focus();
}

/** Nothing that was begun for one chat goes to another. */
export function drop() {
  unstage();
  Object.assign(next, { quoted: null, edited: null });
  drawBars();
}

function drawBars() {
  const { quoted, edited, staged } = next;
  const bars = [];
  if (quoted) bars.push(bar("reply", make("bdi", "author", `Reply to ${quoted.author}`), make("bdi", "line", quoted.text), () => { next.quoted = null; }));
  if (edited) {
    bars.push(bar("edit", make("bdi", "author", "Change the message"), make("bdi", "line", edited.text), () => { next.edited = null; text.value = ""; }));
  }
  if (staged) bars.push(stagedBar(staged));
  el("bars").replaceChildren(...bars);
  const wordless = staged && !staged.takesCaption;
  text.placeholder = wordless ? "No words go with it" : staged ? "Add a caption" : "Message";
  text.readOnly = Boolean(wordless);
  allow();
}

function bar(name, title, line, close, ...more) {
  const shut = button("round plain", "Leave it", () => { close(); drawBars(); text.focus(); }, icon("close"));
  return make("div", "writing", icon(name), make("span", "facts", title, line), ...more, shut);
}

// ---- files

/** What a person can send: its name, the example of the simulator, and which files of one's own. */
const FILES = {
  image: { name: "Photo", example: "1001", accept: "image/jpeg,image/png", takesCaption: true },
  video: { name: "Video", example: "1002", accept: "video/mp4,video/3gpp", takesCaption: true },
  audio: { name: "Audio", example: "1007", accept: "audio/*" },
  voice: { name: "Voice note", example: "1003", accept: "audio/ogg", type: "audio", more: { voice: true } },
  document: { name: "Document", example: "1004", accept: "", takesCaption: true },
  sticker: { name: "Sticker", example: "1005", accept: "image/webp", more: { animated: false } },
};

function stage(kind, file = null) {
  unstage();
  const address = file ? URL.createObjectURL(file) : url(`media/${FILES[kind].example}`).href;
  Object.assign(next, { staged: { kind, file, address, ...FILES[kind] }, edited: null });
  drawBars();
  text.focus();
}

function unstage() {
  if (next.staged?.file) URL.revokeObjectURL(next.staged.address);
  next.staged = null;
}

function stagedBar(staged) {
  const { kind, name, file } = staged;
  const own = make("input");
  Object.assign(own, { type: "file", accept: staged.accept, hidden: true });
  own.dataset.testid = "phone-file";
  own.addEventListener("change", () => own.files[0] && stage(kind, own.files[0]));
  const choose = button("quiet", "", () => own.click(), "Your own…");
  const row = bar(kind, make("bdi", "author", name), make("bdi", "line", file?.name ?? "An example"), unstage, own, choose);
  if (kind === "image" || kind === "sticker") {
    const picture = make("img", "thumb");
    Object.assign(picture, { src: staged.address, alt: "" });
    row.firstChild.replaceWith(picture);
  }
  return row;
}

/** The message that carries the file, which is given to WhatsApp first if it is one's own. */
async function withFile(staged, caption) {
  const id = staged.file ? (await upload(staged.file)).id : staged.example;
  const type = staged.type ?? staged.kind;
  const object = { id, ...staged.more };
  if (caption && staged.takesCaption) object.caption = caption;
  if (type === "document" && staged.file) object.filename = staged.file.name;
  return { type, [type]: object };
}

// ---- sending

el("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = text.value.trim();
  const { quoted, edited, staged } = next;
  if (!me.customer || (!words && !staged)) return;
  const before = text.value;
  if (!text.readOnly) text.value = "";
  send.disabled = true;
  // What could not be sent comes back, unless something new was typed meanwhile.
  if (await sendIt(words, quoted, edited, staged)) {
    drop();
  } else if (text.value === "") {
    text.value = before;
  }
  allow();
  text.focus();
});

async function sendIt(words, quoted, edited, staged) {
  const replyTo = quoted?.id;
  try {
    if (edited) {
      const message = { type: "text", text: { body: words } };
      return await write({ type: "edit", edit: { original_message_id: edited.id, message } });
    }
    if (staged) return await write({ ...(await withFile(staged, words)), replyTo });
    return await write({ text: words, replyTo });
  } catch (error) {
    notice(error.message, true);
    return false;
  }
}

text.addEventListener("input", allow);
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    el("composer").requestSubmit();
  }
});

// ---- the menu

/** Sent as they are. */
const AT_ONCE = [["location", "Location"], ["contacts", "Contact"], ["order", "Order"], ["poll", "Poll", { type: "unsupported" }]];

/** What else happens to a business. */
const SITUATIONS = [
  ["Album of 30", { type: "image", image: { id: "1001" }, count: 30 }],
  ["Sticker that moves", { type: "sticker", variant: "animated" }],
  ["Forward a photo", { type: "image", variant: "forwarded" }],
  ["Come from an ad", { type: "text", variant: "ad", text: "Is this still available?" }],
  ["Ask about a product", { type: "text", variant: "product", text: "Do you have this in brass?" }],
  ["Fill in a form", { type: "interactive", variant: "flow" }],
  ["Give an address", { type: "interactive", variant: "address" }],
  ["Allow calls", { type: "interactive", variant: "call_permission" }],
  ["Open the chat", { type: "request_welcome" }],
];

function tile(name, label, act) {
  return button("tile", "", () => { extras.open = false; act(); }, make("span", `dot ${name}`, icon(name)), label);
}

const sendNow = (message) => {
  if (!me.customer) return;
  write({ ...message, replyTo: next.quoted?.id }).then((sent) => sent && drop());
  text.focus();
};

el("attach").append(
  ...Object.entries(FILES).map(([kind, { name }]) => tile(kind, name, () => me.customer && stage(kind))),
  ...AT_ONCE.map(([name, label, message]) => tile(name, label, () => sendNow(message ?? { type: name }))),
);
el("situations").append(...SITUATIONS.map(([label, message]) => button("chip", "", () => { extras.open = false; sendNow(message); }, label)));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (extras.open) {
    extras.open = false;
    extras.querySelector("summary").focus();
  } else if (document.activeElement === text && (next.quoted || next.edited || next.staged)) {
    if (next.edited) text.value = "";
    drop();
  }
});
document.addEventListener("click", (event) => {
  if (!extras.contains(event.target)) extras.open = false;
});
