// Bundles the script-tag build into public/embed.js, and says what it weighs.

import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const LIMIT = 3000;
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const outfile = path("../public/embed.js");

await build({
  entryPoints: [path("src/script.ts")],
  outfile,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome111", "edge111", "firefox113", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
});

const bytes = readFileSync(outfile);
const brotli = brotliCompressSync(bytes).length;
console.log(`public/embed.js  raw ${bytes.length}  gzip ${gzipSync(bytes, { level: 9 }).length}  brotli ${brotli} bytes`);
if (brotli > LIMIT) {
  console.error(`embed.js is over its budget of ${LIMIT} bytes brotli. Every host page loads it: take something out.`);
  process.exit(1);
}
