"""A product with the inbox in it: one page, one route that mints the page's token, and one that writes to a customer.

    INBOX=https://inbox.example.com KEY=ps_… NUMBER=wn_… python3 examples/python/server.py
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pilot_status import PilotStatusClient, PilotStatusHttpError

try:
    INBOX, KEY, NUMBER = (os.environ[name] for name in ("INBOX", "KEY", "NUMBER"))
except KeyError:
    sys.exit("Set INBOX (where your inbox runs), KEY (an API key) and NUMBER (the id of a number).")
INBOX = INBOX.rstrip("/")

PAGE = f"""<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>Inbox</title>
  <body style="margin: 0">
    <div id="inbox" style="height: 100vh"></div>
    <script src="{INBOX}/embed.js"></script>
    <script type="module">
      async function show() {{
        const answer = await fetch("/inbox-token", {{ method: "POST" }});
        if (!answer.ok) throw new Error("no token: " + answer.status);
        const {{ token }} = await answer.json();
        const chat = PilotStatus.chat.mount("#inbox", {{
          token,
          // A session ends after some hours: a new token, a new inbox.
          onSessionExpired() {{
            chat.destroy();
            show();
          }},
        }});
      }}
      PilotStatus.init();
      await show();
    </script>
  </body>
</html>
"""


def here(request, timeout):
    """Leads the package to our inbox: its own address is fixed."""
    request.full_url = request.full_url.replace("https://pilotstatus.com.br", INBOX, 1)
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status, headers, answer.read().decode()


whatsapp = PilotStatusClient(api_key=KEY, whatsapp_number_id=NUMBER, transport=here)


def mint(origin):
    """The key never leaves this program; the page gets a token for this number and this origin."""
    request = urllib.request.Request(
        f"{INBOX}/v1/embed/sessions",
        data=json.dumps({"surface": "chat", "whatsappNumberIds": [NUMBER], "allowedOrigins": [origin]}).encode(),
        headers={"x-api-key": KEY, "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["token"]


class Product(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.partition("?")[0] != "/":
            return self.answer(404, "text/plain", "There is nothing here.")
        return self.answer(200, "text/html; charset=utf-8", PAGE)

    def do_POST(self):
        path, _, query = self.path.partition("?")
        match path.strip("/").split("/"):
            case ["inbox-token"]:
                # Your product looks here who is signed in, and whether they may see this number.
                return self.json(lambda: {"token": mint(origin())})
            case ["orders", order, "shipped"]:
                return self.json(lambda: shipped(order, urllib.parse.parse_qs(query).get("to", [""])[0]))
        return self.answer(404, "text/plain", "There is nothing here.")

    def json(self, make):
        try:
            self.answer(200, "application/json", json.dumps(make()))
        except PilotStatusHttpError as error:
            # A sentence for whoever made the request: what was wrong with it.
            self.answer(error.status, "application/json", json.dumps({"error": str(error)}))
        except urllib.error.URLError as error:
            self.log_error("%s", error)
            self.answer(502, "application/json", json.dumps({"error": "The inbox did not answer."}))

    def answer(self, status, kind, body):
        data = body.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.send_header("cache-control", "no-store")
        self.end_headers()
        self.wfile.write(data)


def shipped(order, phone):
    """Tells a customer; asked again for the same order it sends nothing again."""
    message = {"destinationNumber": phone, "text": f"Your order {order} is on its way."}
    accepted = whatsapp.messages.send(message, idempotency_key=f"shipped-{order}")
    return {"message": accepted["id"]}


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "4200"))), Product)


def origin():
    return os.environ.get("ORIGIN") or f"http://127.0.0.1:{server.server_port}"


print(f"The product is at {origin()}", flush=True)
try:
    server.serve_forever()
except KeyboardInterrupt:
    pass
