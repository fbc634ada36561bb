#!/usr/bin/env bash
# Takes docs/screenshots anew, from the release build.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

npm run --silent screenshots
