import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./ports.ts";
import { Program } from "./program.ts";
import { RandomProxy } from "./random-proxy.ts";
import { Replicas } from "./replicas.ts";

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

/** What a program printed for scripts. */
export function factsOf(program: Program): DemoFacts {
  return Object.fromEntries(NAMES.map((name) => [name, program.printed(`PILOT_${name}`)])) as unknown as DemoFacts;
}

/** How many servers `E2E_REPLICAS` asks for. 1: a single one, on SQLite. */
export function replicasAskedFor(): number {
  const text = process.env.E2E_REPLICAS || "1";
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`E2E_REPLICAS is ${text}: say how many servers, 1 or more.`);
  return count;
}

/** A running demo with its own ports and its own data: one server, or several behind a proxy. */
export class Demo {
  readonly facts: DemoFacts;

  private constructor(
    private readonly programs: () => Program[],
    /** Where the programs keep files. */
    private readonly folders: string[],
    /** What a command needs to reach the installation. */
    private readonly reach: Record<string, string>,
    private readonly dump: () => Promise<string>,
    private readonly end: () => Promise<void>,
    /** Ends each server and starts it again where it was. */
    readonly restart: () => Promise<void>,
  ) {
    this.facts = factsOf(programs()[0]!);
  }

  /** The origin of the inbox. */
  get inbox(): string {
    return new URL(this.facts.API_URL).origin;
  }

  /** What each server wrote to stdout and stderr since it was started last. */
  get logs(): string[] {
    return this.programs().map(({ lines }) => lines.join("\n"));
  }

  /** Everything that is kept, in files and in the database. */
  async kept(): Promise<string> {
    const entries = await Promise.all(this.folders.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })));
    const files = entries.flat().filter((entry) => entry.isFile());
    const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath ?? file.path, file.name), "latin1")));
    return [...texts, await this.dump()].join("\n");
  }

  /** What a command of the program prints, run on this installation. */
  command(...args: string[]): Promise<string> {
    return Program.run(args, this.reach);
  }

  /** Starts as many servers as are asked for. `settings` are environment variables of the program. */
  static start(settings: Record<string, string> = {}): Promise<Demo> {
    const count = replicasAskedFor();
    return count === 1 ? Demo.alone(settings) : Demo.behindProxy(count, settings);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  stop(): Promise<void> {
    return this.end();
  }

  private static async alone(settings: Record<string, string>, tries = 3): Promise<Demo> {
    const folder = await mkdtemp(join(tmpdir(), "pilot-inbox-e2e-"));
    const listen = { PILOT_LISTEN: `127.0.0.1:${await freePort()}`, PILOT_HOST_LISTEN: `127.0.0.1:${await freePort()}` };
    const tidy = () => rm(folder, { recursive: true, force: true });
    const launch = () => Program.start(["demo"], { ...listen, ...settings, PILOT_DATA_DIR: folder }, /^READY$/);
    try {
      let program = await launch();
      const restart = async () => {
        await program.stop();
        program = await launch();
      };
      const end = () => program.stop().finally(tidy);
      return new Demo(() => [program], [folder], { PILOT_DATA_DIR: folder }, async () => "", end, restart);
    } catch (error) {
      await tidy();
      // A port that was free a moment ago is not ours before we listen on it.
      if (tries > 1 && String(error).includes("Address already in use")) return Demo.alone(settings, tries - 1);
      throw error;
    }
  }

  private static async behindProxy(count: number, settings: Record<string, string>): Promise<Demo> {
    const proxy = await RandomProxy.start();
    try {
      const joins = (port: number) => {
        proxy.simulator ||= port;
        proxy.replicas.push(port);
      };
      const replicas = await Replicas.start(count, { publicUrl: proxy.origin, joins, settings });
      const end = async () => {
        await replicas.stop().finally(() => proxy.stop());
        proxy.checkSpread();
      };
      const programs = () => replicas.all.map(({ program }) => program);
      return new Demo(programs, replicas.folders, replicas.reach, () => replicas.database.dump(), end, () => replicas.restart());
    } catch (error) {
      await proxy.stop();
      throw error;
    }
  }
}
