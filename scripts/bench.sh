#!/usr/bin/env bash
# Measures the release build and puts the table into the README, between its two markers. `--quick` and `--only GROUP` print
# a table and leave the README alone: their figures are rough, or few.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

# A thousand streams are a thousand open files on either side, more than many systems allow unasked.
ulimit -n "$(ulimit -Hn)" 2>/dev/null || true

SECONDS=0
cargo build --quiet --release -p bench
table="$(mktemp)"
trap 'rm -f "$table" "$table.readme"' EXIT
target/release/bench "$@" | tee "$table"

if [ "$#" -gt 0 ]; then
  exit 0
fi
awk -v table="$table" '
  /<!-- bench:end -->/ { inside = 0 }
  !inside
  /<!-- bench:begin -->/ { inside = 1; while ((getline line < table) > 0) print line }
' README.md >"$table.readme"
cat "$table.readme" >README.md
echo "bench: done in ${SECONDS} s; README.md has the table" >&2
