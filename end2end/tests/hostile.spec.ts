import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

const ATTACKS = [
  `<img src=x onerror="window.pwned=1">`,
  `<script>window.pwned=1</script>`,
  `"><svg onload=window.pwned=1>`,
  `</textarea><iframe srcdoc="<script>parent.pwned=1</script>">`,
  `javascript:window.pwned=1`,
  `{{constructor.constructor('window.pwned=1')()}}`,
  `<!-- --><style>*{display:none}</style>`,
];

test("names and texts that look like HTML are shown as what they are", async ({ host, demo, session, meta, page }) => {
  const people = ATTACKS.map((text, index) => ({ ...newCustomer(`${text} #${index}`), text }));
  for (const { text, ...person } of people) await meta.texts(person, [text, `second of ${person.phone}`, text]);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  for (const { text, ...person } of people) {
    await inbox.open(`${text} #`);
    await expect(inbox.message(`second of ${person.phone}`)).toBeVisible();
    await expect(inbox.message(text)).toHaveCount(2);
    await inbox.reply(`echo ${text}`);
    await expect(inbox.message(`echo ${text}`)).toHaveCount(1);
  }
  for (const frame of page.frames()) {
    expect(await frame.evaluate(() => "pwned" in window)).toBe(false);
  }
  const strange = await inbox.root.evaluate((node) => node.querySelectorAll("img[src=x], iframe, script, style, svg[onload], a[href^=javascript]").length);
  expect(strange).toBe(0);
});

/** Whether some text of the bubble lies under its time of day. */
function overlaps(bubble: Element): boolean {
  const rects = (node: Node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()];
  };
  const walker = document.createTreeWalker(bubble, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  const clock = texts.findLast((text) => /^\d\d:\d\d$/.test(text.data.trim()));
  if (!clock) throw new Error("the bubble has no time of day");
  const [time] = rects(clock);
  return texts
    .filter((text) => text !== clock)
    .flatMap(rects)
    .some((rect) => rect.right > time!.left && rect.left < time!.right && rect.bottom > time!.top && rect.top < time!.bottom);
}

test("right-to-left overrides, zalgo and 10,000 emoji keep the layout", async ({ host, demo, session, meta }) => {
  const names = ["\u202Eevil\u202E abc RTL", `Z${"\u0335\u0321\u0358".repeat(60)}algo`, "😀".repeat(200), "   ", "a\u0000b\u0007c ctl"];
  const people = names.map((name, index) => newCustomer(`${name}${index === 3 ? "" : ` K${index}`}`));
  for (const person of people) await meta.texts(person, ["\u202Etxet desrever", `${"🎉".repeat(2_000)}`, "مرحبا بالعالم", `plain ${person.phone}`]);
  const calm = newCustomer("Calm Neighbour");
  await meta.text(calm, "All is well");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  await expect(inbox.row("Calm Neighbour")).toContainText("All is well");
  const heights = await inbox.rows.evaluateAll((rows) => rows.slice(0, 6).map((row) => Math.round(row.getBoundingClientRect().height)));
  expect(new Set(heights).size, `rows of one height: ${heights}`).toBe(1);
  for (const person of people) {
    await inbox.row(`plain ${person.phone}`).click();
    const plain = inbox.message(`plain ${person.phone}`);
    await expect(plain).toBeVisible();
    await plain.scrollIntoViewIfNeeded();
    await expect(plain).toBeInViewport();
    await expect(inbox.composer).toBeInViewport({ ratio: 1 });
    for (const bubble of await inbox.messages.all()) {
      expect(await bubble.evaluate(overlaps), `words under the time: ${(await bubble.textContent())?.slice(0, 30)}`).toBe(false);
    }
  }
  expect(await inbox.root.evaluate((node) => node.ownerDocument.documentElement.scrollWidth - node.ownerDocument.documentElement.clientWidth)).toBeLessThanOrEqual(0);
});

test("the page survives an inbox URL with nonsense in it", async ({ request, demo }) => {
  const nonsense = ["<script>alert(1)</script>", "%00", "a".repeat(5_000), "🎈", "' onload='x"];
  for (const value of nonsense) {
    const answer = await request.get(`${demo.inbox}/`, { params: { parentOrigin: value, locale: value, theme: value } });
    expect(answer.status(), value.slice(0, 40)).toBeLessThan(500);
    expect(await answer.text()).not.toContain("<script>alert(1)");
  }
});
