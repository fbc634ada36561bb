// The chat on the screen of the phone.

import { button, el, icon, initials, make, place } from "./dom.js";
import { drawChoices, drawFace, isPressed } from "./face.js";
import { again, call, me, notice, write } from "./simulator.js";
import { edit, quote, ready } from "./writing.js";

const log = el("log");
const bubbles = el("messages");
/** What the chat held when it was last read, and who the business is there. */
let messages = [];
let business = "";
let typing;

export function forget() {
  bubbles.replaceChildren();
  messages = [];
}

export const readChat = again(async () => {
  if (!me.phoneNumberId || !me.people.some((known) => known.customer === me.customer)) return;
  const [number, from] = [me.phoneNumberId, me.customer];
  const chat = await call(`chats/${encodeURIComponent(number)}/${encodeURIComponent(from)}`);
  if (number !== me.phoneNumberId || from !== me.customer) return;
  business = chat.number.verifiedName || `+${chat.number.displayPhoneNumber}`;
  el("business").textContent = business;
  el("avatar").textContent = initials(business);
  ready();
  el("empty").hidden = chat.messages.length > 0;
  el("empty").textContent = "Write to the business, as a customer would.";
  clearTimeout(typing);
  el("state").textContent = chat.typingMs ? "typing…" : `+${chat.number.displayPhoneNumber}`;
  if (chat.typingMs) typing = setTimeout(readChat, chat.typingMs + 100);
  const shut = chat.messages.length > 0 && !chat.windowOpen;
  notice(shut ? "More than 24 hours have passed: the business can answer again once you write." : "");
  messages = chat.messages;
  draw();
  readIfLooking();
});

function readIfLooking() {
  const unread = messages.some((message) => !message.fromCustomer && message.status !== "read");
  if (unread && el("reads").checked && document.visibilityState === "visible") {
    call("read", { phoneNumberId: me.phoneNumberId, from: me.customer }).catch((error) => notice(error.message, true));
  }
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });
const TICKS = { pending: "Sent", delivered: "Delivered", read: "Read" };

function draw() {
  const first = bubbles.childElementCount === 0;
  const nearEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  const known = new Map([...bubbles.children].map((node) => [node.dataset.key, node]));
  const nodes = [];
  let today = "";
  let before = null;
  for (const message of messages) {
    const date = day.format(message.at * 1000);
    if (date !== today) {
      today = date;
      before = null;
      nodes.push(known.get(`day ${date}`) ?? makeDay(date));
    }
    const bubble = known.get(message.id) ?? makeBubble(message, !first);
    bubble.classList.toggle("leads", before !== message.fromCustomer);
    before = message.fromCustomer;
    update(bubble, message);
    nodes.push(bubble);
  }
  const grew = nodes.length > known.size;
  place(bubbles, nodes);
  if (first || (grew && (nearEnd || messages.at(-1)?.fromCustomer))) toEnd();
}

// What opens below the log must not hide its end from whoever was there.
let atEnd = true;
log.addEventListener("scroll", () => { atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 8; });
new ResizeObserver(() => { if (atEnd) log.scrollTop = log.scrollHeight; }).observe(log);

/** Pictures take their place only once they are there. */
function toEnd() {
  log.scrollTop = log.scrollHeight;
  for (const picture of bubbles.querySelectorAll("img, video")) {
    const settle = () => { log.scrollTop = log.scrollHeight; };
    if (picture.tagName === "IMG" && !picture.complete) picture.addEventListener("load", settle, { once: true });
    if (picture.tagName === "VIDEO" && picture.readyState === 0) picture.addEventListener("loadedmetadata", settle, { once: true });
  }
}

function makeDay(date) {
  const item = make("li", "day", date);
  item.dataset.key = `day ${date}`;
  return item;
}

function makeBubble(message, fresh) {
  const more = button("more", "What to do with this message", () => openActions(item.dataset.key, more), icon("more"));
  const item = make("li", fresh ? "bubble fresh" : "bubble", make("div", "content"), more);
  item.dataset.key = message.id;
  item.dataset.testid = "phone-message";
  item.dataset.direction = message.fromCustomer ? "out" : "in";
  item.dataset.kind = message.type;
  item.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, input, video")) return;
    event.preventDefault();
    openActions(item.dataset.key, more);
  });
  return item;
}

