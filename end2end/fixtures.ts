import { test as base } from "@playwright/test";
import { HostPage } from "./pages/host-page.ts";
import { ConsoleWatch } from "./support/console-watch.ts";
import { Demo } from "./support/demo.ts";
import { HostServer } from "./support/host-server.ts";
import { Meta } from "./support/meta.ts";
import { Simulator } from "./support/simulator.ts";
import { mint, type Session } from "./support/tokens.ts";
import { Wire } from "./support/wire.ts";

interface Fixtures {
  /** Fails the test on any complaint of the browser that it did not announce. */
  complaints: ConsoleWatch;
  /** A customer's page. */
  host: HostPage;
  /** A token for that page. */
  session: (ttlSeconds?: number) => Promise<Session>;
  /** Meta's side of the line. */
  meta: Meta;
  /** The pretend WhatsApp, calm at the start of each test. */
  simulator: Simulator;
  /** A cable between browser and inbox that can be cut. */
  wire: Wire;
}

interface WorkerFixtures {
  demo: Demo;
  server: HostServer;
  /** A second customer's server, on yet another origin. */
  otherServer: HostServer;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  demo: [
    async ({}, use) => {
      const demo = await Demo.start();
      await use(demo);
      await demo.stop();
    },
    // A whole installation may have to be moved first.
    { scope: "worker", timeout: process.env.E2E_MOVED_FROM ? 300_000 : 30_000 },
  ],
  server: [
    async ({}, use) => {
      const server = await HostServer.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  otherServer: [
    async ({}, use) => {
      const server = await HostServer.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  complaints: [
    async ({ page }, use) => {
      const watch = new ConsoleWatch(page);
      await use(watch);
      if (watch.complaints.length) throw new Error(`The browser complained:\n${watch.complaints.join("\n")}`);
    },
    { auto: true },
  ],
  host: ({ page, server }, use) => use(new HostPage(page, server)),
  session: ({ demo, server }, use) => use((ttlSeconds) => mint(demo, [server.origin], ttlSeconds)),
  meta: ({ demo }, use) => use(new Meta(demo)),
  simulator: [
    async ({ demo }, use) => {
      const simulator = new Simulator(demo);
      await simulator.calm();
      await use(simulator);
    },
    { auto: true },
  ],
  wire: async ({ demo }, use) => {
    const wire = await Wire.to(demo.inbox);
    await use(wire);
    await wire.stop();
  },
});

export { expect } from "@playwright/test";
