import { expect, test } from "../fixtures.ts";
import { newCustomer } from "../support/meta.ts";

test.describe("with a microphone", () => {
  test.use({ permissions: ["microphone"] });

  test("a voice message is recorded and arrives as WhatsApp wants it", async ({ host, demo, session, meta, simulator }) => {
    const lia = newCustomer("Lia Listens");
    await meta.text(lia, "Call me");
    const inbox = await host.show(demo.inbox, { token: (await session()).token, locale: "en" });
    await inbox.open(lia.name);
    await expect(inbox.send).toBeHidden();
    await inbox.record.click();
    const recording = inbox.frame.getByTestId("recording");
    await expect(recording).toContainText("0:01");
    await expect(inbox.composer).toBeHidden();
    await recording.getByRole("button", { name: "Send", exact: true }).click();
    await expect(recording).toBeHidden();
    await expect(inbox.composer).toBeVisible();

    const [sent] = await simulator.sentMedia(lia, 1);
    expect(sent).toMatchObject({ kind: "audio", voice: true });
    const { bytes, mime } = await simulator.file(sent!.media);
    expect(mime).toContain("audio/ogg");
    expect(bytes.toString("latin1", 0, 4)).toBe("OggS");
    expect(bytes.toString("latin1", 28, 36)).toBe("OpusHead");
    expect(bytes[37]).toBe(1);
    const heard = inbox.messages.last().getByTestId("sound");
    await expect(heard).toBeVisible();
    await expect.poll(() => heard.locator("audio").evaluate((audio: HTMLAudioElement) => audio.duration)).toBeGreaterThan(0.9);
  });

  test("a recording can be heard first, and thrown away", async ({ host, demo, session, meta, page }) => {
    const mia = newCustomer("Mia Careful");
    await meta.text(mia, "Tell me");
    const inbox = await host.show(demo.inbox, { token: (await session()).token, locale: "en" });
    await inbox.open(mia.name);
    await inbox.record.click();
    await expect(inbox.frame.getByTestId("recording")).toContainText("0:01");
    await inbox.frame.getByRole("button", { name: "Stop and listen" }).click();
    await expect(inbox.attachments).toHaveAttribute("data-stage", "ready");
    await expect(inbox.attachments.locator("audio")).toBeVisible();
    await expect(inbox.send).toBeEnabled();
    await inbox.attachments.getByRole("button", { name: /^Remove/ }).click();
    await expect(inbox.record).toBeVisible();

    const uploads: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/api/media?")) uploads.push(request.url());
    });
    await inbox.record.click();
    await inbox.frame.getByRole("button", { name: "Discard the recording" }).click();
    await expect(inbox.composer).toBeVisible();
    await expect(inbox.attachments).toHaveCount(0);
    expect(uploads).toEqual([]);
  });

  test("a recording is not lost by opening another conversation", async ({ host, demo, session, meta }) => {
    const [nia, ona] = [newCustomer("Nia Speaks"), newCustomer("Ona Interrupts")];
    await meta.text(nia, "Hello from Nia");
    await meta.text(ona, "Hello from Ona");
    const inbox = await host.show(demo.inbox, { token: (await session()).token, locale: "en" });
    await inbox.open(nia.name);
    await inbox.record.click();
    await expect(inbox.frame.getByTestId("recording")).toContainText("0:01");
    await inbox.open(ona.name);
    await expect(inbox.frame.getByTestId("recording")).toHaveCount(0);
    await inbox.open(nia.name);
    await expect(inbox.attachments.locator("audio")).toBeVisible();
  });
});

test("a microphone that is not allowed is said", async ({ host, demo, session, meta }) => {
  const pia = newCustomer("Pia Private");
  await meta.text(pia, "Hello");
  const inbox = await host.show(demo.inbox, { token: (await session()).token, locale: "en" });
  await inbox.open(pia.name);
  await inbox.record.click();
  await expect(inbox.frame.getByRole("alert")).toContainText("The microphone is not allowed here.");
  await expect(inbox.composer).toBeVisible();
});
