#!/usr/bin/env bash
# Takes another two per cent off the wasm files in folder $1 and compresses them anew: branches are taken apart and drawn again. In
# this order or not at all, and cargo-leptos keeps the passes that it is told as a set.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

readonly FEATURES=(
  --enable-bulk-memory --enable-bulk-memory-opt --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals
  --enable-reference-types --enable-multivalue --enable-call-indirect-overlong
)
for file in "$1"/*.wasm; do
  node_modules/binaryen/bin/wasm-opt "${FEATURES[@]}" "$file" -Os --flatten --rereloop -Os --strip-producers -o "$file"
done
node --input-type=module - "$1"/*.wasm <<'JS'
import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

for (const file of process.argv.slice(2)) {
  const bytes = readFileSync(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}
JS
