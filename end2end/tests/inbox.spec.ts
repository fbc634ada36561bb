import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

test("the list shows the conversations, the latest first, with what is unread", async ({ host, demo, session, meta }) => {
  const [ana, bruno] = [newCustomer("Ana Listed"), newCustomer("Bruno Listed")];
  await meta.texts(ana, ["Good morning", "Are you there?"]);
  await meta.text(bruno, "Is the shop open today?");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });

  await expect(inbox.rows.nth(0)).toContainText("Bruno Listed");
  await expect(inbox.rows.nth(0)).toContainText("Is the shop open today?");
  await expect(inbox.rows.nth(1)).toContainText("Ana Listed");
  await expect(inbox.rows.nth(1)).toContainText("Are you there?");
  await expect(inbox.unread("Ana Listed")).toContainText("2");
  await expect(inbox.unread("Bruno Listed")).toContainText("1");
  await expect(inbox.frame.getByRole("list", { name: "Conversations" })).toBeVisible();
});

test("a message appears by itself: the row rises, the counter grows, the page is told", async ({ host, demo, session, meta }) => {
  const [ana, bruno] = [newCustomer("Ana Live"), newCustomer("Bruno Live")];
  await meta.text(ana, "First");
  await meta.text(bruno, "Second");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  await expect(inbox.rows.nth(0)).toContainText("Bruno Live");
  await host.hears((seen) => expect(seen.unread.length).toBeGreaterThan(0));
  const before = (await host.seen()).unread.at(-1)!;

  await meta.text(ana, "Third, while you are looking");

  await expect(inbox.rows.nth(0)).toContainText("Ana Live");
  await expect(inbox.rows.nth(0)).toContainText("Third, while you are looking");
  await expect(inbox.unread("Ana Live")).toContainText("2");
  await expect(inbox.rows.nth(1)).toContainText("Bruno Live");
  await host.hears((seen) => expect(seen.unread.at(-1)).toBe(before + 1));
});

test("somebody new appears in the list", async ({ host, demo, session, meta }) => {
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  await meta.text(newCustomer("Carla Brand New"), "Hello, I found you on the web");
  await expect(inbox.rows.nth(0)).toContainText("Carla Brand New");
  await expect(inbox.unread("Carla Brand New")).toContainText("1");
});

test("opening shows the thread, clears the counter and tells the page", async ({ host, demo, session, meta }) => {
  const dora = newCustomer("Dora Opened");
  await meta.texts(dora, ["One", "Two", "Three"]);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  await host.hears((seen) => expect(seen.unread.length).toBeGreaterThan(0));
  const before = (await host.seen()).unread.at(-1)!;
  const id = await inbox.row("Dora Opened").getAttribute("data-conversation-id");

  await inbox.open("Dora Opened");

  await expect(inbox.thread).toHaveRole("log");
  await expect(inbox.messages).toHaveCount(3);
  expect(await inbox.textsMatching(/One|Two|Three/)).toEqual(["One", "Two", "Three"]);
  await expect(inbox.messages.first()).toHaveAttribute("data-direction", "in");
  await expect(inbox.unread("Dora Opened")).toHaveCount(0);
  await host.hears((seen) => {
    expect(seen.opened).toEqual([id]);
    expect(seen.unread.at(-1)).toBe(before - 3);
  });
});

test("what arrives in the open conversation is shown there and counts as read", async ({ host, demo, session, meta }) => {
  const emil = newCustomer("Emil Reading");
  await meta.text(emil, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  await inbox.open("Emil Reading");
  await expect(inbox.unread("Emil Reading")).toHaveCount(0);
  await host.hears((seen) => expect(seen.unread.length).toBeGreaterThan(0));

  await meta.texts(emil, ["And another thing", "It is urgent"]);

  await expect(inbox.message("It is urgent")).toBeVisible();
  await expect(inbox.messages).toHaveCount(3);
  await expect(inbox.unread("Emil Reading")).toHaveCount(0);
});

test("the same webhook twice is one message", async ({ host, demo, session, meta }) => {
  const fay = newCustomer("Fay Twice");
  await meta.text(fay, "Before");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  await inbox.open("Fay Twice");
  await meta.again(fay, "Delivered twice by Meta");
  await meta.text(fay, "After");
  await expect(inbox.message("After")).toBeVisible();
  await expect(inbox.message("Delivered twice by Meta")).toHaveCount(1);
  await expect(inbox.messages).toHaveCount(3);
});

test("a long conversation loads its past while scrolling up, without a jump", async ({ host, demo, session, meta }) => {
  const gil = newCustomer("Gil Long");
  // All of it past: what is in the future would stand above everybody else.
  const start = Date.now() - 100_000;
  const texts = Array.from({ length: 150 }, (_, index) => `line ${String(index + 1).padStart(3, "0")}`);
  for (let index = 0; index < texts.length; index += 50) await meta.texts(gil, texts.slice(index, index + 50), start + index * 1_000);
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  await inbox.open("Gil Long");
  await expect(inbox.message("line 150")).toBeInViewport();

  await expect(async () => {
    await inbox.thread.hover();
    await host.page.mouse.wheel(0, -4_000);
    await expect(inbox.message("line 001")).toBeInViewport({ timeout: 500 });
  }).toPass();
  const seen = await inbox.textsMatching(/line \d{3}/);
  expect(seen, "in order, none twice").toEqual([...new Set(seen)].sort());
});
