import { createServer, request as connect, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

// What concerns one connection and not the message (RFC 9110, 7.6.1).
const HOP = new Set(["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"]);

/**
 * The worst load balancer there is: each request goes to a replica at random, so that what works behind it needs no sticky
 * sessions. Bodies flow both ways as they come, and who hangs up on one side hangs up on the other.
 */
export class RandomProxy {
  /** Ports of the replicas. May change at any time. */
  replicas: number[] = [];
  /** The port to which everything under `/simulator` goes: the pretend phones live in one process. */
  simulator = 0;
  /** How many answers came from each port. */
  readonly answers = new Map<number, number>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(): Promise<RandomProxy> {
    // As patient as the program itself: whoever finds an idle connection closed could not tell this proxy from a crash.
    const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const proxy = new RandomProxy(server, (server.address() as AddressInfo).port);
    server.on("request", (request, response) => {
      const pinned = request.url!.startsWith("/simulator/");
      proxy.forward(request, response, pinned ? [proxy.simulator] : [...proxy.replicas]);
    });
    return proxy;
  }

  get origin(): string {
    return `http://localhost:${this.port}`;
  }

  /** Fails if some replica answered nothing of a good many requests: then it was no test of replicas. */
  checkSpread(): void {
    const counts = this.replicas.map((port) => this.answers.get(port) ?? 0);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total > 50 * counts.length && counts.includes(0)) throw new Error(`Of ${total} requests a replica answered none: ${counts.join(", ")}.`);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(() => done()));
  }

  private forward(request: IncomingMessage, response: ServerResponse, candidates: number[]): void {
    const [port] = candidates.splice(Math.floor(Math.random() * candidates.length), 1);
    if (port === undefined) {
      response.writeHead(502).end("no replica takes connections");
      return;
    }
    const upstream = connect({
      host: "127.0.0.1",
      port,
      method: request.method!,
      path: request.url!,
      // A connection for each request: one that is kept may die between two requests, which no client could tell from a crash.
      headers: [...endToEnd(request.rawHeaders), "connection", "close"],
      agent: false,
    });
    const hangUp = () => upstream.destroy();
    response.once("close", hangUp);
    upstream.once("socket", (socket) => {
      // Not before: of a body that began to flow towards a replica that is not there, the next one would get the rest.
      socket.once("connect", () => request.pipe(upstream));
    });
    upstream.once("response", (answer) => {
      this.answers.set(port, (this.answers.get(port) ?? 0) + 1);
      response.writeHead(answer.statusCode!, answer.statusMessage!, endToEnd(answer.rawHeaders));
      response.flushHeaders();
      answer.pipe(response);
      // An answer that was cut must not look like a short one.
      answer.once("close", () => answer.complete || response.destroy());
    });
    upstream.on("error", (error: NodeJS.ErrnoException) => {
      response.off("close", hangUp);
      if (response.destroyed) return;
      if (error.code === "ECONNREFUSED") this.forward(request, response, candidates);
      else if (response.headersSent) response.destroy();
      else response.writeHead(502).end(error.message);
    });
  }
}

/** Names and values in turn, as they came. */
function endToEnd(raw: string[]): string[] {
  return raw.filter((_, index) => !HOP.has(raw[index - (index % 2)]!.toLowerCase()));
}