function update(item, message) {
  item.dataset.status = message.status;
  const pressed = isPressed(message, messages);
  const drawn = JSON.stringify([message.face, message.text, message.edited, message.deleted]);
  if (item.drawn !== drawn) {
    item.drawn = drawn;
    drawContent(item, message);
  }
  for (const choice of item.querySelectorAll(".choice.reply, .choice.quickReply")) choice.disabled = pressed;
  if (message.fromCustomer) item.querySelector(".sr").textContent = TICKS[message.status];
  const emojis = (message.reactions ?? []).map((reaction) => reaction.emoji).join(" ");
  item.classList.toggle("reacted", emojis !== "");
  let box = item.querySelector(".reactions");
  if (emojis && !box) {
    box = make("span", "reactions");
    box.dir = "ltr";
    item.append(box);
  }
  if (box) emojis ? (box.textContent = emojis) : box.remove();
  item.querySelector(".more").hidden = Boolean(message.deleted);
}

function drawContent(item, message) {
  const content = item.querySelector(".content");
  // By the text alone: what has a direction of its own does not count.
  content.dir = "auto";
  item.classList.toggle("deleted", Boolean(message.deleted));
  item.classList.toggle("wordless", !message.deleted && !message.face.words && !message.face.footer);
  const meta = make("span", "meta", message.edited ? "edited " : null, make("span", "time", clock.format(message.at * 1000)));
  meta.dir = "ltr";
  if (message.fromCustomer) meta.append(icon("ticks", ["M1 6.5 4.5 10 12 2", "M8 9 9 10 16.5 2"], "0 0 18 12"), make("span", "sr"));
  const played = () => {
    const isTheirs = message.face.media?.kind === "voice" && !message.fromCustomer;
    if (isTheirs) call("played", { id: message.id }).catch((error) => notice(error.message, true));
  };
  content.replaceChildren(...[message.replyTo ? quoteOf(message) : null, ...drawFace(message, played), meta].filter(Boolean));
  item.querySelector(".choices")?.remove();
  const choices = drawChoices(message);
  if (choices.length > 0) content.after(make("div", "choices", ...choices));
}

// ---- quotes

const authorOf = (message) => (message.fromCustomer ? "You" : business);

function quoteOf(message) {
  const quoted = messages.find((other) => other.id === message.replyTo);
  if (!quoted) return make("span", "quote", make("span", "", "An earlier message"));
  const act = () => {
    const there = [...bubbles.children].find((node) => node.dataset.key === quoted.id);
    there?.scrollIntoView({ block: "center" });
    there?.classList.remove("found");
    requestAnimationFrame(() => there?.classList.add("found"));
  };
  return button("quote", "", act, make("bdi", "author", authorOf(quoted)), make("bdi", "line", quoted.text));
}

// ---- what can be done with one message

const actions = el("actions");

function openActions(id, anchor) {
  const message = messages.find((known) => known.id === id);
  if (!message || message.deleted) return;
  const mine = message.reactions?.find((reaction) => reaction.fromCustomer)?.emoji;
  const sign = (emoji) => {
    const taken = emoji === mine;
    const act = () => write({ type: "reaction", reaction: { message_id: id, emoji: taken ? "" : emoji } });
    const choice = button("emoji", `React with ${emoji}`, done(act), emoji);
    choice.setAttribute("aria-pressed", String(taken));
    return choice;
  };
  const line = (name, label, act) => button("line", "", done(act), icon(name), label);
  const lines = [line("reply", "Reply", () => quote({ id, author: authorOf(message), text: message.text }))];
  if (message.fromCustomer && message.type === "text") lines.push(line("edit", "Edit", () => edit({ id, text: message.face.words })));
  if (message.fromCustomer) {
    lines.push(line("delete", "Delete", () => write({ type: "revoke", revoke: { original_message_id: id } })));
  }
  actions.replaceChildren(make("div", "emojis", ...["👍", "❤️", "😂", "😮", "😢", "🙏"].map(sign)), ...lines);
  actions.showPopover();
  // Beside the bubble, and within the phone.
  const [at, box, edge] = [anchor.getBoundingClientRect(), actions.getBoundingClientRect(), log.getBoundingClientRect()];
  const within = (value, low, high) => Math.max(low, Math.min(value, high));
  actions.style.left = `${within(at.right - box.width, edge.left + 8, edge.right - box.width - 8)}px`;
  const below = at.bottom + 4;
  const fits = below + box.height < edge.bottom;
  actions.style.top = `${Math.max(edge.top, fits ? below : at.top - box.height - 4)}px`;
  actions.querySelector("button").focus();
}

const done = (act) => () => {
  actions.hidePopover();
  act();
};
log.addEventListener("scroll", () => actions.matches(":popover-open") && actions.hidePopover());
