#!/usr/bin/env bash
# Measures the release build and puts the table into the README, between its two markers.
# bench/run prints the table, as Markdown, and nothing else on standard output; what it is doing goes to standard error.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

table="$(mktemp)"
trap 'rm -f "$table" "$table.readme"' EXIT
SECONDS=0
bench/run "$@" >"$table"
cat "$table"

awk -v table="$table" '
  /<!-- bench:end -->/ { inside = 0 }
  !inside
  /<!-- bench:begin -->/ { inside = 1; while ((getline line < table) > 0) print line }
' README.md >"$table.readme"
cat "$table.readme" >README.md
echo "bench: done in ${SECONDS} s; README.md has the table" >&2
