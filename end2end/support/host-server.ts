import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

// The page of some customer: strict CSP, no inline script, and a record of everything that it heard.
const PAGE = (inbox: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><title>Host</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/host.css">
<script src="${inbox}/embed.js"></script><script src="/host.js"></script>
</head>
<body><div id="inbox"></div><div id="second" hidden></div></body>
</html>`;

const STYLE = `html, body { height: 100%; margin: 0; }
body { display: flex; }
#inbox, #second:not([hidden]) { flex: 1; min-width: 0; height: 100%; }`;

const SCRIPT = `
window.seen = { messages: [], ready: 0, unread: [], opened: [], expired: 0, errors: [] };
window.chats = {};
addEventListener("message", ({ origin, data }) => seen.messages.push({ origin, data }));
window.mountInbox = (target, options) => {
  chats[target] = PilotStatus.chat.mount(target, {
    ...options,
    onReady: () => seen.ready++,
    onUnreadCount: (count) => seen.unread.push(count),
    onConversationOpened: (id) => seen.opened.push(id),
    onSessionExpired: () => { seen.expired++; },
    onError: (error) => seen.errors.push(error),
  });
};
window.connected = { paired: [], errors: [], expired: 0, closed: 0 };
window.showConnect = (how, token) => {
  const options = {
    token,
    onPaired: (paired) => connected.paired.push(paired),
    onError: (error) => connected.errors.push(error),
    onExpired: () => { connected.expired++; },
    onClose: () => { connected.closed++; },
  };
  window.dialog = how === "open" ? PilotStatus.connect.open(options) : PilotStatus.connect.mount("#inbox", options);
};
PilotStatus.init();
`;

const TYPES: Record<string, [type: string, body: string]> = {
  "/host.css": ["text/css", STYLE],
  "/host.js": ["text/javascript", SCRIPT],
};

/**
 * Pages of a customer, on an origin of their own. `GET /?inbox=<origin>` is a page that loads the SDK from there; `&frames=<origins>` may be
 * framed in it, too. */
export class HostServer {
  private constructor(
    private readonly server: Server,
    /** `http://127.0.0.1:<port>`: another site than the inbox's `localhost`. */
    readonly origin: string,
  ) {}

  static async start(): Promise<HostServer> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://host");
      const file = TYPES[url.pathname];
      const inbox = url.searchParams.get("inbox") ?? "";
      if (!file) {
        const frames = `frame-src ${inbox} ${url.searchParams.get("frames") ?? ""}`;
        const policy = `default-src 'none'; script-src 'self' ${inbox}; style-src 'self'; img-src data:; ${frames}`;
        response.setHeader("content-security-policy", policy);
      }
      response.setHeader("content-type", `${file?.[0] ?? "text/html"}; charset=utf-8`);
      response.end(file?.[1] ?? PAGE(inbox));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new HostServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(() => done()));
  }
}
