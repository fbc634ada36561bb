#!/usr/bin/env bash
# The browser tests, against the release build: one server on SQLite, or with E2E_REPLICAS=2 two servers on PostgreSQL behind a
# proxy that gives each request to any of them. Arguments go to Playwright (`make e2e ARGS="-g unread"`).
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

if [ "${E2E_REPLICAS:-1}" = 1 ]; then
  echo "e2e: one server on SQLite"
else
  echo "e2e: $E2E_REPLICAS servers on PostgreSQL, each request to any of them"
fi
npm run --silent e2e -- "$@"
