// Keeps the page as it is on the server, and tells the page around it. The page can be read and used without.
const { parent: host } = document.body.dataset;
const said = document.getElementById("said");
const main = () => document.querySelector("main");
const framed = window.parent !== window;
let told;
let stream;

const tell = (type, payload = {}) => {
  if (host && framed) window.parent.postMessage({ source: "pilot-status-embed", v: 1, type, payload }, host);
};

// What is meant for pages without a script would also be heeded when it is put in.
const plain = (part) => {
  for (const unscripted of part.querySelectorAll("noscript")) unscripted.remove();
  return part;
};

const report = () => {
  const { face, number, redirect, failure } = main().dataset;
  const now = `${face} ${failure ?? ""}`;
  if (now === told) return;
  if (told !== undefined) said.textContent = main().querySelector("h1").textContent;
  told = now;
  if (failure) tell("connect:error", { message: failure });
  if (face === "connected") {
    tell("connect:paired", { ...(number && { numberId: number }), ...(redirect && { redirectUrl: redirect }) });
    // Time to read that it has worked. In a page it is that page which goes on.
    if (redirect && !framed) setTimeout(() => location.assign(redirect), 4000);
  } else if (face === "expired") tell("connect:expired");
  else if (["used", "unknown", "not-configured"].includes(face)) tell("connect:error", { message: main().querySelector("h1").textContent });
};

const draw = (html) => {
  // The part alone: what a document brings along would be held against the policy of this one.
  const part = html.slice(html.indexOf("<main"), html.indexOf("</main>") + 7);
  const next = new DOMParser().parseFromString(part, "text/html").querySelector("main");
  if (!next) return;
  const now = main();
  const { face, failure } = next.dataset;
  if (face === now.dataset.face) {
    // A code is another after a while. What somebody types, and what was said of it, stays until there is something new to say.
    if (face === "scan" ? plain(next).isEqualNode(now) : !failure || failure === now.dataset.failure) return;
  }
  now.replaceWith(plain(next));
  begin();
};

const ask = async (options) => {
  const answer = await fetch(location.href, options);
  draw(await answer.text());
};

const offline = (is) => {
  const line = main().querySelector(".connect-wait");
  if (!line || is === line.classList.contains("offline")) return;
  line.classList.toggle("offline", is);
  const words = line.lastElementChild;
  if (is) [line.dataset.words, words.textContent] = [words.textContent, line.dataset.offline];
  else words.textContent = line.dataset.words;
};

const look = () => ask().then(() => offline(false), () => offline(true));

const follow = () => {
  if (stream) return;
  stream = new EventSource(`/v1/remote-pairing/${location.pathname.split("/").pop()}/events`);
  stream.addEventListener("status", look);
  stream.onopen = look;
  stream.onerror = () => {
    offline(true);
    // The browser gives up on answers that are none; they may be different later.
    if (stream.readyState === EventSource.CLOSED) {
      stream = undefined;
      setTimeout(() => main().dataset.live !== undefined && follow(), 5000);
    }
  };
};

// Meta's Embedded Signup: its window gives a code, and tells beside it which number was chosen.
const signUp = async ({ dataset }) => {
  if (!window.FB) {
    await new Promise((loaded, failed) => {
      const script = document.createElement("script");
      Object.assign(script, { src: "https://connect.facebook.net/en_US/sdk.js", onload: loaded, onerror: failed });
      document.head.append(script);
    });
    window.FB.init({ appId: dataset.signUp, version: "v25.0", xfbml: false });
  }
  let found;
  const chosen = new Promise((done) => {
    found = done;
    addEventListener("message", ({ origin, data }) => {
      if (!/^https:\/\/([a-z-]+\.)?facebook\.com$/.test(origin) || typeof data !== "string") return;
      try {
        const { type, data: it } = JSON.parse(data);
        if (type === "WA_EMBEDDED_SIGNUP" && it?.phone_number_id) found(it);
      } catch {
        // Meta says other things as well.
      }
    });
  });
  const options = { config_id: dataset.config, response_type: "code", override_default_response_type: true, extras: { setup: {}, sessionInfoVersion: "3" } };
  const code = await new Promise((done) => window.FB.login(({ authResponse }) => done(authResponse?.code), options));
  // The window was closed: the button is still there.
  if (!code) return;
  // It was said before, or comes at once.
  setTimeout(found, 10_000, {});
  const { waba_id: wabaId = "", phone_number_id: phoneNumberId = "" } = await chosen;
  await ask({ method: "POST", body: new URLSearchParams({ action: "sign-up", code, wabaId, phoneNumberId }) });
};

let begun = false;
const begin = () => {
  report();
  if (main().dataset.live === undefined) {
    stream?.close();
    stream = undefined;
    return;
  }
  follow();
  // Whoever came here wants the code. Programs that only look at links run no scripts, and use none up.
  const form = main().querySelector("form[data-begin]");
  if (form && !begun) {
    begun = true;
    ask({ method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => offline(true));
  }
};

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element && target.closest("[data-sign-up]");
  if (button) signUp(button).catch(() => tell("connect:error", { message: button.textContent }));
});

plain(document.body);
begin();
new ResizeObserver(() => tell("resize", { height: Math.ceil(document.body.getBoundingClientRect().height) })).observe(document.body);
