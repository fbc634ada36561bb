import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./ports.ts";
import { Program } from "./program.ts";
import { Service } from "./service.ts";

/** One of several servers of an installation. */
export interface Replica {
  readonly program: Program;
  readonly port: number;
  /** Starts another like it, once it has ended. */
  readonly again: () => Promise<Program>;
}

export interface Options {
  /** The address that browsers and webhooks use. Without one, the demo's own. */
  publicUrl?: string;
  /** How long all but the demo go on serving after the signal to stop. */
  drainSeconds?: number;
  /** More settings of each server. */
  settings?: Record<string, string>;
  /** Hears of each server before it serves. */
  joins?: (port: number) => void;
}

/** Several servers of one installation, on PostgreSQL. The first is a demo: the pretend phone and the pretend product live there. */
export class Replicas {
  readonly all: Replica[] = [];
  /** What they keep in files. */
  readonly folders: string[] = [];
  private readonly services: Service[] = [];
  private settings: Record<string, string> = {};

  /** Starts `count` servers, each when the one before takes connections. */
  static async start(count: number, options: Options = {}): Promise<Replicas> {
    const replicas = new Replicas();
    try {
      await replicas.fill(count, options);
    } catch (error) {
      await replicas.stop();
      throw error;
    }
    return replicas;
  }

  /** The first of them. */
  get demo(): Program {
    return this.all[0]!.program;
  }

  /** What a command needs to reach the same installation. */
  get reach(): Record<string, string> {
    const { DATABASE_URL, PILOT_SIGNING_SECRET } = this.settings as Record<string, string>;
    return { DATABASE_URL: DATABASE_URL!, PILOT_SIGNING_SECRET: PILOT_SIGNING_SECRET!, PILOT_DATA_DIR: this.folders[0]! };
  }

  get database(): Service {
    return this.services[0]!;
  }

  /** Ends each server and starts it again where it was, one after the other. */
  async restart(): Promise<void> {
    for (const [index, replica] of this.all.entries()) {
      await replica.program.stop();
      this.all[index] = { ...replica, program: await replica.again() };
    }
  }

  async stop(): Promise<void> {
    // Everything is stopped, also where something does not stop well.
    const ends = await Promise.allSettled(this.all.map(({ program }) => program.stop()));
    await Promise.all(this.services.map((service) => service.stop()));
    await Promise.all(this.folders.map((folder) => rm(folder, { recursive: true, force: true })));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  private async fill(count: number, { publicUrl, drainSeconds = 0, joins = () => {}, settings: more = {} }: Options): Promise<void> {
    this.services.push(await Service.postgres());
    const settings: Record<string, string> = {
      ...more,
      DATABASE_URL: this.database.url,
      PILOT_SIGNING_SECRET: (await this.moveIn()) ?? randomBytes(32).toString("base64").replace(/=+$/, ""),
      PILOT_DRAIN_SECONDS: String(drainSeconds),
    };
    this.settings = settings;
    if (publicUrl) settings.PILOT_PUBLIC_URL = publicUrl;
    if (process.env.E2E_BUS === "nats") {
      const nats = await Service.nats();
      this.services.push(nats);
      settings.BUS_URL = nats.url;
    }
    await this.add("demo", { ...settings, PILOT_HOST_LISTEN: `127.0.0.1:${await freePort()}` }, /^READY$/, joins);
    const meta = { PILOT_APP_SECRET: this.demo.printed("PILOT_APP_SECRET"), PILOT_VERIFY_TOKEN: this.demo.printed("PILOT_VERIFY_TOKEN") };
    // The pretend phone and the pretend Meta are the demo's, whichever server somebody asks.
    const simulator = `http://127.0.0.1:${this.all[0]!.port}/simulator`;
    const connecting = {
      PILOT_QR_GATEWAY_URL: `${simulator}/gateway`,
      PILOT_QR_GATEWAY_TOKEN: "any",
      PILOT_GRAPH_BASE_URL: `${simulator}/graph/v25.0`,
      PILOT_APP_ID: "102290129340399",
      PILOT_LOGIN_CONFIG_ID: "simulated-login",
    };
    while (this.all.length < count) await this.add("serve", { ...settings, ...meta, ...connecting }, /\blistening\b/, joins);
  }

  /**
   * Moves the installation in the data directory `E2E_MOVED_FROM` into the database, so that everything runs on the result. Answers
   * its signing secret.
   */
  private async moveIn(): Promise<string | undefined> {
    const from = process.env.E2E_MOVED_FROM;
    if (!from) return undefined;
    // A copy: the command wants the file for itself, and there are several workers.
    const folder = await mkdtemp(join(tmpdir(), "pilot-inbox-e2e-"));
    try {
      await cp(from, folder, { recursive: true });
      await Program.run(["migrate-data"], { PILOT_DATA_DIR: folder, DATABASE_URL: this.database.url });
      return (await readFile(join(folder, "signing-secret"), "utf8")).trim();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async add(command: string, settings: Record<string, string>, ready: RegExp, joins: (port: number) => void): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "pilot-inbox-e2e-"));
    this.folders.push(folder);
    // One place for files, as a network file system would be.
    const media = join(this.folders[0]!, "media");
    if (folder === this.folders[0]) await mkdir(media);
    else await symlink(media, join(folder, "media"));
    const port = await freePort();
    joins(port);
    const again = () => Program.start([command], { ...settings, PILOT_LISTEN: `127.0.0.1:${port}`, PILOT_DATA_DIR: folder }, ready);
    this.all.push({ program: await again(), port, again });
  }
}
