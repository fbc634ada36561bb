import { expect, test } from "../fixtures.ts";
import { HostPage } from "../pages/host-page.ts";
import { InboxFrame } from "../pages/inbox-frame.ts";
import { ConsoleWatch } from "../support/console-watch.ts";
import { copilotFor, identityToken } from "../support/copilot.ts";
import { Ears, bearers, framesOf } from "../support/ears.ts";
import { newCustomer } from "../support/meta.ts";
import { Neighbour } from "../support/neighbour.ts";
import { PageServer } from "../support/page-server.ts";

// Other windows of the same browser: frames beside and below, openers and popups. Each has a reference to the inbox's frame, which a
// page cannot prevent.

/** Everything that a page may command, in both dialects, with a token that the inbox would take from its page. */
function commands(token: string, conversationId: string): object[] {
  const ours = Object.entries({
    init: { token, locale: "pt", theme: "dark" },
    renew: { token },
    "set-theme": { theme: "dark" },
    "set-locale": { locale: "pt" },
    "open-conversation": { conversationId },
    "set-context": { context: { type: "deal", id: "1", name: "Forged record" } },
    destroy: {},
  }).map(([type, payload]) => ({ source: "pilot-status-embed", v: 1, type, payload }));
  const others = Object.entries({
    identity_token: { token },
    theme_update: { theme: "dark" },
    user_context: { locale: "pt" },
    page_context: { entityType: "deal", entityId: "1", recordName: "Forged record" },
    context: { recordType: "deal", recordId: "1", recordName: "Forged record" },
    "smart-suggestions": { suggestions: ["Forged answer"] },
    "ui-flags": { readOnly: true, hideConversationList: true },
    close: {},
  }).map(([type, data]) => ({ type: `onpilot:${type}`, data }));
  return [...ours, ...others];
}

/** Says it all to every frame of `window`, however deep. Runs in the attacker's world; answers how much was said. */
function sayToFrames(path: string, said: object[], serial: number): number {
  const start = path.split(".").reduce((at, name) => (at as never)[name] as Window, window as Window);
  const visit = (around: Window) => {
    for (let i = 0; i < around.length; i++) {
      const frame = around[i]!;
      for (const [at, message] of said.entries()) frame.postMessage({ ...message, serial: serial + at }, "*");
      visit(frame);
    }
  };
  visit(start);
  return said.length;
}

test("frames beside and below, the opener and popups command nothing, even with a token that is good", async ({
  page,
  demo,
  server,
  otherServer,
  session,
  meta,
}) => {
  const next = await Neighbour.move(demo);
  const [anna, zoe] = [newCustomer("Anna Ours"), newCustomer("Zoe Next Door")];
  await meta.text(anna, "Good morning");
  await next.hears(zoe, "Not for your eyes");
  const stolen = (await next.mint(server.origin)).token;
  const { token } = await session();

  // The attacker's page opens the customer's: it is the opener.
  await using attacker = await PageServer.start();
  await page.goto(attacker.origin);
  const opened = page.waitForEvent("popup");
  const frames = [otherServer.origin, attacker.origin, server.origin].join(" ");
  const address = `${server.origin}/?inbox=${encodeURIComponent(demo.inbox)}&frames=${encodeURIComponent(frames)}`;
  await page.evaluate((url) => Object.assign(window, { victim: window.open(url)! }), address);
  const tab = await opened;
  await tab.waitForLoadState();
  const host = new HostPage(tab, server);
  const sent = bearers(tab);
  const watch = new ConsoleWatch(tab);
  await host.mount({ token, locale: "en", theme: "light" });
  const { inbox } = host;
  await inbox.ready();
  await inbox.open("Anna Ours");
  await inbox.composer.fill("A draft");
  const [own] = framesOf(tab, demo.inbox);
  const before = await inbox.rows.count();

  // A frame of another origin, one inside of it, and one of the page's own origin, all beside the inbox.
  await tab.evaluate(async (sources) => {
    for (const source of sources) {
      const frame = document.createElement("iframe");
      frame.src = source;
      const loaded = new Promise((done) => frame.addEventListener("load", done));
      document.querySelector("#second")!.append(frame);
      await loaded;
    }
  }, [`${attacker.origin}/beside`, `${server.origin}/host.css`]);
  const [beside] = framesOf(tab, attacker.origin);
  await beside!.evaluate(async (source) => {
    const frame = document.createElement("iframe");
    frame.src = source;
    const loaded = new Promise((done) => frame.addEventListener("load", done));
    document.body.append(frame);
    await loaded;
  }, `${attacker.origin}/below`);
  const below = beside!.childFrames()[0]!;
  const [ofTheSameOrigin] = framesOf(tab, server.origin);
  const popping = tab.waitForEvent("popup");
  await tab.evaluate((url) => void window.open(url), attacker.origin);
  const popup = await popping;
  await popup.waitForLoadState();

  const ears = await Ears.in(own!);
  const said = commands(stolen, await next.conversation(server.origin));
  let serial = 0;
  const attack = async (where: { evaluate: typeof page.evaluate }, path: string) => {
    const source = `(${sayToFrames.toString()})(${JSON.stringify(path)}, ${JSON.stringify(said)}, ${serial})`;
    serial += (await where.evaluate(source)) as number;
  };
  await attack(beside! as never, "parent");
  await attack(below as never, "top");
  await attack(ofTheSameOrigin! as never, "parent");
  await attack(popup, "opener");
  await attack(page, "victim");
  await ears.have(serial);

  await expect(inbox.frame.locator("html")).toHaveAttribute("lang", "en");
  await expect(inbox.frame.locator("html")).toHaveAttribute("data-theme", "light");
  await inbox.state("ready");
  await expect(inbox.composer).toHaveValue("A draft");
  await expect(inbox.message("Good morning")).toBeVisible();
  await expect(inbox.rows).toHaveCount(before);
  for (const words of ["Zoe Next Door", "Not for your eyes", "Forged"]) {
    await expect(inbox.root, words).not.toContainText(words);
  }
  // Still its own page's: what that says is done.
  await host.call("setTheme", "dark");
  await expect(inbox.frame.locator("html")).toHaveAttribute("data-theme", "dark");
  expect([...sent]).toEqual([token]);
  const seen = await host.seen();
  expect([seen.expired, seen.errors, watch.complaints]).toEqual([0, [], []]);
});

