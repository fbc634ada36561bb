// The pretend phone. Everything it shows is read from the simulator; hints by SSE say when to
// read again, so nothing can be missed by a lost event. Text is only ever set by textContent.

const url = (path) => new URL(path, document.baseURI);
const el = (id) => document.getElementById(id);
const ui = {
  number: el("number"), numberField: el("number-field"), customers: el("customers"),
  newcomer: el("newcomer"), newName: el("new-name"), newPhone: el("new-phone"), reads: el("reads"),
  theme: el("theme"), avatar: el("avatar"), business: el("business"), state: el("state"),
  log: el("log"), empty: el("empty"), messages: el("messages"), notice: el("notice"),
  composer: el("composer"), extras: el("extras"), text: el("text"), send: el("send"),
};

const asked = new URLSearchParams(location.search);
let phoneNumberId = asked.get("phoneNumberId");
let customer = asked.get("from")?.replace(/^\+/, "") || null;
let people = [];

// ---- talking to the simulator

async function call(path, body) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  const answer = await fetch(url(path), options);
  const text = await answer.text();
  const value = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Error(value?.error ?? `The simulator answered ${answer.status}.`);
  return value;
}

function notice(text, danger = false) {
  ui.notice.textContent = text;
  ui.notice.dataset.tone = danger ? "danger" : "";
}

/** Runs `work` now, or once more after the run that is under way; the promise ends with the last. */
function again(work) {
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

// ---- people

const readPeople = again(async () => {
  let state = await call("state");
  if (customer && !state.customers.some((person) => isMe(person))) {
    customer = (await addMe()).customer;
    state = await call("state");
  }
  people = state.customers;
  customer = people.find((person) => isMe(person))?.customer ?? customer;
  const known = state.numbers.some((number) => number.phoneNumberId === phoneNumberId);
  if (!known) phoneNumberId = state.numbers[0]?.phoneNumberId ?? null;
  drawNumbers(state.numbers);
  const chats = new Map(
    state.chats.filter((chat) => chat.phoneNumberId === phoneNumberId).map((chat) => [chat.customer, chat]),
  );
  const order = [...chats.keys()];
  const rank = (person) => (chats.has(person.customer) ? order.indexOf(person.customer) : order.length);
  const listed = people.toSorted((a, b) => rank(a) - rank(b));
  if (!customer && listed.length) choose(listed[0].customer);
  drawPeople(listed, chats);
});

const isMe = (person) => [person.customer, person.phone, person.userId].includes(customer);

/** The customer in the address of this page need not exist yet, or not any more after a reset. */
async function addMe() {
  const before = people.find((person) => isMe(person));
  const isPhone = /^\+?\d+$/.test(customer);
  return call("customers", {
    name: before?.name ?? asked.get("name"),
    username: before?.username,
    phone: before?.phone ?? (isPhone ? customer : undefined),
    userId: before?.userId ?? (isPhone ? undefined : customer),
  });
}

function drawNumbers(numbers) {
  ui.numberField.hidden = numbers.length < 2;
  ui.number.replaceChildren(...numbers.map((number) => {
    const label = number.verifiedName || `+${number.displayPhoneNumber}`;
    return new Option(label, number.phoneNumberId, false, number.phoneNumberId === phoneNumberId);
  }));
}

const rows = new Map();
/** Where the list was last scrolled to: place and customer. */
let shown = "";

function drawPeople(listed, chats) {
  for (const person of listed) {
    if (!rows.has(person.customer)) rows.set(person.customer, makeRow(person.customer));
    const row = rows.get(person.customer);
    const chat = chats.get(person.customer);
    const here = person.customer === customer;
    mark(row, here);
    row.avatar.textContent = initials(nameOf(person));
    row.name.textContent = nameOf(person);
    row.line.textContent = chat?.lastText ?? addressOf(person);
    row.badge.textContent = chat?.unread && !here ? chat.unread : "";
  }
  const known = new Set(listed.map((person) => person.customer));
  for (const key of rows.keys()) if (!known.has(key)) rows.delete(key);
  place(ui.customers, listed.map((person) => rows.get(person.customer).item));
  const index = listed.findIndex((person) => person.customer === customer);
  if (`${index} ${customer}` !== shown) {
    shown = `${index} ${customer}`;
    rows.get(customer)?.item.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function makeRow(key) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.testid = "phone-customer";
  button.dataset.customer = key;
  button.addEventListener("click", () => { choose(key); ui.text.focus(); });
  const [avatar, words, name, line, badge] = ["avatar", "words", "name", "line", "badge"].map((kind) => {
    const span = document.createElement("span");
    span.className = kind;
    return span;
  });
  avatar.setAttribute("aria-hidden", "true");
  name.dir = line.dir = "auto";
  words.append(name, line);
  button.append(avatar, words, badge);
  item.append(button);
  return { item, button, avatar, name, line, badge };
}

function mark(row, here) {
  row.button.setAttribute("aria-current", String(here));
}

const nameOf = (person) => person.name || (person.username && `@${person.username}`) || addressOf(person);
const addressOf = (person) => (person.phone ? `+${person.phone}` : person.username ? `@${person.username}` : person.userId);
const initials = (name) => [...new Intl.Segmenter().segment(name.replace(/^[+@]/, ""))][0]?.segment.toUpperCase() ?? "";

function choose(key) {
  if (customer !== key) ui.messages.replaceChildren();
  customer = key;
  const page = url("phone");
  page.searchParams.set("from", key);
  if (phoneNumberId) page.searchParams.set("phoneNumberId", phoneNumberId);
  history.replaceState(null, "", page);
  for (const [address, row] of rows) mark(row, address === key);
  readChat();
}

ui.number.addEventListener("change", () => {
  phoneNumberId = ui.number.value;
  ui.messages.replaceChildren();
  if (customer) choose(customer);
  readPeople();
});

ui.newcomer.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const made = await call("customers", { name: ui.newName.value.trim(), phone: ui.newPhone.value });
    ui.newcomer.reset();
    choose(made.customer);
    await readPeople();
    await readChat();
    ui.text.focus();
  } catch (error) {
    notice(error.message, true);
  }
});

