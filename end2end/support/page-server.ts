import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Pages of somebody, on an origin of their own, without any policy: what an attacker serves, or a customer who has none. */
export class PageServer {
  private constructor(
    private readonly server: Server,
    /** `http://127.0.0.1:<port>`: another site than the inbox's `localhost`. */
    readonly origin: string,
  ) {}

  /** `pages` are the bodies by their paths; a path that ends in `.js` is a script. What is not there is an empty page. */
  static async start(pages: Record<string, string> = {}): Promise<PageServer> {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://host");
      const body = pages[pathname] ?? "";
      const isScript = pathname.endsWith(".js");
      response.setHeader("content-type", `${isScript ? "text/javascript" : "text/html"}; charset=utf-8`);
      response.end(isScript ? body : `<!doctype html><html lang="en"><head><title>Page</title><link rel="icon" href="data:,"></head><body>${body}</body></html>`);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new PageServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(() => done()));
  }
}