test("who speaks to the page in the inbox's name is not heard: another origin, the page's own, and the inbox's from another window", async ({
  page,
  demo,
  server,
  otherServer,
  session,
}) => {
  const { token } = await session();
  const host = new HostPage(page, server);
  const frames = `${otherServer.origin} ${server.origin}`;
  await page.goto(`${server.origin}/?inbox=${encodeURIComponent(demo.inbox)}&frames=${encodeURIComponent(frames)}`);
  await host.mount({ token, locale: "en", theme: "light" });
  await host.inbox.ready();
  await host.hears(({ unread }) => expect(unread).toHaveLength(1));
  const [own] = framesOf(page, demo.inbox);
  const height = (await page.locator("#inbox iframe").boundingBox())!.height;

  const beside = [`${otherServer.origin}/host.css`, `${server.origin}/host.css`, `${demo.inbox}/?parentOrigin=${encodeURIComponent(server.origin)}`];
  await page.evaluate((sources) => {
    for (const source of sources) {
      const frame = document.createElement("iframe");
      frame.src = source;
      document.body.append(frame);
    }
  }, beside);
  const forgers = () => page.frames().filter((frame) => frame !== page.mainFrame() && frame !== own && /^http/.test(frame.url()));
  await expect(() => expect(forgers()).toHaveLength(beside.length)).toPass();
  for (const forger of forgers()) {
    await forger.waitForLoadState();
    await forger.evaluate(() => {
      const say = (type: string, payload: object) => {
        parent.postMessage({ source: "pilot-status-embed", v: 1, type, payload, serial: 1 }, "*");
        parent.postMessage({ type: `onpilot:${type}`, data: payload }, "*");
      };
      say("ready", {});
      say("session-expired", {});
      say("token-needed", {});
      say("resize", { height: 77 });
      say("chat:unread-count", { count: 999 });
      say("chat:conversation-opened", { conversationId: "conv_forged" });
      say("error", { code: "FORGED", message: "Forged" });
      say("message", { id: "msg_1", content: "Forged" });
      say("forged-end", {});
    });
  }
  // Heard by the page itself, from all three: the SDK has had them, too.
  await host.hears(({ messages }) => {
    const ends = messages.filter(({ data }) => data.type === "forged-end").map(({ origin }) => origin);
    expect(new Set(ends)).toEqual(new Set([otherServer.origin, server.origin, demo.inbox]));
  });
  const seen = await host.seen();
  expect([seen.ready, seen.expired, seen.errors, seen.opened]).toEqual([1, 0, [], []]);
  expect(seen.unread).not.toContain(999);
  expect((await page.locator("#inbox iframe").boundingBox())!.height).toBe(height);
});

test("a frame that was led away gets no token, whatever it says", async ({ page, demo, session, server, complaints }) => {
  // The browser says that a message for the inbox was not delivered to somebody else.
  complaints.allow(/Failed to execute 'postMessage' on 'DOMWindow'/);
  const { token } = await session();
  await using trap = await PageServer.start({
    "/trap": `<script src="/trap.js"></script>`,
    "/trap.js": `window.caught = [];
      addEventListener("message", ({ data }) => caught.push(JSON.stringify(data)));
      window.say = (type) => {
        parent.postMessage({ source: "pilot-status-embed", v: 1, type, payload: {} }, "*");
        parent.postMessage({ type: "onpilot:" + type }, "*");
      };`,
  });
  const host = new HostPage(page, server);
  await page.goto(`${server.origin}/?inbox=${encodeURIComponent(demo.inbox)}&frames=${encodeURIComponent(trap.origin)}`);
  await host.mount({ token });
  await host.inbox.ready();
  await page.locator("#inbox iframe").evaluate((frame: HTMLIFrameElement, url) => (frame.src = url), `${trap.origin}/trap`);
  await expect(() => expect(framesOf(page, trap.origin)).toHaveLength(1)).toPass();
  const [caught] = framesOf(page, trap.origin);
  await caught!.waitForLoadState();
  await caught!.evaluate(() => {
    const { say } = window as unknown as { say(type: string): void };
    for (const type of ["ready", "token-needed", "session-expired", "ready"]) say(type);
  });
  await host.hears(({ messages }) => expect(messages.filter(({ origin }) => origin === trap.origin)).toHaveLength(8));
  // The page goes on talking to its inbox; the browser hands that to nobody else.
  await host.call("setTheme", "dark");
  await caught!.evaluate(() => new Promise((done) => {
    addEventListener("message", ({ data }) => data === "last" && done(undefined));
    postMessage("last");
  }));
  expect(await caught!.evaluate(() => (window as unknown as { caught: string[] }).caught)).toEqual(['"last"']);
  const seen = await host.seen();
  expect([seen.ready, seen.expired, seen.errors]).toEqual([1, 0, []]);
});

