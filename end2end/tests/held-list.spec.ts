import { expect, test } from "../fixtures.ts";
import type { InboxFrame } from "../pages/inbox-frame.ts";
import { type Customer, type Meta, newCustomer } from "../support/meta.ts";

const held = (inbox: InboxFrame) => inbox.frame.getByTestId("held-back");

/** Lets customers write, each message a second later than the one before: within a second there is no order. */
function inTurn(meta: Meta): (who: Customer, words: string) => Promise<void> {
  let at = Date.now() - 8_000;
  return async (who, words) => {
    at += 1_000;
    await meta.texts(who, [words], at);
  };
}

/** Which of these rows stand in the list, from the top. */
async function order(inbox: InboxFrame, names: string[]): Promise<string[]> {
  const rows = await inbox.rows.allTextContents();
  return rows.flatMap((row) => names.filter((name) => row.includes(name)));
}

for (const width of [360, 768, 1440]) {
  test(`rows keep their places under the pointer, and tell what is new, at ${width} px`, async ({ host, demo, session, meta, page }) => {
    test.slow();
    await page.setViewportSize({ width, height: 720 });
    const [upper, lower, late] = [newCustomer(`Ulla Upper ${width}`), newCustomer(`Lou Lower ${width}`), newCustomer(`Lena Late ${width}`)];
    const names = [upper.name, lower.name, late.name];
    const writes = inTurn(meta);
    await writes(lower, "First");
    await writes(upper, "Second");
    const { token } = await session();
    const inbox = await host.show(demo.inbox, { token, locale: "en" });
    await expect.poll(() => order(inbox, names)).toEqual([upper.name, lower.name]);

    await inbox.row(lower.name).hover();
    await writes(lower, "Something new");
    await expect(inbox.row(lower.name)).toContainText("Something new");
    await expect(inbox.unread(lower.name)).toHaveText("2");
    await expect(held(inbox)).toHaveText("1 new");
    expect(await order(inbox, names)).toEqual([upper.name, lower.name]);
    await writes(late, "And who am I?");
    await expect(held(inbox)).toHaveText("2 new");
    expect(await order(inbox, names)).toEqual([upper.name, lower.name]);

    await inbox.search.hover();
    await expect.poll(() => order(inbox, names)).toEqual([late.name, lower.name, upper.name]);
    await expect(held(inbox)).toHaveCount(0);

    // Who opens one has pointed long enough, and what tells of the others is in nobody's way.
    await inbox.row(late.name).hover();
    await writes(upper, "Up again");
    await expect(held(inbox)).toHaveText("1 new");
    expect(await order(inbox, names)).toEqual([late.name, lower.name, upper.name]);
    await inbox.open(late.name);
    await expect(inbox.message("And who am I?")).toBeVisible();
    await expect(held(inbox)).toHaveCount(0);
    if (width < 480) await inbox.back.click();
    await expect.poll(() => order(inbox, names)).toEqual([upper.name, late.name, lower.name]);
  });
}

test("who walks through the list by keyboard finds it as it was", async ({ host, demo, session, meta, page }) => {
  const [upper, lower] = [newCustomer("Kuno Upper"), newCustomer("Kaja Lower")];
  const names = [upper.name, lower.name];
  const writes = inTurn(meta);
  await writes(lower, "First");
  await writes(upper, "Second");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.row(upper.name).focus();
  await page.keyboard.press("ArrowDown");
  await expect(inbox.row(upper.name)).not.toBeFocused();
  await writes(lower, "Something new");
  await expect(held(inbox)).toHaveText("1 new");
  expect(await order(inbox, names)).toEqual(names);
  await page.keyboard.press("k");
  await expect(inbox.row(upper.name)).toBeFocused();
  await page.keyboard.press("/");
  await expect.poll(() => order(inbox, names)).toEqual([lower.name, upper.name]);
  await expect(held(inbox)).toHaveCount(0);
});
