// Who may hold the phone.

import { el, initials, make, place } from "./dom.js";
import { again, call, me, notice, url } from "./simulator.js";

const list = el("customers");
/** What happens when another phone is taken. */
let onChoice = () => {};
export const whenChosen = (act) => { onChoice = act; };

export const readPeople = again(async () => {
  let state = await call("state");
  if (me.customer && !state.customers.some(isMe)) {
    me.customer = (await addMe()).customer;
    state = await call("state");
  }
  me.people = state.customers;
  me.customer = me.people.find(isMe)?.customer ?? me.customer;
  const known = state.numbers.some((number) => number.phoneNumberId === me.phoneNumberId);
  if (!known) me.phoneNumberId = state.numbers[0]?.phoneNumberId ?? null;
  drawNumbers(state.numbers);
  const chats = new Map(
    state.chats.filter((chat) => chat.phoneNumberId === me.phoneNumberId).map((chat) => [chat.customer, chat]),
  );
  const order = [...chats.keys()];
  const rank = (person) => (chats.has(person.customer) ? order.indexOf(person.customer) : order.length);
  const listed = me.people.toSorted((a, b) => rank(a) - rank(b));
  if (!me.customer && listed.length) choose(listed[0].customer);
  drawPeople(listed, chats);
});

const isMe = (person) => [person.customer, person.phone, person.userId].includes(me.customer);

/** The customer in the address of this page need not exist yet, or not any more after a reset. */
async function addMe() {
  const before = me.people.find(isMe);
  const isPhone = /^\+?\d+$/.test(me.customer);
  return call("customers", {
    name: before?.name ?? me.name,
    username: before?.username,
    phone: before?.phone ?? (isPhone ? me.customer : undefined),
    userId: before?.userId ?? (isPhone ? undefined : me.customer),
  });
}

function drawNumbers(numbers) {
  el("number-field").hidden = numbers.length < 2;
  el("number").replaceChildren(...numbers.map((number) => {
    const label = number.verifiedName || `+${number.displayPhoneNumber}`;
    return new Option(label, number.phoneNumberId, false, number.phoneNumberId === me.phoneNumberId);
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
    const here = person.customer === me.customer;
    mark(row, here);
    row.avatar.textContent = initials(nameOf(person));
    row.name.textContent = nameOf(person);
    row.line.textContent = chat?.lastText ?? addressOf(person);
    row.badge.textContent = chat?.unread && !here ? chat.unread : "";
  }
  const known = new Set(listed.map((person) => person.customer));
  for (const key of rows.keys()) if (!known.has(key)) rows.delete(key);
  place(list, listed.map((person) => rows.get(person.customer).item));
  const index = listed.findIndex((person) => person.customer === me.customer);
  if (`${index} ${me.customer}` !== shown) {
    shown = `${index} ${me.customer}`;
    rows.get(me.customer)?.item.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function makeRow(key) {
  const [avatar, name, line, badge] = ["avatar", "name", "line", "badge"].map((kind) => make("span", kind));
  avatar.setAttribute("aria-hidden", "true");
  name.dir = line.dir = "auto";
  const row = make("button", "", avatar, make("span", "words", name, line), badge);
  row.type = "button";
  row.dataset.testid = "phone-customer";
  row.dataset.customer = key;
  row.addEventListener("click", () => { choose(key); el("text").focus(); });
  return { item: make("li", "", row), button: row, avatar, name, line, badge };
}

function mark(row, here) {
  row.button.setAttribute("aria-current", String(here));
}

const addressOf = (person) => (person.phone ? `+${person.phone}` : person.username ? `@${person.username}` : person.userId);
export const nameOf = (person) => person.name || (person.username && `@${person.username}`) || addressOf(person);

function choose(key) {
  const other = me.customer !== key;
  me.customer = key;
  const page = url("phone");
  page.searchParams.set("from", key);
  if (me.phoneNumberId) page.searchParams.set("phoneNumberId", me.phoneNumberId);
  history.replaceState(null, "", page);
  for (const [address, row] of rows) mark(row, address === key);
  return onChoice(other);
}

el("number").addEventListener("change", () => {
  me.phoneNumberId = el("number").value;
  onChoice(true);
  if (me.customer) choose(me.customer);
  readPeople();
});

el("newcomer").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const made = await call("customers", { name: el("new-name").value.trim(), phone: el("new-phone").value });
    el("newcomer").reset();
    choose(made.customer);
    await readPeople();
    await onChoice(false);
    el("text").focus();
  } catch (error) {
    notice(error.message, true);
  }
});

el("link").addEventListener("submit", async (event) => {
  event.preventDefault();
  // What a camera reads has an @; what is typed has none.
  const code = el("link-code").value.trim();
  const phone = el("link-phone").value.replace(/\D/g, "");
  const scan = { [code.includes("@") ? "qr" : "pairingCode"]: code };
  if (phone) scan.phone = phone;
  try {
    const linked = await call("linked/scan", scan);
    el("link").reset();
    notice(`+${linked.phone} is linked.`);
    await readPeople();
  } catch (error) {
    notice(error.message, true);
  }
});
