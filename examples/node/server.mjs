// A product with the inbox in it: one page, and one route that mints the page's token.
//
//   INBOX=https://inbox.example.com KEY=ps_… NUMBER=wn_… node examples/node/server.mjs

import { createServer } from "node:http";

const { INBOX, KEY, NUMBER, PORT = "4100" } = process.env;
if (!INBOX || !KEY || !NUMBER) {
  console.error("Set INBOX (where your inbox runs), KEY (an API key) and NUMBER (the id of a number).");
  process.exit(1);
}
const inbox = new URL(INBOX).origin;

const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>Inbox</title>
  <body style="margin: 0">
    <div id="inbox" style="height: 100vh"></div>
    <script src="${inbox}/embed.js"></script>
    <script type="module">
      async function show() {
        const answer = await fetch("/inbox-token", { method: "POST" });
        if (!answer.ok) throw new Error("no token: " + answer.status);
        const { token } = await answer.json();
        const chat = PilotStatus.chat.mount("#inbox", {
          token,
          // A session ends after some hours: a new token, a new inbox.
          onSessionExpired() {
            chat.destroy();
            show();
          },
        });
      }
      PilotStatus.init();
      await show();
    </script>
  </body>
</html>
`;

/** The key never leaves this program; the page gets a token for this number and this origin. */
async function mint() {
  const answer = await fetch(`${inbox}/v1/embed/sessions`, {
    method: "POST",
    headers: { "x-api-key": KEY, "content-type": "application/json" },
    body: JSON.stringify({ surface: "chat", whatsappNumberIds: [NUMBER], allowedOrigins: [origin()] }),
  });
  const session = await answer.json();
  if (!answer.ok) throw new Error(`${session.code}: ${session.error}`);
  return session.token;
}

const server = createServer(async (request, response) => {
  const send = (status, type, body) => {
    response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
    response.end(body);
  };
  const route = `${request.method} ${request.url.split("?")[0]}`;
  if (route === "GET /") return send(200, "text/html; charset=utf-8", page);
  if (route !== "POST /inbox-token") return send(404, "text/plain", "There is nothing here.");
  try {
    // Your product looks here who is signed in, and whether they may see this number.
    send(200, "application/json", JSON.stringify({ token: await mint() }));
  } catch (error) {
    console.error(error);
    send(502, "application/json", JSON.stringify({ error: "The inbox gave no token." }));
  }
});

const origin = () => process.env.ORIGIN ?? `http://127.0.0.1:${server.address().port}`;

server.listen(Number(PORT), "127.0.0.1", () => console.log(`The product is at ${origin()}`));
