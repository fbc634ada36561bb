import type { Reporter, TestCase } from "@playwright/test/reporter";

/** One plain last line for scripts: `N passed, N failed`. */
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
    console.log(`${count("expected")} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
    return Promise.resolve();
  }

  printsToStdio() {
    return false;
  }
}
