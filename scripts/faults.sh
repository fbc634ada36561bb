#!/usr/bin/env bash
# Breaks the release build in every way that the fault tests know, again and again, and counts.
#
#   scripts/faults.sh [times]     default 1; make build comes first
#
# Environment:
#   PILOT_FAULT_SECONDS   length of the two long tests (default 60): servers that are killed, NATS that is away
#   PILOT_FAULT_KILLS     how often servers and a receiver of webhooks are killed (default 50; a plain `cargo test` does it ten times)
#   PILOT_FAULT_LOGS      folder for what each run said (default: target/faults)
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

readonly TIMES="${1:-1}"
readonly LOGS="${PILOT_FAULT_LOGS:-target/faults}"
export PILOT_FAULT_KILLS="${PILOT_FAULT_KILLS:-50}"
export PILOT_INBOX_BIN="${PILOT_INBOX_BIN:-$PILOT_ROOT/target/release/pilot-inbox}"
if [ ! -x "$PILOT_INBOX_BIN" ]; then
  echo "faults: $PILOT_INBOX_BIN is missing: run 'make build' first." >&2
  exit 1
fi
case "$TIMES" in
  '' | *[!0-9]*) echo "usage: scripts/faults.sh [times]" >&2; exit 2 ;;
esac
mkdir -p "$LOGS"
rm -f "$LOGS"/*.log
cargo test --quiet -p server --test faults --no-run

green=0
for ((run = 1; run <= TIMES; run++)); do
  log="$LOGS/$run.log"
  if cargo test --quiet -p server --test faults -- --nocapture >"$log" 2>&1; then
    green=$((green + 1))
    verdict=green
  else
    verdict="RED, see $log"
  fi
  printf 'run %d of %d: %s, %d s in all\n' "$run" "$TIMES" "$verdict" "$SECONDS"
done
printf '\n%d of %d green. What the tests counted in the last run:\n' "$green" "$TIMES"
grep -h '^counts: ' "$LOGS/$TIMES.log" | sort | uniq -c
[ "$green" = "$TIMES" ]
