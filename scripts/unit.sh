#!/usr/bin/env bash
# The tests that need no browser.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

cargo test --quiet --workspace --exclude frontend
npm test --silent
