// What a bubble shows: the simulator says it in one form for every type, and this draws it.

import { button, icon, link, make } from "./dom.js";
import { notice, person, url, write } from "./simulator.js";

/** The parts of a bubble, from top to bottom. `onPlay` is called when a voice note is heard. */
export function drawFace(message, onPlay) {
  const { face } = message;
  const parts = [];
  if (message.deleted) return [make("span", "body quiet-words", message.text)];
  if (face.media) parts.push(file(face.media, onPlay));
  if (face.place) parts.push(map(face.place));
  for (const card of face.cards ?? []) parts.push(businessCard(card));
  if (face.order) parts.push(make("ul", "order", ...face.order.map((line) => make("li", "", line))));
  if (face.header) parts.push(make("strong", "head", face.header));
  if (face.words) parts.push(words(face.words));
  if (face.footer) parts.push(make("span", "foot", face.footer));
  // A type that has no face of its own: its name.
  if (parts.length === 0) parts.push(make("span", "body quiet-words", message.text));
  return parts;
}

/** What can be pressed, below the bubble's words. */
export function drawChoices(message) {
  const { face } = message;
  if (message.deleted) return [];
  const choices = (face.buttons ?? []).map((choice) => press(message, choice));
  if (face.list) choices.push(button("choice", "", () => open(message, face.list), icon("list"), face.list.button));
  return choices;
}

