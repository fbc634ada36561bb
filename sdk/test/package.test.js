// The npm package, as a bundler sees it: named exports, no global, and no guess about where the inbox lives.

import assert from "node:assert/strict";
import { test } from "node:test";

test("the package exports init and chat, and touches nothing when it is imported", async () => {
  const before = Object.getOwnPropertyNames(globalThis);
  const embed = await import("@pilot-status/embed");
  assert.deepEqual(Object.keys(embed).sort(), ["chat", "init"]);
  assert.equal(typeof embed.init, "function");
  assert.equal(typeof embed.chat.mount, "function");
  assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);
});
