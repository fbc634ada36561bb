import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A cable between browser and server that a test can cut in the middle of a stream. */
export class Wire {
  private readonly sockets = new Set<Socket>();
  private down = false;

  private constructor(
    private readonly server: Server,
    /** The inbox as the browser reaches it through the cable. */
    readonly inbox: string,
  ) {}

  static async to(inbox: string): Promise<Wire> {
    const port = Number(new URL(inbox).port);
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const wire = new Wire(server, `http://localhost:${(server.address() as AddressInfo).port}`);
    server.on("connection", (near) => {
      if (wire.down) {
        near.resetAndDestroy();
        return;
      }
      const far = connect(port, "127.0.0.1");
      for (const [one, other] of [[near, far], [far, near]] as const) {
        wire.sockets.add(one);
        one.on("error", () => other.destroy());
        one.on("close", () => {
          wire.sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    return wire;
  }

  /** How many connections are open right now, seen from the browser and from the server. */
  get open(): number {
    return this.sockets.size;
  }

  /** Resets every connection; new ones are refused until `mend`. */
  cut(): void {
    this.down = true;
    this.drop();
  }

  /** Resets every connection and takes new ones at once: a flicker. */
  drop(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  mend(): void {
    this.down = false;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  stop(): Promise<void> {
    this.cut();
    return new Promise((done) => this.server.close(() => done()));
  }
}
