import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./ports.ts";
import { root } from "./root.ts";
import { SecureClient } from "./secure-client.ts";

const run = promisify(execFile);

// Debian keeps servers where only root looks.
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

/** Addresses in the examples of docs/proxies. */
const EXAMPLES = ["127.0.0.1:3001", "127.0.0.1:3002", "127.0.0.1:3003"] as const;

/** What has to be put in the place of what, in an example. */
type Changes = [from: string, to: string][];

interface Kind {
  /** Programs without which it cannot be started, with an argument that makes them say their version. */
  needs: [program: string, argument: string][];
  /** The example in docs/proxies. */
  example: string;
  /** What is changed in it besides the replicas' addresses, to run in `folder` on `port`. */
  changes(folder: string, port: number): Changes;
  command(config: string, folder: string): string[];
}

const KINDS = {
  nginx: {
    needs: [["nginx", "-v"], ["openssl", "version"]],
    example: "nginx.conf",
    changes: (folder, port) => [
      ["listen 443 ", `listen 127.0.0.1:${port} `],
      ["/etc/ssl/inbox.example.com/", `${folder}/`],
      ["/run/nginx.pid", `${folder}/pid`],
      ["/var/log/nginx/", `${folder}/`],
      // Folders that only root may use.
      ["http {", `http {${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((it) => `${it}_temp_path ${folder}/${it};`).join("")}`],
    ],
    command: (config, folder) => ["nginx", "-p", folder, "-c", config, "-g", "daemon off;"],
  },
  caddy: {
    needs: [["caddy", "version"], ["openssl", "version"]],
    example: "Caddyfile",
    changes: (folder, port) => [
      // Its own certificate instead of one from the internet, and no other ports.
      ["(replicas) {", "{\nadmin off\nauto_https disable_redirects\n}\n(replicas) {"],
      ["inbox.example.com {", `https://localhost:${port} {\ntls ${folder}/fullchain.pem ${folder}/privkey.pem`],
    ],
    command: (config) => ["caddy", "run", "--adapter", "caddyfile", "--config", config],
  },
} satisfies Record<string, Kind>;

/** An example of docs/proxies, running in front of three replicas. */
export class LoadBalancer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly log: string[],
    readonly client: SecureClient,
  ) {}

  /** What it has said so far. */
  get said(): string {
    return this.log.join("");
  }

  static readonly kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];

  /** The programs that are missing for this kind. */
  static missing(kind: keyof typeof KINDS): string[] {
    return KINDS[kind].needs.filter(([program, argument]) => spawnSync(program, [argument!], { env }).error).map(([program]) => program!);
  }

  static async start(kind: keyof typeof KINDS, replicas: number[]): Promise<LoadBalancer> {
    const { example, changes, command }: Kind = KINDS[kind];
    const folder = await mkdtemp(join(tmpdir(), `pilot-${kind}-`));
    // nginx' workers are another user when it is started by root.
    await chmod(folder, 0o755);
    await makeCertificate(folder);
    const port = await freePort();
    const config = join(folder, example);
    const addresses = EXAMPLES.map((from, index): [string, string] => [from, `127.0.0.1:${replicas[index]}`]);
    const text = await readFile(join(root, "docs/proxies", example), "utf8");
    await writeFile(config, change(text, [...addresses, ...changes(folder, port)]));
    const [program, ...args] = command(config, folder);
    const log: string[] = [];
    const child = spawn(program!, args, { env: { ...env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }, stdio: ["ignore", "ignore", "pipe"] });
    child.stderr!.setEncoding("utf8").on("data", (part) => log.push(part));
    const client = new SecureClient(`https://localhost:${port}`, await readFile(join(folder, "fullchain.pem")));
    const balancer = new LoadBalancer(child, folder, log, client);
    for (let answer = 0; answer !== 200; ) {
      if (child.exitCode !== null) {
        await balancer.stop();
        throw new Error(`${kind} ended with ${child.exitCode}.\n${log.join("")}`);
      }
      answer = await client.ask("GET", "/healthz").then(({ status }) => status, () => 0);
    }
    return balancer;
  }

  async stop(): Promise<void> {
    this.client.close();
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, "exit");
      this.child.kill("SIGTERM");
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Puts something else in a text's places. Fails on a place that is not there: then the example has changed. */
function change(text: string, changes: Changes): string {
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`The example does not say ${from} any more.`);
    text = text.replaceAll(from, to);
  }
  return text;
}

async function makeCertificate(folder: string): Promise<void> {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", join(folder, "privkey.pem")];
  const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  await run("openssl", ["req", "-x509", "-days", "2", ...key, ...name, "-out", join(folder, "fullchain.pem")]);
}
