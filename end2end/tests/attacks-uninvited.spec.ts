import { expect, test } from "../fixtures.ts";
import { HostPage } from "../pages/host-page.ts";
import { bearers, framesOf } from "../support/ears.ts";
import { newCustomer } from "../support/meta.ts";
import { PageServer } from "../support/page-server.ts";

// Pages that nobody invited. The browser itself refuses them; and where it did not, the inbox would.

const REFUSED = [/frame-ancestors|Refused to (frame|display)|Framing '/, /net::ERR_BLOCKED_BY_RESPONSE/];

/** A script of a page that frames `address` and keeps what it is told. */
const framing = (address: string, sandbox?: string) => `
  window.heard = [];
  addEventListener("message", ({ data }) => heard.push(data));
  const frame = document.createElement("iframe");
  ${sandbox === undefined ? "" : `frame.setAttribute("sandbox", ${JSON.stringify(sandbox)});`}
  frame.src = ${JSON.stringify(address)};
  document.body.append(frame);`;

const heardIn = () => (window as unknown as { heard: unknown[] }).heard;

test("a page that names no origin gets no document", async ({ page, demo, session, server, complaints }) => {
  complaints.allow(...REFUSED);
  await session();
  await page.goto(`${server.origin}/?inbox=${encodeURIComponent(demo.inbox)}`);
  for (const query of ["", "?parentOrigin=", "?parentOrigin=null", "?parentOrigin=*", "?dialect=onpilot"]) {
    await page.evaluate((src) => {
      document.querySelector("iframe")?.remove();
      const frame = document.createElement("iframe");
      frame.src = src;
      document.querySelector("#inbox")!.append(frame);
    }, `${demo.inbox}/${query}`);
    await expect(() => {
      const [framed, ...more] = page.frames().filter((it) => it !== page.mainFrame());
      expect([framed?.url(), more.length], query).toEqual([expect.stringMatching(/^chrome-error:/), 0]);
    }).toPass();
  }
  const seen = await page.evaluate(() => (window as unknown as { seen: { messages: unknown[] } }).seen.messages);
  expect(seen).toEqual([]);
});

test("an invited page inside a page that nobody invited shows no inbox", async ({ page, demo, server, session, complaints }) => {
  complaints.allow(...REFUSED);
  const { token } = await session();
  const invited = `${server.origin}/?inbox=${encodeURIComponent(demo.inbox)}`;
  await using attacker = await PageServer.start({ "/around": `<script src="/frame.js"></script>`, "/frame.js": framing(invited) });
  const sent = bearers(page);
  await page.goto(`${attacker.origin}/around`);
  await expect(() => expect(framesOf(page, server.origin)).toHaveLength(1)).toPass();
  const [inner] = framesOf(page, server.origin);
  await inner!.waitForLoadState();
  await inner!.evaluate((it) => (window as unknown as { mountInbox(target: string, options: object): void }).mountInbox("#inbox", { token: it }), token);
  await expect(() => {
    const [inbox] = inner!.childFrames();
    expect(inbox?.url()).toMatch(/^chrome-error:/);
  }).toPass();
  expect([...sent]).toEqual([]);
  expect(await page.evaluate(heardIn)).toEqual([]);
});

test("the same origin all the way up shows it: what refused the others is the page around", async ({ page, demo, server, session }) => {
  const { token } = await session();
  const invited = `${server.origin}/?inbox=${encodeURIComponent(demo.inbox)}`;
  await page.goto(`${invited}&frames=${encodeURIComponent(server.origin)}`);
  await page.evaluate((src) => {
    const frame = document.createElement("iframe");
    frame.src = src;
    document.querySelector("#inbox")!.append(frame);
  }, invited);
  await expect(() => expect(framesOf(page, server.origin)).toHaveLength(1)).toPass();
  const [inner] = framesOf(page, server.origin);
  await inner!.waitForLoadState();
  await inner!.evaluate((it) => (window as unknown as { mountInbox(target: string, options: object): void }).mountInbox("#inbox", { token: it }), token);
  await expect(inner!.frameLocator("iframe").getByTestId("inbox")).toHaveAttribute("data-state", "ready");
});

test("a sandboxed page has no origin that could be invited", async ({ page, demo, server, session, complaints }) => {
  complaints.allow(...REFUSED, /\[PilotStatus\] PAGE_WITHOUT_ORIGIN/);
  const { token } = await session();
  const address = `${demo.inbox}/?parentOrigin=${encodeURIComponent(server.origin)}`;
  await using customer = await PageServer.start({
    "/raw": `<script src="/raw.js"></script>`,
    "/raw.js": framing(address),
    "/sdk": `<div id="inbox"></div><script src="${demo.inbox}/embed.js"></script>`,
  });
  const sent = bearers(page);
  for (const path of ["/raw", "/sdk"]) {
    await using around = await PageServer.start({
      "/": `<script src="/frame.js"></script>`,
      "/frame.js": framing(customer.origin + path, "allow-scripts"),
    });
    await page.goto(around.origin);
    await expect(() => expect(framesOf(page, customer.origin)).toHaveLength(1)).toPass();
    const [sandboxed] = framesOf(page, customer.origin);
    await sandboxed!.waitForLoadState();
    expect(await sandboxed!.evaluate(() => origin)).toBe("null");
    if (path === "/sdk") {
      const told = await sandboxed!.evaluate(
        (it) =>
          new Promise((done) => {
            const { chat } = (window as unknown as { PilotStatus: { chat: { mount(target: string, options: object): void } } }).PilotStatus;
            chat.mount("#inbox", { token: it, onError: ({ code }: { code: string }) => done(code) });
          }),
        token,
      );
      expect(told).toBe("PAGE_WITHOUT_ORIGIN");
      expect(sandboxed!.childFrames()).toHaveLength(0);
    } else {
      await expect(() => expect(sandboxed!.childFrames()[0]?.url()).toMatch(/^chrome-error:/)).toPass();
      expect(await sandboxed!.evaluate(heardIn)).toEqual([]);
    }
  }
  expect([...sent]).toEqual([]);
});

test("where the browser is not told whom to refuse, the inbox refuses a page that lies, says nothing to it and takes nothing from it", async ({
  page,
  demo,
  server,
  session,
  meta,
}) => {
  await meta.text(newCustomer("Lena Hidden"), "Nobody but us");
  const { token } = await session();
  // As a proxy that strips headers would. The page has a token that would be good for the origin that it names.
  await page.route(`${demo.inbox}/?*`, async (route) => {
    const answer = await route.fetch();
    const { "content-security-policy": policy, ...headers } = answer.headers();
    expect(policy).toContain(`frame-ancestors ${server.origin}`);
    await route.fulfill({ response: answer, headers: { ...headers, "content-security-policy": policy!.replace(/frame-ancestors.*$/, "") } });
  });
  await using liar = await PageServer.start({
    "/": `<script src="/frame.js"></script>`,
    "/frame.js": framing(`${demo.inbox}/?parentOrigin=${encodeURIComponent(server.origin)}&locale=en`),
  });
  const sent = bearers(page);
  await page.goto(liar.origin);
  const inbox = page.frameLocator("iframe").getByTestId("inbox");
  await expect(inbox).toHaveAttribute("data-state", "refused");
  await expect(inbox).toContainText(liar.origin);
  await page.evaluate((it) => {
    const say = (message: object) => document.querySelector("iframe")!.contentWindow!.postMessage(message, "*");
    say({ source: "pilot-status-embed", v: 1, type: "init", payload: { token: it, theme: "dark" } });
    say({ type: "onpilot:identity_token", data: { token: it } });
  }, token);
  const [own] = framesOf(page, demo.inbox);
  await own!.evaluate(() => new Promise((done) => {
    addEventListener("message", ({ data }) => data === "last" && done(undefined));
    postMessage("last");
  }));
  await expect(inbox).toHaveAttribute("data-state", "refused");
  await expect(page.frameLocator("iframe").locator("html")).toHaveAttribute("data-theme", "light");
  expect([...sent]).toEqual([]);
  expect(await page.evaluate(heardIn)).toEqual([]);
});

test("an inbox without an origin of its own starts nothing and asks for nothing", async ({ page, demo, server, session, complaints }) => {
  // Its program is a module, which the browser gives to no one without an origin.
  complaints.allow(/blocked by CORS policy/, /net::ERR_(FAILED|BLOCKED_BY_RESPONSE)/, /Failed to fetch dynamically imported module/);
  const { token } = await session();
  const host = new HostPage(page, server);
  await host.open(demo.inbox);
  const sent = bearers(page);
  const failed = page.waitForEvent("requestfailed", (request) => request.url().startsWith(`${demo.inbox}/pkg/`));
  await page.evaluate((src) => {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.src = src;
    frame.onload = () => Object.assign(window, { framed: frame.contentWindow });
    document.querySelector("#inbox")!.append(frame);
  }, `${demo.inbox}/?parentOrigin=${encodeURIComponent(server.origin)}`);
  await failed;
  await page.waitForFunction(() => "framed" in window);
  await page.evaluate((it) => {
    const { framed } = window as unknown as { framed: Window };
    framed.postMessage({ source: "pilot-status-embed", v: 1, type: "init", payload: { token: it } }, "*");
  }, token);
  await expect(page.frameLocator("#inbox iframe").getByTestId("inbox")).toHaveAttribute("data-state", "waiting");
  expect([...sent]).toEqual([]);
  expect((await host.seen()).messages).toEqual([]);
});
