import type { ConsoleMessage, Page } from "@playwright/test";

/** Everything that a page and its frames complained about. A hydration panic shows nowhere else. */
export class ConsoleWatch {
  private readonly heard: string[] = [];
  private readonly allowed: RegExp[] = [];

  constructor(page: Page) {
    page.on("console", (message) => this.hear(message));
    page.on("pageerror", (error) => this.heard.push(`pageerror: ${error.stack ?? error.message}`));
    page.on("crash", () => this.heard.push("the page crashed"));
  }

  /** Complaints that this test provokes on purpose. */
  allow(...patterns: RegExp[]): void {
    this.allowed.push(...patterns);
  }

  get complaints(): string[] {
    return this.heard.filter((line) => !this.allowed.some((pattern) => pattern.test(line)));
  }

  private hear(message: ConsoleMessage) {
    if (message.type() === "error" || message.type() === "warning") {
      this.heard.push(`console.${message.type()}: ${message.text()} (${message.location().url})`);
    }
  }
}