/** A text in which web addresses can be followed. */
function words(text) {
  const body = make("span", "body");
  for (const piece of text.split(/(https?:\/\/[^\s<>"]+)/)) {
    body.append(link("", piece, piece) ?? piece);
  }
  return body;
}

function file(media, onPlay) {
  if (!media.address) return make("span", "body quiet-words", "This file is not here any more");
  const address = url(media.address);
  if (media.kind === "image") {
    return button("shot", "Show the photo", () => enlarge(address), picture(address, "Photo"));
  }
  if (media.kind === "sticker") return picture(address, "Sticker", "sticker");
  if (media.kind === "video") {
    const video = make("video", "film");
    Object.assign(video, { src: address, controls: true, playsInline: true, preload: "metadata" });
    return video;
  }
  if (media.kind === "document") return paper(media, address);
  return player(media, address, onPlay);
}

function picture(address, alt, kind = "") {
  const image = make("img", kind);
  Object.assign(image, { src: address, alt });
  return image;
}

function paper(media, address) {
  const name = media.fileName ?? "Document";
  const ending = name.includes(".") ? name.split(".").at(-1).slice(0, 5).toUpperCase() : "FILE";
  const facts = make("span", "facts", make("bdi", "name", name), make("span", "foot", `${ending} · ${size(media.size)}`));
  const paper = make("a", "paper", icon("document"), facts);
  Object.assign(paper, { href: address, download: name });
  return paper;
}

const size = (bytes) => (bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** Sound: a voice note, or a file of sound. */
function player(media, address, onPlay) {
  const audio = new Audio();
  audio.preload = "metadata";
  audio.src = address;
  const toggle = button("round", "Play", () => (audio.paused ? start() : audio.pause()), icon("play"), icon("pause"));
  const track = make("input", "track");
  Object.assign(track, { type: "range", min: 0, max: 1, step: "any", value: 0 });
  track.setAttribute("aria-label", "Position");
  const time = make("span", "foot", "0:00");
  const start = () => audio.play().then(onPlay, () => notice("This browser cannot play this sound.", true));
  const move = () => {
    const length = Number.isFinite(audio.duration) ? audio.duration : 0;
    track.value = length ? audio.currentTime / length : 0;
    time.textContent = clock(audio.currentTime || length);
  };
  const turn = () => {
    toggle.setAttribute("aria-label", audio.paused ? "Play" : "Pause");
    toggle.classList.toggle("playing", !audio.paused);
  };
  for (const event of ["timeupdate", "loadedmetadata", "ended"]) audio.addEventListener(event, move);
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, turn);
  track.addEventListener("input", () => { audio.currentTime = track.value * (audio.duration || 0); });
  // A file of sound has a name; a voice note is what it is.
  const name = media.kind === "voice" ? null : make("bdi", "name", media.fileName ?? "Audio");
  return make("span", "player", toggle, make("span", "facts", name, track, time));
}

/** No map of anybody's: a drawing, and a link to one. */
function map(place) {
  const degrees = `${place.latitude}, ${place.longitude}`;
  const facts = make("span", "facts", make("bdi", "name", place.name ?? "Location"), make("bdi", "foot", place.address ?? degrees));
  const at = `mlat=${encodeURIComponent(place.latitude)}&mlon=${encodeURIComponent(place.longitude)}`;
  return link("place", `https://www.openstreetmap.org/?${at}`, make("span", "map", icon("location")), facts);
}

function businessCard(card) {
  const lines = card.lines.map((line) => make("bdi", "foot", line));
  const avatar = make("span", "avatar", icon("contacts"));
  return make("span", "card", avatar, make("span", "facts", make("bdi", "name", card.name), ...lines));
}

// ---- pressing

function press(message, choice) {
  const act = {
    reply: () => answer(message, "interactive", { type: "button_reply", button_reply: { id: choice.id, title: choice.title } }),
    quickReply: () => answer(message, "button", { text: choice.title, payload: choice.id }),
    place: () => answer(message, "location"),
    contact: () => answer(message, "contacts", [myCard()]),
    code: () => copy(choice.value ?? ""),
  }[choice.kind];
  const drawing = { reply: "reply", quickReply: "reply", place: "location", contact: "contacts", code: "code", phone: "phone" };
  const face = [icon(drawing[choice.kind] ?? "link"), choice.title];
  if (act) return button(`choice ${choice.kind}`, "", act, ...face);
  const address = choice.kind === "phone" ? `tel:${choice.value}` : choice.value;
  return link("choice", address ?? "", ...face) ?? make("span", "choice", ...face);
}

const answer = (message, type, object) => write({ type, ...(object && { [type]: object }), replyTo: message.id });

function myCard() {
  const { name, phone } = person() ?? {};
  const known = name || "Customer";
  return {
    name: { formatted_name: known, first_name: known.split(" ")[0] },
    phones: phone ? [{ phone: `+${phone}`, wa_id: phone, type: "CELL" }] : [],
    origin: "contact_request",
  };
}

async function copy(code) {
  try {
    await navigator.clipboard.writeText(code);
    notice(`Copied ${code}`);
  } catch {
    notice(`The browser does not let this page copy. The code is ${code}`);
  }
}

// ---- what lies over the chat

const sheet = document.getElementById("sheet");
sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });

function open(message, list) {
  const row = (row) => {
    const choose = () => {
      sheet.close();
      const { id, title, description } = row;
      answer(message, "interactive", { type: "list_reply", list_reply: { id, title, ...(description && { description }) } });
    };
    return button("row", "", choose, make("bdi", "name", row.title), row.description ? make("bdi", "foot", row.description) : null);
  };
  const sections = list.sections.flatMap((section) => [
    section.title ? make("h3", "", section.title) : null,
    ...section.rows.map(row),
  ]);
  show("list", make("h2", "", list.button), ...sections);
}

function enlarge(address) {
  show("photo", picture(address, "Photo"));
}

function show(kind, ...content) {
  sheet.className = kind;
  const close = button("round plain", "Close", () => sheet.close(), icon("close"));
  sheet.replaceChildren(close, ...content.filter(Boolean));
  sheet.showModal();
}

/** Whether this customer has pressed one of the buttons of a message: they work once. */
export const isPressed = (message, messages) =>
  messages.some((other) => other.fromCustomer && other.replyTo === message.id && ["interactive", "button"].includes(other.type));

