// What the page is built of. Text from outside only ever becomes the text of a node, and an address only where it is one.

export const el = (id) => document.getElementById(id);

/** A node of this class with these children; a string becomes text. */
export function make(tag, kind, ...children) {
  const node = document.createElement(tag);
  if (kind) node.className = kind;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** A button that does something; its label is for those who do not see what is in it. */
export function button(kind, label, act, ...children) {
  const node = make("button", kind, ...children);
  node.type = "button";
  if (label) node.setAttribute("aria-label", label);
  node.addEventListener("click", act);
  return node;
}

/** A link that leaves the page; null where the address is none. */
export function link(kind, address, ...children) {
  if (!/^(https?:\/\/|tel:\+?\d)/.test(address)) return null;
  const node = make("a", kind, ...children);
  node.href = address;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

const ICONS = {
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01",
  video: "M3 6h12v12H3zM15 10l6-3v10l-6-3",
  audio: "M9 18V6l10-2v12M9 18a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM19 16a3 3 0 1 1-6 0 3 3 0 0 1 6 0z",
  voice: "M9 5a3 3 0 0 1 6 0v6a3 3 0 0 1-6 0zM5 11a7 7 0 0 0 14 0M12 18v3",
  document: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  sticker: "M4 4h16v9l-7 7H4zM13 20v-7h7M8 9h.01M14 9h.01M8 13c1 1.500 3 2 4 1",
  location: "M12 21s7-6 7-11a7 7 0 0 0-14 0c0 5 7 11 7 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
  contacts: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 4-6 8-6s8 2 8 6",
  order: "M5 8h14l-1 12H6zM9 8V6a3 3 0 0 1 6 0v2",
  poll: "M5 20V10M12 20V4M19 20v-7",
  reply: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6v1",
  link: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  phone: "M5 4h4l2 5-3 2a11 11 0 0 0 5 5l2-3 5 2v4a1 1 0 0 1-1 1A16 16 0 0 1 4 5a1 1 0 0 1 1-1",
  code: "M9 9h11v11H9zM5 15H4V4h11v1",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  play: "M7 5v14l12-7z",
  pause: "M8 5v14M16 5v14",
  close: "M6 6l12 12M18 6 6 18",
  more: "M6 10l6 6 6-6",
  edit: "M4 20h4L20 8l-4-4L4 16zM13 7l4 4",
  delete: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
};

const SVG = "http://www.w3.org/2000/svg";

/** One of the drawings above, or given paths in a box of their own. */
export function icon(name, paths = [ICONS[name]], box = "0 0 24 24") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", box);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** Makes these the children, touching only what differs: a log must not announce old entries. */
export function place(parent, nodes) {
  const keep = new Set(nodes);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
}

/** The first character to the eye. */
export const initials = (name) => [...new Intl.Segmenter().segment(name.replace(/^[+@]/, ""))][0]?.segment.toUpperCase() ?? "";
