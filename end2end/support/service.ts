import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { root } from "./root.ts";

const run = promisify(execFile);

/** A throw-away service: a script that prints its URL and lives as long as we hold its standard input open. */
export class Service {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** A database that nobody else uses. */
  static postgres(): Promise<Service> {
    return Service.start("postgres.sh");
  }

  /** A bus that nobody else uses. */
  static nats(): Promise<Service> {
    return Service.start("nats.sh");
  }

  private static async start(script: string): Promise<Service> {
    const child = spawn(join(root, "scripts", script), { stdio: ["pipe", "pipe", "inherit"] });
    for await (const url of createInterface({ input: child.stdout! })) return new Service(child, url);
    throw new Error(`scripts/${script} ended before it was ready. Its words are above.`);
  }

  /** Everything that is in the database, as text. */
  async dump(): Promise<string> {
    const { stdout: bindir } = await run(join(root, "scripts/postgres.sh"), ["--bindir"]);
    const { stdout } = await run(join(bindir.trim(), "pg_dump"), ["--dbname", this.url], { maxBuffer: 2 ** 30 });
    return stdout;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.stdin!.end();
    await ended;
  }
}
