// What a customer of Pilot Inbox writes into a page of theirs. Read it as the example that it is.

const words = {
  en: {
    home: "Home",
    people: "People",
    deals: "Deals",
    inbox: "Inbox",
    reports: "Reports",
    demo: "A pretend product. Only its inbox is real.",
    failed: "The inbox could not be opened. Is the demo still running? Reload this page to try again.",
  },
  pt: {
    home: "Início",
    people: "Pessoas",
    deals: "Negócios",
    inbox: "Conversas",
    reports: "Relatórios",
    demo: "Um produto de faz de conta. Só a caixa de conversas é real.",
    failed: "Não foi possível abrir as conversas. A demonstração ainda está no ar? Recarregue a página.",
  },
  es: {
    home: "Inicio",
    people: "Personas",
    deals: "Negocios",
    inbox: "Bandeja",
    reports: "Informes",
    demo: "Un producto de mentira. Solo la bandeja es real.",
    failed: "No se pudo abrir la bandeja. ¿Sigue en marcha la demostración? Vuelve a cargar la página.",
  },
  ar: {
    home: "الرئيسية",
    people: "الأشخاص",
    deals: "الصفقات",
    inbox: "المحادثات",
    reports: "التقارير",
    demo: "منتج تخيّلي. صندوق المحادثات وحده حقيقي.",
    failed: "تعذّر فتح المحادثات. هل ما زال العرض التوضيحي يعمل؟ أعد تحميل الصفحة.",
  },
};

let locale = "en";
let theme = "light";
let unread = 0;
let chat;

const all = (selector) => document.querySelectorAll(selector);
const state = document.querySelector("#state");
const badge = document.querySelector("#unread");

// Our own backend asks the inbox for a token; the API key stays there.
async function mint() {
  const answer = await fetch("/embed-token", { method: "POST" });
  if (!answer.ok) throw new Error(`POST /embed-token answered ${answer.status}`);
  return (await answer.json()).token;
}

async function show() {
  const token = await mint();
  chat?.destroy();
  chat = PilotStatus.chat.mount("#inbox", {
    token,
    locale,
    theme,
    onUnreadCount(count) {
      unread = count;
      paint();
    },
    // A session that cannot be renewed is over (after twelve hours, say): a new token, a new inbox.
    onSessionExpired: () => show().catch(failed),
    onError: ({ message }) => (state.textContent = message),
  });
  state.textContent = "";
}

function failed(error) {
  console.error(error);
  state.textContent = words[locale].failed;
}

function paint() {
  document.documentElement.lang = locale;
  document.documentElement.dir = locale === "ar" ? "rtl" : "ltr";
  document.documentElement.dataset.theme = theme;
  for (const node of all("[data-word]")) (node.querySelector("b") ?? node).textContent = words[locale][node.dataset.word];
  for (const node of all("[data-locale]")) node.setAttribute("aria-pressed", String(node.dataset.locale === locale));
  for (const node of all("[data-theme-choice]")) node.setAttribute("aria-pressed", String(node.dataset.themeChoice === theme));
  badge.hidden = unread === 0;
  badge.textContent = unread > 99 ? "99+" : String(unread);
  document.title = `${unread ? `(${unread}) ` : ""}${words[locale].inbox} · Acme CRM`;
}

for (const node of all("[data-locale]")) {
  node.addEventListener("click", () => {
    locale = node.dataset.locale;
    chat?.setLocale(locale);
    paint();
  });
}

for (const node of all("[data-theme-choice]")) {
  node.addEventListener("click", () => {
    theme = node.dataset.themeChoice;
    chat?.setTheme(theme);
    paint();
  });
}

paint();
try {
  PilotStatus.init();
  await show();
} catch (error) {
  failed(error);
}
