import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { expect, test } from "@playwright/test";
import { root } from "../support/root.ts";

// The throw-away services that other tests rely on: what they promise about living, failing and leaving nothing behind.

const run = promisify(execFile);

async function start(script: string, ...args: string[]) {
  const child = spawn(join(root, "scripts", script), args, { stdio: ["pipe", "pipe", "pipe"] });
  const [url] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const said = createInterface({ input: child.stderr });
  return {
    child,
    url,
    /** Sends a signal and waits for the word that it was obeyed. */
    signal: async (signal: NodeJS.Signals) => {
      const word = once(said, "line");
      child.kill(signal);
      return ((await word) as [string])[0];
    },
    /** Closes its standard input, as the system does for a caller that died. */
    letGo: async () => {
      const ended = once(child, "exit");
      child.stdin.end();
      expect(await ended).toEqual([0, null]);
    },
  };
}

async function query(url: string, sql: string): Promise<string> {
  const { stdout: bindir } = await run(join(root, "scripts/postgres.sh"), ["--bindir"]);
  const { stdout } = await run(join(bindir.trim(), "psql"), [url, "-X", "-q", "-t", "-A", "-c", sql]);
  return stdout.trim();
}

const socketFolder = (url: string) => new URL(url).searchParams.get("host")!;

const takesConnections = (url: string) =>
  new Promise<boolean>((done) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.once("connect", () => done(true)).once("error", () => done(false));
    socket.once("connect", () => socket.destroy());
  });

test("PostgreSQL comes back from a restart and from a crash, and leaves nothing behind", async () => {
  const server = await start("postgres.sh");
  await query(server.url, "CREATE TABLE kept AS SELECT 42 AS answer");
  for (const signal of ["SIGHUP", "SIGUSR1"] as const) {
    expect(await server.signal(signal)).toBe("postgres: restarted");
    expect(await query(server.url, "SELECT answer FROM kept")).toBe("42");
  }
  expect(existsSync(socketFolder(server.url))).toBe(true);
  await server.letGo();
  expect(existsSync(socketFolder(server.url))).toBe(false);
});

test("PostgreSQL ends with its script, even if that was killed", async () => {
  const server = await start("postgres.sh");
  server.child.kill("SIGKILL");
  await expect.poll(() => existsSync(socketFolder(server.url)), { timeout: 25_000 }).toBe(false);
});

test("PostgreSQL goes on with the data of a folder, and waits for the disk if it is told to", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pilot-data-"));
  try {
    const first = await start("postgres.sh", "--data", folder);
    await query(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    expect(await query(first.url, "SHOW fsync")).toBe("off");
    await first.letGo();
    const second = await start("postgres.sh", "--data", folder, "--durable");
    expect(await query(second.url, "SELECT answer FROM kept")).toBe("42");
    expect(await query(second.url, "SHOW fsync")).toBe("on");
    await second.letGo();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("NATS can be taken away and given back on its port", async () => {
  const server = await start("nats.sh");
  expect(await takesConnections(server.url)).toBe(true);
  expect(await server.signal("SIGUSR1")).toBe("nats: down");
  expect(await takesConnections(server.url)).toBe(false);
  expect(await server.signal("SIGUSR2")).toBe("nats: up");
  expect(await takesConnections(server.url)).toBe(true);
  await server.letGo();
  expect(await takesConnections(server.url)).toBe(false);
});
