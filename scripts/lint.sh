#!/usr/bin/env bash
# Everything that can be said about the sources without running them. A warning is an error here.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

scripts/gates.sh sources
cargo fmt --check
# Everything but the browser's part: app as the server sees it, the server, and what measures it.
cargo clippy --quiet --workspace --exclude frontend --all-targets -- -D warnings
# The same app as the browser sees it.
cargo clippy --quiet -p frontend --target wasm32-unknown-unknown --target-dir target/front -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --quiet --no-deps --lib
npm run --silent check
