#!/usr/bin/env bash
# The tests that need no browser.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

cargo test --quiet --workspace --exclude frontend
# What goes through the whole program, once more on PostgreSQL. The store's own contract has run on both.
PILOT_TEST_DATABASE=postgres cargo test --quiet --workspace --exclude frontend --test suite -- --skip store::
npm test --silent
