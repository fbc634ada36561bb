import { defineConfig } from "@playwright/test";
import { replicasAskedFor } from "./support/demo.ts";

// The suite runs against the release build, which each worker starts for itself (support/demo.ts): one server, or several.
const several = replicasAskedFor() > 1;

export default defineConfig({
  testDir: "tests",
  outputDir: "../test-results",
  fullyParallel: false,
  workers: Number(process.env.E2E_WORKERS ?? 2),
  forbidOnly: Boolean(process.env.CI),
  // A test that passes only now and then is a failure that was not understood yet.
  retries: 0,
  timeout: 30_000,
  expect: { timeout: 8_000 },
  reporter: [["list"], ["./support/summary.ts"]],
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "America/Sao_Paulo",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.E2E_CHROMIUM ?? "/usr/bin/chromium",
      // A microphone that hums, for those pages that are allowed one.
      args: ["--use-fake-device-for-media-stream", "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
    },
  },
  projects: [
    { name: "suite", testIgnore: several ? /screenshots\.spec/ : /(screenshots|proxies|services)\.spec/ },
    { name: "screenshots", testMatch: /screenshots\.spec/ },
  ],
});