test("an inbox in a window of its own obeys nobody", async ({ page, demo, server, session }) => {
  const { token } = await session();
  const host = new HostPage(page, server);
  await host.open(demo.inbox);
  const opened = page.waitForEvent("popup");
  await page.evaluate((url) => Object.assign(window, { popup: window.open(url)! }), `${demo.inbox}/?parentOrigin=${encodeURIComponent(server.origin)}`);
  const popup = await opened;
  const sent = bearers(popup);
  await expect(popup.locator("html")).toHaveAttribute("data-theme", "light");
  const root = popup.getByTestId("inbox");
  await expect(root).toHaveAttribute("data-state", "waiting");
  // The program runs once it has written the title.
  await expect(popup).toHaveTitle("Inbox");
  const ears = await Ears.in(popup.mainFrame());
  const said = commands(token, "conv_1");
  await page.evaluate((all) => {
    for (const [serial, message] of all.entries()) (window as unknown as { popup: Window }).popup.postMessage({ ...message, serial }, "*");
  }, said);
  await ears.have(said.length);
  await expect(root).toHaveAttribute("data-state", "waiting");
  await expect(popup.locator("html")).toHaveAttribute("data-theme", "light");
  expect([...sent]).toEqual([]);
});

test("in the dialect of OnPilot frames beside the chat neither command it nor speak for it", async ({ page, demo, meta, otherServer }) => {
  await meta.text(newCustomer("Oda Pilot"), "Hello");
  let body = "";
  await using customer = await PageServer.start({
    get "/"() {
      return body;
    },
    "/page.js": `window.heard = []; addEventListener("message", ({ data }) => heard.push(data?.serial));`,
  });
  const copilot = await copilotFor(demo, customer.origin);
  const [ours, theirs] = ["user-1", "user-2"].map((id) => identityToken(copilot, { id, name: `Operator ${id}` }));
  body = `<script src="/page.js"></script><script src="${demo.inbox}/onpilot.js" data-identity-token="${ours}" data-position="sidebar"></script>
    <iframe src="${otherServer.origin}/host.css"></iframe><iframe src="/beside"></iframe>`;
  const exchanges: string[] = [];
  page.on("request", (request) => request.url().endsWith("/embed/exchange") && exchanges.push(request.postData() ?? ""));
  await page.goto(customer.origin);
  const chat = page.locator('iframe[title="OnPilot Chat"]');
  const inbox = new InboxFrame(page, "body");
  await inbox.ready();
  await inbox.open("Oda Pilot");
  const [own] = framesOf(page, demo.inbox);
  const ears = await Ears.in(own!);
  const said = commands(theirs!, "conv_1");
  const neighbours = [...framesOf(page, otherServer.origin), ...framesOf(page, customer.origin)];
  expect(neighbours).toHaveLength(2);
  for (const [at, neighbour] of neighbours.entries()) {
    await neighbour.evaluate(`(${sayToFrames.toString()})("parent", ${JSON.stringify(said)}, ${at * said.length})`);
    // And to the page, in the chat's name.
    await neighbour.evaluate((serial) => {
      for (const type of ["ready", "close", "resize", "message"]) {
        parent.postMessage({ type: `onpilot:${type}`, data: { height: 77, id: "msg_1", content: "Forged" }, serial }, "*");
      }
    }, at);
  }
  await ears.have(neighbours.length * said.length);
  await expect(async () => {
    const heard = await page.evaluate(() => (window as unknown as { heard: (number | undefined)[] }).heard);
    expect(heard.filter((serial) => serial !== undefined)).toHaveLength(8);
  }).toPass();
  await inbox.state("ready");
  await expect(chat).toBeVisible();
  await expect(inbox.frame.locator("html")).toHaveAttribute("data-theme", "system");
  await expect(inbox.composer).toBeVisible();
  await expect(inbox.contextCard).toHaveCount(0);
  await expect(inbox.suggestions).toHaveCount(0);
  expect(exchanges.map((text) => (JSON.parse(text) as { token: string }).token)).toEqual([ours]);
});
