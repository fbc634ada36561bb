import type { Page } from "@playwright/test";
import axe from "axe-core";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Everything that axe-core has to say of the inbox, a line each. It runs within the frame: from outside it would open a page, and the focus would go. */
export async function findings(page: Page): Promise<string[]> {
  const frame = page.frames().find((frame) => frame !== page.mainFrame()) ?? page.mainFrame();
  await frame.evaluate(axe.source);
  return frame.evaluate(async (rules) => {
    const { run } = (window as unknown as { axe: typeof axe }).axe;
    const { violations } = await run(document, { runOnly: rules });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${String(target)}: ${failureSummary}`));
  }, RULES);
}
