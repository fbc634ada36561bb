import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "@playwright/test";
import { PageServer } from "../support/page-server.ts";
import { freePort } from "../support/ports.ts";
import { root } from "../support/root.ts";

// docs/testing-your-embed.md, as a reader of it would use it: the files that it shows, the page objects that it says to take, the page of
// docs/embedding.md, and nothing of this suite.

const guide = await readFile(join(root, "docs/testing-your-embed.md"), "utf8");
const files = new Map([...guide.matchAll(/^```ts (\S+)\n([^]*?)^```$/gm)].map(([, name, code]) => [name!, code!]));

/** The page of the guide to embedding, with the inbox somewhere else. */
async function product(inbox: string): Promise<string> {
  const text = await readFile(join(root, "docs/embedding.md"), "utf8");
  const [, html] = /\*\*Plain HTML\*\*\s+```html\n([^]*?)^```$/m.exec(text)!;
  return html!.replaceAll("https://inbox.example.com", inbox);
}

test("the suite that the guide shows passes as it is written", async () => {
  test.setTimeout(240_000); // A whole suite, with a program and a browser of its own.
  expect([...files.keys()].sort()).toEqual(["inbox.spec.ts", "pilot.ts", "playwright.config.ts"]);
  // Inside the repository, where `@playwright/test` is found.
  const folder = join(root, "target", `guide-${process.pid}`);
  await mkdir(folder, { recursive: true });
  try {
    for (const [name, code] of files) await writeFile(join(folder, name === "playwright.config.ts" ? "guide.config.ts" : name), code);
    await cp(join(root, "end2end/pages"), join(folder, "pages"), { recursive: true });
    const { launchOptions } = test.info().project.use;
    await writeFile(
      join(folder, "playwright.config.ts"),
      `import guide from "./guide.config.ts";
      export default { ...guide, reporter: "list", outputDir: "results", use: { ...guide.use, launchOptions: ${JSON.stringify(launchOptions)} } };`,
    );
    const port = await freePort();
    await using app = await PageServer.start({ "/inbox": await product(`http://localhost:${port}`) });
    const ours = Object.entries(process.env).filter(([name]) => !/^(TEST_|PW_|PLAYWRIGHT_|PILOT_|DATABASE_URL|BUS_URL|NODE_OPTIONS)/.test(name));
    const env = {
      ...Object.fromEntries(ours),
      APP_URL: app.origin,
      PILOT_INBOX: resolve(root, process.env.E2E_BINARY ?? "target/release/pilot-inbox"),
      PILOT_SITE_ROOT: resolve(root, process.env.PILOT_SITE_ROOT ?? "target/site"),
      PILOT_LISTEN: `127.0.0.1:${port}`,
      PILOT_HOST_LISTEN: `127.0.0.1:${await freePort()}`,
    };
    const cli = join(root, "node_modules/@playwright/test/cli.js");
    const outcome = await new Promise<{ failed: boolean; out: string }>((done) =>
      execFile(process.execPath, [cli, "test", "--config", folder], { cwd: folder, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
        done({ failed: Boolean(error), out: stdout + stderr }),
      ),
    );
    expect(outcome.failed, outcome.out).toBe(false);
    const written = files.get("inbox.spec.ts")!.match(/^test\("/gm)!.length;
    expect(outcome.out).toContain(`${written} passed`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("the page objects need nothing of this suite", async () => {
  for (const name of await readdir(join(root, "end2end/pages"))) {
    const source = await readFile(join(root, "end2end/pages", name), "utf8");
    for (const [, from] of source.matchAll(/from "([^"]+)"/g)) {
      expect(from === "@playwright/test" || from!.startsWith("./"), `${name} imports ${from}`).toBe(true);
    }
  }
});

test("what the guide promises to testers is in the inbox, and what the page objects use is promised", async () => {
  const promises = guide.slice(guide.indexOf("## 3."), guide.indexOf("## 4."));
  const rows = promises.split("\n").filter((line) => line.startsWith("| `"));
  const promised = rows.flatMap((row) => [...row.split("|")[1]!.matchAll(/`([a-z-]+)`/g)].map(([, id]) => id!));
  const paths = (await readdir(join(root, "app/src"), { recursive: true })).filter((path) => path.endsWith(".rs"));
  const sources = (await Promise.all(paths.map((path) => readFile(join(root, "app/src", path), "utf8")))).join("\n");
  expect(promised.length).toBeGreaterThan(12);
  for (const id of promised) expect(sources, id).toContain(`"${id}"`);
  const frame = await readFile(join(root, "end2end/pages/inbox-frame.ts"), "utf8");
  for (const [, id] of frame.matchAll(/getByTestId\("([^"]+)"\)/g)) expect(promised).toContain(id);
});
