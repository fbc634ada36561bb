import type { Locator } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { findings } from "../support/findings.ts";
import { newCustomer } from "../support/meta.ts";

// What was recorded: heard, sought in, made faster, and one after the other.

test.use({ contextOptions: { reducedMotion: "reduce" }, permissions: ["microphone"] });

/** How high the bars of a recording are; all alike before anybody has heard it. */
async function heights(sound: Locator): Promise<number> {
  const path = (await sound.locator(".sound-bars:not(.is-heard) path").getAttribute("d"))!;
  return new Set(path.split("M").filter(Boolean).map((bar) => bar.split(" ")[1])).size;
}

const playing = (sound: Locator) => sound.getByRole("button", { name: "Pause" });

for (const width of [360, 768, 1440]) {
  test(`a voice message is heard, and the next one after it, at ${width} px`, async ({ host, demo, page, session, simulator }) => {
    test.setTimeout(90_000);
    await page.setViewportSize({ width, height: 800 });
    const nina = newCustomer(`Nina Notes ${width}`);
    const write = (body: Record<string, unknown>) => simulator.post("messages?wait=true", { from: nina.phone, name: nina.name, ...body });
    await write({ text: "Tell me" });
    const inbox = await host.show(demo.inbox, { token: (await session()).token, locale: "en" });
    await inbox.open(nina.name);
    // The microphone of the tests beeps: this one is not silent.
    await inbox.record.click();
    await expect(inbox.frame.getByTestId("recording")).toContainText("0:02");
    await inbox.frame.getByTestId("recording").getByRole("button", { name: "Send", exact: true }).click();
    await simulator.sentMedia(nina, 1);
    await write({ type: "audio" });
    await write({ text: "In between" });
    await write({ type: "audio" });
    const sounds = inbox.frame.getByTestId("sound");
    await expect(sounds).toHaveCount(3);
    const [first, second, third] = [sounds.nth(0), sounds.nth(1), sounds.nth(2)];
    expect(await heights(first), "nothing is made up").toBe(1);
    const position = first.getByRole("slider", { name: "Position" });
    await expect(position).toHaveAttribute("aria-valuetext", "0:00");
    expect(await findings(page), "the player").toEqual([]);

    await position.focus();
    await page.keyboard.press("Space");
    await expect(playing(first)).toBeVisible();
    await expect.poll(() => heights(first), "bars of its own").toBeGreaterThan(3);
    // It ends, and the next one begins by itself; that one is the last before words.
    await expect(playing(second)).toBeVisible();
    await expect(playing(first)).toHaveCount(0);
    await expect(position).toHaveAttribute("aria-valuetext", "0:00");

    // One at a time.
    await third.getByRole("button", { name: "Play" }).click();
    await expect(playing(third)).toBeVisible();
    await expect(playing(second)).toHaveCount(0);
    await playing(third).click();

    // By arrows, as far as it goes.
    const along = third.getByRole("slider", { name: "Position" });
    await along.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await expect(along).toHaveAttribute("aria-valuetext", "0:02");
    await page.keyboard.press("ArrowLeft");
    await expect(along).toHaveAttribute("aria-valuetext", "0:00");
    // Who listens fast listens to all of them fast.
    await third.getByRole("button", { name: "Speed 1×" }).click();
    await expect(second.getByRole("button", { name: "Speed 1.5×" })).toBeVisible();
    await second.getByRole("button", { name: "Play" }).click();
    await expect.poll(() => second.locator("audio").evaluate((audio: HTMLAudioElement) => audio.playbackRate)).toBe(1.5);
    // Nothing goes on over the words.
    await expect(playing(second)).toHaveCount(0, { timeout: 20_000 });
    await expect(playing(third)).toHaveCount(0);
  });
}
