import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { root } from "./root.ts";

const START_MS = 20_000;
const STOP_MS = 6_000; // five seconds are promised

/** The program to test, and its environment: of our own it gets no setting of the program but where the site is. */
function prepare(settings: Record<string, string>): { binary: string; env: NodeJS.ProcessEnv } {
  const binary = resolve(root, process.env.E2E_BINARY ?? "target/release/pilot-inbox");
  if (!existsSync(binary)) throw new Error(`${binary} is missing. Build it with \`make build\`, or name another in E2E_BINARY.`);
  const inherited = Object.entries(process.env).filter(
    ([name]) => name === "PILOT_SITE_ROOT" || !(name.startsWith("PILOT_") || name === "DATABASE_URL" || name === "BUS_URL"),
  );
  // Chatty, so that the search for secrets in the log has something to search.
  return { binary, env: { ...Object.fromEntries(inherited), PILOT_LOG: "debug", ...settings } };
}

/** A running `pilot-inbox`, and everything that it wrote. */
export class Program {
  /** Lines of stdout and stderr. */
  readonly lines: string[] = [];
  private readonly watchers = new Set<() => void>();

  private constructor(
    private readonly child: ChildProcess,
    private readonly command: string,
    private readonly stopMs: number,
  ) {
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.lines.push(line);
        for (const look of [...this.watchers]) look();
      });
    }
  }

  /**
   * Starts it and waits for a line that matches `ready`. `settings` are all that it gets.
   */
  static async start(args: string[], settings: Record<string, string>, ready: RegExp): Promise<Program> {
    const { binary, env } = prepare(settings);
    const child = spawn(binary, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env });
    const stopMs = STOP_MS + 1_000 * Number(settings.PILOT_DRAIN_SECONDS ?? 0);
    const program = new Program(child, `${binary} ${args.join(" ")}`, stopMs);
    try {
      await program.says(ready);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
    return program;
  }

  /** Runs a command to its end and answers what it printed; fails with its words if it does. */
  static async run(args: string[], settings: Record<string, string>): Promise<string> {
    const { binary, env } = prepare({ PILOT_LOG: "warn", ...settings });
    return (await promisify(execFile)(binary, args, { cwd: root, env, maxBuffer: 2 ** 24 })).stdout;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What follows `name=` on a line of its own. */
  printed(name: string): string {
    const line = this.lines.find((it) => it.startsWith(`${name}=`));
    if (line === undefined) throw new Error(`The program did not print ${name}.\n${this.command}`);
    return line.slice(name.length + 1);
  }

  /** Asks it to end, as Ctrl-C does. Past the time that it is allowed, something hangs. */
  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<void> {
    if (!this.running) return;
    const ended = once(this.child, "exit");
    this.child.kill(signal);
    const hung = new Promise<"hung">((done) => setTimeout(done, this.stopMs, "hung").unref());
    if ((await Promise.race([ended, hung])) === "hung") {
      this.child.kill("SIGKILL");
      throw new Error(`The program did not end within ${this.stopMs} ms of ${signal}.\n${this.lines.join("\n")}`);
    }
  }

  private says(pattern: RegExp): Promise<void> {
    return new Promise((done, refuse) => {
      const give = (why: string) => refuse(new Error(`${why}\n${this.command}\n${this.lines.join("\n")}`));
      const timer = setTimeout(() => give(`The program was not ready after ${START_MS} ms.`), START_MS);
      const look = () => {
        if (!this.lines.some((line) => pattern.test(line))) return;
        this.watchers.delete(look);
        clearTimeout(timer);
        done();
      };
      this.watchers.add(look);
      this.child.once("error", refuse);
      this.child.once("exit", (code) => {
        clearTimeout(timer);
        give(`The program ended with ${code} before it was ready.`);
      });
    });
  }
}
