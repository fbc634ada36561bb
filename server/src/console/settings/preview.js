const form = document.querySelector(".beside form");
const root = document.documentElement;
let set = [];
let asked = 0;
const wear = async () => {
  const turn = ++asked;
  for (const shown of document.querySelectorAll("[data-preview]")) shown.textContent = form.elements[shown.dataset.preview].value;
  const answer = await fetch("/settings/branding/preview", { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (!answer.ok || turn !== asked) return;
  const properties = await answer.json();
  for (const name of set) root.style.removeProperty(name);
  set = Object.keys(properties);
  for (const name of set) root.style.setProperty(name, properties[name]);
};
form.addEventListener("input", () => void wear().catch(() => {}));
