import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const TYPES: Record<string, string> = { js: "text/javascript", json: "application/json" };

/** A customer's site with whatever pages a test needs, on an origin of its own. */
export class Site {
  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  /** `pages` answers what is at a path: a script where it ends with `.js`, JSON with `.json`, else a document. */
  static async start(pages: (path: string) => string | Promise<string>): Promise<Site> {
    const server = createServer(async ({ url = "/" }, response) => {
      const type = TYPES[url.split(".")[1] ?? ""] ?? "text/html";
      const body = await pages(url);
      response.setHeader("content-type", `${type}; charset=utf-8`).end(body);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new Site(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(() => done()));
  }
}