// ---- the chat

let typing;

const readChat = again(async () => {
  if (!phoneNumberId || !people.some((person) => person.customer === customer)) return;
  const [number, from] = [phoneNumberId, customer];
  const chat = await call(`chats/${encodeURIComponent(number)}/${encodeURIComponent(from)}`);
  if (number !== phoneNumberId || from !== customer) return;
  ui.business.textContent = chat.number.verifiedName || `+${chat.number.displayPhoneNumber}`;
  ui.avatar.textContent = initials(ui.business.textContent);
  ui.text.disabled = false;
  ui.send.disabled = ui.text.value.trim() === "";
  ui.empty.hidden = chat.messages.length > 0;
  ui.empty.textContent = "Write to the business, as a customer would.";
  clearTimeout(typing);
  ui.state.textContent = chat.typingMs ? "typing…" : `+${chat.number.displayPhoneNumber}`;
  if (chat.typingMs) typing = setTimeout(readChat, chat.typingMs + 100);
  const shut = chat.messages.length > 0 && !chat.windowOpen;
  notice(shut ? "More than 24 hours have passed: the business can answer again once you write." : "");
  drawMessages(chat.messages);
  readIfLooking(chat.messages);
});

function readIfLooking(messages) {
  const unread = messages.some((message) => !message.fromCustomer && message.status !== "read");
  if (unread && ui.reads.checked && document.visibilityState === "visible") {
    call("read", { phoneNumberId, from: customer }).catch((error) => notice(error.message, true));
  }
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });
const TICKS = { pending: "Sent", delivered: "Delivered", read: "Read" };

function drawMessages(messages) {
  const first = ui.messages.childElementCount === 0;
  const nearEnd = ui.log.scrollHeight - ui.log.scrollTop - ui.log.clientHeight < 120;
  const byId = new Map(messages.map((message) => [message.id, message]));
  const known = new Map([...ui.messages.children].map((node) => [node.dataset.key, node]));
  const nodes = [];
  let today = "";
  for (const message of messages) {
    const date = day.format(message.at * 1000);
    if (date !== today) {
      today = date;
      nodes.push(known.get(`day ${date}`) ?? makeDay(date));
    }
    const bubble = known.get(message.id) ?? makeBubble(message, byId.get(message.replyTo), !first);
    update(bubble, message);
    nodes.push(bubble);
  }
  const grew = nodes.length > known.size;
  place(ui.messages, nodes);
  if (first || (grew && (nearEnd || messages.at(-1)?.fromCustomer))) ui.log.scrollTop = ui.log.scrollHeight;
}

function makeDay(date) {
  const item = document.createElement("li");
  item.className = "day";
  item.dataset.key = `day ${date}`;
  item.textContent = date;
  return item;
}

