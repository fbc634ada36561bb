#!/usr/bin/env bash
# Watches, rebuilds and reloads the demo. Arguments go to the program.
#
# Folders of its own: cargo-leptos compiles development builds with other flags (erased component types, which compile faster),
# and sharing target/debug would make it and `cargo test` rebuild each other's work.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

export LEPTOS_BIN_TARGET_DIR=target/dev
export LEPTOS_SITE_ROOT=target/dev/site
export PILOT_SITE_ROOT=target/dev/site

npm run --silent build
exec cargo leptos watch --split -- demo "$@"
