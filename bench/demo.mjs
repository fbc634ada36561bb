// The demo and the browser, for what is measured in a browser.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";

const START_MS = 20_000;

const freePort = () =>
  new Promise((done, refuse) => {
    const server = createServer().once("error", refuse);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

/** Starts `program demo`, on free ports; answers what it prints. The inbox hears the environment. */
export async function startDemo(program, dataDir) {
  const [inbox, host] = [await freePort(), await freePort()];
  const address = ["--listen", `127.0.0.1:${inbox}`, "--host-listen", `127.0.0.1:${host}`];
  const child = spawn(program, ["demo", ...address, "--data-dir", dataDir, "--log", "warn"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const facts = {};
  await new Promise((done, refuse) => {
    const timer = setTimeout(() => refuse(new Error(`the demo was not ready after ${START_MS} ms`)), START_MS);
    child.once("error", refuse).once("exit", (code) => refuse(new Error(`the demo ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [, name, value] = line.match(/^PILOT_(\w+)=(.*)$/) ?? [];
      if (name) facts[name] = value;
      if (line.trim() === "READY") {
        clearTimeout(timer);
        done();
      }
    });
  });
  return { child, facts };
}

/** Starts the browser. */
export const startBrowser = () =>
  chromium.launch({
    executablePath: process.env.E2E_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
  });