function makeBubble(message, quoted, fresh) {
  const item = document.createElement("li");
  item.className = fresh ? "bubble fresh" : "bubble";
  item.dataset.key = message.id;
  item.dataset.testid = "phone-message";
  item.dataset.direction = message.fromCustomer ? "out" : "in";
  item.dataset.kind = message.type;
  // By the text alone: what has a direction of its own does not count.
  item.dir = "auto";
  if (message.replyTo) item.append(directed("auto", span("quote", quoted?.text ?? "An earlier message")));
  const body = span("body", message.text);
  const meta = directed("ltr", span("meta", ""));
  meta.append(span("time", clock.format(message.at * 1000)));
  item.append(body, meta);
  if (message.fromCustomer) meta.append(ticks(), span("sr", ""));
  else item.append(reactButton(message));
  return item;
}

function update(item, message) {
  item.dataset.status = message.status;
  if (message.fromCustomer) {
    item.querySelector(".sr").textContent = TICKS[message.status];
  }
  const emojis = (message.reactions ?? []).map((reaction) => reaction.emoji).join(" ");
  item.classList.toggle("reacted", emojis !== "");
  let box = item.querySelector(".reactions");
  if (emojis && !box) item.append((box = directed("ltr", span("reactions", ""))));
  if (box) emojis ? (box.textContent = emojis) : box.remove();
  const mine = (message.reactions ?? []).some((reaction) => reaction.fromCustomer);
  item.querySelector(".react")?.setAttribute("aria-pressed", String(mine));
}

function span(kind, text) {
  const node = document.createElement("span");
  node.className = kind;
  node.textContent = text;
  return node;
}

function directed(dir, node) {
  node.dir = dir;
  return node;
}

function ticks() {
  const SVG = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 18 12");
  svg.setAttribute("aria-hidden", "true");
  for (const [kind, d] of [["first", "M1 6.5 4.5 10 12 2"], ["second", "M8 9 9 10 16.5 2"]]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", kind);
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

function reactButton(message) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "react";
  button.textContent = "👍";
  button.setAttribute("aria-label", "React with a thumbs up");
  button.addEventListener("click", () => {
    const emoji = button.getAttribute("aria-pressed") === "true" ? "" : "👍";
    write({ type: "reaction", reaction: { message_id: message.id, emoji } });
  });
  return button;
}

/** Makes these the children, touching only what differs: a log must not announce old entries. */
function place(parent, nodes) {
  const keep = new Set(nodes);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
}

// ---- writing

async function write(message) {
  const person = people.find((known) => known.customer === customer);
  try {
    await call("messages", {
      phoneNumberId, from: customer, userId: person?.userId, username: person?.username, ...message,
    });
    return true;
  } catch (error) {
    notice(error.message, true);
    return false;
  }
}

ui.composer.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = ui.text.value.trim();
  if (!text || !customer) return;
  const before = ui.text.value;
  ui.text.value = "";
  ui.send.disabled = true;
  // What could not be sent comes back, unless something new was typed meanwhile.
  if (!(await write({ text })) && ui.text.value === "") {
    ui.text.value = before;
    ui.send.disabled = false;
  }
  ui.text.focus();
});

ui.text.addEventListener("input", () => { ui.send.disabled = ui.text.value.trim() === ""; });
ui.text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    ui.composer.requestSubmit();
  }
});

ui.extras.addEventListener("click", (event) => {
  const { kind, variant } = event.target.dataset ?? {};
  if (!kind) return;
  ui.extras.open = false;
  // What comes along with a text has no example of a text.
  const text = kind === "text" ? "Is this still available?" : undefined;
  if (customer) write({ type: kind, variant, text });
  ui.text.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && ui.extras.open) {
    ui.extras.open = false;
    ui.extras.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  if (!ui.extras.contains(event.target)) ui.extras.open = false;
});

// ---- theme, visibility, hints

const dark = () => {
  const forced = document.documentElement.dataset.theme;
  return forced ? forced === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};
const nameTheme = () => { ui.theme.textContent = dark() ? "Light" : "Dark"; };
ui.theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = dark() ? "light" : "dark";
  nameTheme();
});
nameTheme();

ui.reads.addEventListener("change", readChat);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") readChat(); });

const hints = new EventSource(url("phone/events"));
hints.addEventListener("open", () => readPeople().then(readChat));
hints.addEventListener("error", () => { ui.state.textContent = "connecting…"; });
hints.addEventListener("message", (event) => {
  const change = JSON.parse(event.data);
  if (change.kind === "chat" && change.phoneNumberId === phoneNumberId && change.customer === customer) readChat();
  readPeople().then(change.kind === "reset" ? readChat : undefined);
});
