import type { Page } from "@playwright/test";

/**
 * Puts a page and its frames to sleep until `work` is done, as a closed lid does: nothing in them runs, and what arrives waits. Unlike a faked
 * clock this lets time pass for the server as well.
 */
export async function asleep(page: Page, work: () => Promise<void>): Promise<void> {
  const browser = await page.context().browser()!.newBrowserCDPSession();
  const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
  await browser.detach();
  const renderers = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  if (renderers.length === 0) throw new Error("the browser tells of no process that draws pages");
  for (const id of renderers) process.kill(id, "SIGSTOP");
  try {
    await work();
  } finally {
    for (const id of renderers) process.kill(id, "SIGCONT");
  }
}
