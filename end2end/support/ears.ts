import { expect, type Frame, type Page } from "@playwright/test";

/** What a document was told by `postMessage`, whatever it made of it. Listens after the document's own listeners. */
export class Ears {
  private constructor(private readonly frame: Frame) {}

  static async in(frame: Frame): Promise<Ears> {
    await frame.evaluate(() => {
      const heard: number[] = [];
      Object.assign(window, { heardSerials: heard });
      addEventListener("message", ({ data }) => {
        if (typeof data?.serial === "number") heard.push(data.serial);
      });
    });
    return new Ears(frame);
  }

  /** Waits until all messages with these serial numbers have come: then the document has dealt with them. */
  async have(count: number): Promise<void> {
    const read = () => this.frame.evaluate(() => new Set((window as unknown as { heardSerials: number[] }).heardSerials).size);
    await expect(async () => expect(await read()).toBe(count)).toPass({ timeout: 15_000, intervals: [50] });
  }
}

/** The frames of a page whose documents come from `origin`. */
export const framesOf = (page: Page, origin: string): Frame[] =>
  page.frames().filter((frame) => frame !== page.mainFrame() && frame.url().startsWith(`${origin}/`));

/** Values of `Authorization` in all requests so far, each once. */
export function bearers(page: Page): Set<string> {
  const seen = new Set<string>();
  page.on("request", (request) => {
    const { authorization } = request.headers();
    if (authorization) seen.add(authorization.replace(/^Bearer /, ""));
  });
  return seen;
}
