import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

const LIMIT = 4096;

test("4,097 characters are stopped in the composer, 4,096 go out", async ({ host, demo, session, meta, simulator, page }) => {
  const vera = newCustomer("Vera Long");
  await meta.text(vera, "Tell me more");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Vera Long");
  const sends: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/api/messages/send")) sends.push(request.url());
  });

  const tooLong = "x".repeat(LIMIT + 1);
  await inbox.composer.fill(tooLong);
  await inbox.composer.press("Enter");
  await expect(inbox.composer).toHaveValue(tooLong);
  await expect(inbox.frame.getByText(/1 character.* too many|too many/)).toBeVisible();
  await expect(inbox.send).toBeDisabled();
  expect(sends).toEqual([]);

  await inbox.composer.press("Backspace");
  await expect(inbox.composer).toHaveValue("x".repeat(LIMIT));
  await inbox.send.click();
  await simulator.received(vera, "x".repeat(LIMIT));
  expect(sends).toHaveLength(1);
});

test("characters are counted as WhatsApp counts them, not as UTF-16 units or bytes", async ({ host, demo, session, meta, simulator }) => {
  const wanda = newCustomer("Wanda Emoji");
  await meta.text(wanda, "Say it with emoji");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  await inbox.open("Wanda Emoji");
  await inbox.reply("😀".repeat(LIMIT));
  await simulator.received(wanda, "😀".repeat(LIMIT));
});

test("nothing is sent for nothing", async ({ host, demo, session, meta, page }) => {
  const xavi = newCustomer("Xavi Empty");
  await meta.text(xavi, "Hello");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token });
  await inbox.open("Xavi Empty");
  const sends: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/api/messages/send")) sends.push(request.url());
  });
  await inbox.composer.fill("  \n ");
  await inbox.composer.press("Enter");
  await inbox.composer.fill("A real text");
  await inbox.composer.press("Enter");
  await expect(inbox.message("A real text")).toHaveCount(1);
  await expect(inbox.messages).toHaveCount(2);
  expect(sends).toHaveLength(1);
});

test("a draft stays with its conversation", async ({ host, demo, session, meta }) => {
  const [yara, zeno] = [newCustomer("Yara Draft"), newCustomer("Zeno Draft")];
  await meta.text(yara, "Hello from Yara");
  await meta.text(zeno, "Hello from Zeno");
  const { token } = await session();
  const inbox = await host.show(demo.inbox, { token, locale: "en" });
  await inbox.open("Yara Draft");
  await inbox.composer.fill("Half a sentence for Yara");
  await inbox.open("Zeno Draft");
  await expect(inbox.message("Hello from Zeno")).toBeVisible();
  await expect(inbox.composer).toHaveValue("");
  await expect(inbox.row("Yara Draft")).toContainText("Half a sentence");
  await inbox.open("Yara Draft");
  await expect(inbox.composer).toHaveValue("Half a sentence for Yara");
});
