import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./ports.ts";
import { Program } from "./program.ts";

/** `pilot-inbox serve` on an empty folder, as somebody who tries it starts it. */
export class EmptyServer {
  private constructor(
    private program: Program,
    readonly origin: string,
    private readonly folder: string,
    private readonly settings: Record<string, string>,
  ) {}

  static async start(): Promise<EmptyServer> {
    const folder = await mkdtemp(join(tmpdir(), "pilot-inbox-empty-"));
    const listen = `127.0.0.1:${await freePort()}`;
    const settings = { PILOT_LISTEN: listen, PILOT_DATA_DIR: folder };
    const program = await EmptyServer.launch(settings);
    return new EmptyServer(program, `http://${listen}`, folder, settings);
  }

  private static launch(settings: Record<string, string>): Promise<Program> {
    return Program.start(["serve"], settings, /listening/);
  }

  /** The link that it printed, once it has. */
  get setUpLink(): string | undefined {
    return this.program.lines.map((line) => line.trim()).find((line) => line.startsWith(`${this.origin}/setup/`));
  }

  get lines(): string[] {
    return this.program.lines;
  }

  async restart(): Promise<void> {
    await this.program.stop();
    this.program = await EmptyServer.launch(this.settings);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program.stop().finally(() => rm(this.folder, { recursive: true, force: true }));
  }
}
