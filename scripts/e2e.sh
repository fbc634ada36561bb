#!/usr/bin/env bash
# The browser tests, against the release build. Arguments go to Playwright (`make e2e ARGS="-g unread"`).
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

npm run --silent e2e -- "$@"
