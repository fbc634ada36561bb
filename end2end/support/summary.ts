import type { Reporter, TestCase } from "@playwright/test/reporter";

/** Longest words about a failure, in characters: whoever sees only the end of the output sees why. */
const LONGEST = 500;

/** The first failures in short, and one plain last line for scripts: `N passed, N failed`. */
export default class Summary implements Reporter {
  private readonly tests = new Set<TestCase>();
  private broken = 0;

  onTestEnd(test: TestCase) {
    this.tests.add(test);
  }

  /** Errors outside any test: a file that does not load, a fixture that does not end. */
  onError() {
    this.broken += 1;
  }

  onExit() {
    const outcomes = [...this.tests].map((test) => test.outcome());
    const count = (outcome: string) => outcomes.filter((it) => it === outcome).length;
    const skipped = count("skipped");
    const failed = count("unexpected") + count("flaky") + this.broken;
    for (const test of [...this.tests].filter((test) => test.outcome() === "unexpected").slice(0, 2)) {
      console.log(`FAILED ${test.location.file.split("/").at(-1)}:${test.location.line} ${whyOf(test)}`);
    }
    console.log(`${count("expected")} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
    return Promise.resolve();
  }

  printsToStdio() {
    return false;
  }
}

/** What Playwright says of the last run, without colours. */
function whyOf(test: TestCase): string {
  const errors = test.results.at(-1)?.errors ?? [];
  const words = errors.map((error) => error.message ?? error.value ?? "").join(" | ");
  // eslint-disable-next-line no-control-regex
  return words.replaceAll(/\u001b\[[0-9;]*m/g, "").replaceAll(/\s+/g, " ").slice(0, LONGEST);
}
