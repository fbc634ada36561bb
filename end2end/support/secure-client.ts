import { connect as connectHttp2, type ClientHttp2Session } from "node:http2";
import { Agent, request } from "node:https";

export interface Answer {
  status: number;
  text: string;
}

/** A client that trusts one certificate: HTTP/1.1 with kept connections as servers use it, HTTP/2 streams as browsers do. */
export class SecureClient {
  private readonly agent: Agent;
  private readonly sessions: ClientHttp2Session[] = [];

  constructor(
    private readonly origin: string,
    private readonly ca: Buffer,
  ) {
    this.agent = new Agent({ ca, keepAlive: true });
  }

  ask(method: string, path: string, headers: Record<string, string> = {}, body = ""): Promise<Answer> {
    const { hostname, port } = new URL(this.origin);
    const length = body ? { "content-length": String(Buffer.byteLength(body)) } : {};
    return new Promise((done, refuse) => {
      const call = request({ hostname, port, path, method, agent: this.agent, headers: { ...headers, ...length } }, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (part) => (text += part));
        answer.on("end", () => done({ status: answer.statusCode!, text })).on("error", refuse);
      });
      call.on("error", refuse).end(body);
    });
  }

  /** Opens a stream on a connection of its own. */
  stream(path: string, headers: Record<string, string>): Stream {
    const session = connectHttp2(this.origin, { ca: this.ca });
    this.sessions.push(session);
    return new Stream(session, path, headers);
  }

  close(): void {
    this.agent.destroy();
    for (const session of this.sessions) session.destroy();
  }
}

/** An answer that has no end. */
export class Stream {
  /** What has come so far. */
  text = "";
  status = 0;

  constructor(
    private readonly session: ClientHttp2Session,
    path: string,
    headers: Record<string, string>,
  ) {
    const request = session.request({ ":path": path, ...headers });
    request.on("response", (answer) => (this.status = Number(answer[":status"])));
    request.setEncoding("utf8").on("data", (part) => (this.text += part));
    // Whoever waits for a text says what is missing.
    const note = (error: Error) => (this.text += `\n[${error.message}]`);
    request.on("error", note);
    session.on("error", note);
  }

  /** Hangs up, as a closed tab does. */
  close(): void {
    this.session.destroy();
  }
}
