#!/usr/bin/env bash
# The whole proof, cheapest first; stops at the first step that fails and says how long each took.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

timings=()
report() {
  printf '\n%-10s %s\n' step seconds
  printf '%s\n' "${timings[@]}"
  printf '%-10s %5d\n' total "$SECONDS"
}

step() {
  local name="$1" begun="$SECONDS"
  shift
  printf '\n== %s\n' "$name"
  if ! "$@"; then
    timings+=("$(printf '%-10s %5d  FAILED' "$name" $((SECONDS - begun)))")
    report
    exit 1
  fi
  timings+=("$(printf '%-10s %5d' "$name" $((SECONDS - begun)))")
}

step set-up scripts/setup.sh test
step lint scripts/lint.sh
step unit scripts/unit.sh
step build scripts/build.sh
step clients scripts/clients.sh
step browser env E2E_REPLICAS=1 scripts/e2e.sh
step replicas env E2E_REPLICAS=2 scripts/e2e.sh
report
