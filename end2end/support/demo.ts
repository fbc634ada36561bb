import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort } from "./ports.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const START_MS = 20_000;

/** What `pilot-inbox demo` prints, without the `PILOT_` in front. */
export interface DemoFacts {
  API_URL: string;
  HOST_URL: string;
  PHONE_URL: string;
  API_KEY: string;
  NUMBER_ID: string;
  PHONE_NUMBER_ID: string;
  APP_SECRET: string;
  VERIFY_TOKEN: string;
}

const NAMES = ["API_URL", "HOST_URL", "PHONE_URL", "API_KEY", "NUMBER_ID", "PHONE_NUMBER_ID", "APP_SECRET", "VERIFY_TOKEN"] as const;

/** A running demo: the release binary with its own ports and its own data. */
export class Demo {
  private constructor(
    readonly facts: DemoFacts,
    readonly dataDir: string,
    private readonly child: ChildProcess,
    private readonly lines: string[],
  ) {}

  /** The origin of the inbox. */
  get inbox(): string {
    return new URL(this.facts.API_URL).origin;
  }

  /** Everything that the server wrote to stdout and stderr so far. */
  get log(): string {
    return this.lines.join("\n");
  }

  static async start(): Promise<Demo> {
    const binary = resolve(root, process.env.E2E_BINARY ?? "target/release/pilot-inbox");
    if (!existsSync(binary)) {
      throw new Error(`${binary} is missing. Build it with \`cargo leptos build --release\`, or name another in E2E_BINARY.`);
    }
    const dataDir = await mkdtemp(join(tmpdir(), "pilot-inbox-e2e-"));
    const [inbox, host] = [await freePort(), await freePort()];
    const args = ["demo", "--listen", `127.0.0.1:${inbox}`, "--host-listen", `127.0.0.1:${host}`, "--data-dir", dataDir];
    // Chatty, so that the search for secrets in the log has something to search.
    const env = { ...process.env, PILOT_LOG: "debug" };
    const child = spawn(binary, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env });
    const lines: string[] = [];
    const found: Partial<DemoFacts> = {};
    const ready = new Promise<void>((done, refuse) => {
      const give = (why: string) => refuse(new Error(`${why}\n${binary} ${args.join(" ")}\n${lines.join("\n")}`));
      const timer = setTimeout(() => give(`The demo was not ready after ${START_MS} ms.`), START_MS);
      child.once("exit", (code) => give(`The demo ended with ${code} before it was ready.`));
      child.once("error", refuse);
      createInterface({ input: child.stderr! }).on("line", (line) => lines.push(line));
      createInterface({ input: child.stdout! }).on("line", (line) => {
        lines.push(line);
        for (const name of NAMES) {
          if (line.startsWith(`PILOT_${name}=`)) found[name] = line.slice(`PILOT_${name}=`.length);
        }
        if (line.trim() === "READY") {
          clearTimeout(timer);
          const missing = NAMES.filter((name) => !found[name]);
          if (missing.length) give(`The demo did not print ${missing.map((name) => `PILOT_${name}`).join(", ")}.`);
          else done();
        }
      });
    });
    try {
      await ready;
    } catch (error) {
      child.kill("SIGKILL");
      await rm(dataDir, { recursive: true, force: true });
      throw error;
    }
    return new Demo(found as DemoFacts, dataDir, child, lines);
  }

  /** Asks it to end, as Ctrl-C does. Five seconds are what it is allowed; after that something hangs. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, "exit");
      this.child.kill("SIGINT");
      const hung = new Promise<"hung">((done) => setTimeout(done, 6_000, "hung").unref());
      if ((await Promise.race([ended, hung])) === "hung") {
        this.child.kill("SIGKILL");
        throw new Error(`The demo did not end within 6 s of SIGINT.\n${this.log}`);
      }
    }
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
