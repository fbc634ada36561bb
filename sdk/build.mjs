// Bundles what pages load by a script tag into public/, and says what it weighs.

import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Name in public/, entry, and the most that it may weigh: bytes of brotli. */
const FILES = [
  ["embed.js", "src/script.ts", 3000],
  ["embed-element.js", "src/element/script.ts", 1000],
  ["onpilot.js", "src/onpilot/script.ts", 2000],
];

for (const [name, entry, limit] of FILES) {
  const outfile = path(`../public/${name}`);
  await build({
    entryPoints: [path(entry)],
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
  console.log(`public/${name}  raw ${bytes.length}  gzip ${gzipSync(bytes, { level: 9 }).length}  brotli ${brotli} bytes`);
  if (brotli > limit) {
    console.error(`${name} is over its budget of ${limit} bytes brotli. Every host page loads it: take something out.`);
    process.exitCode = 1;
  }
}
