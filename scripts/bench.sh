#!/usr/bin/env bash
# Measures the release build on SQLite and on PostgreSQL. Puts the table into the README, and what the size of a machine is
# reckoned from into docs/operations.md where that has a place for it. `--quick` and `--only WORDS` print tables and leave the
# files alone: their figures are rough, or few.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

# A thousand streams are a thousand open files on either side, more than many systems allow unasked.
ulimit -n "$(ulimit -Hn)" 2>/dev/null || true

SECONDS=0
cargo build --quiet --release -p bench
target/release/bench "$@"

if [ "$#" -gt 0 ]; then
  exit 0
fi

# Puts file $2 between the markers "<!-- $3:begin -->" and "<!-- $3:end -->" of file $1.
put() {
  awk -v content="$2" -v name="$3" '
    $0 ~ "<!-- " name ":end -->" { inside = 0 }
    !inside
    $0 ~ "<!-- " name ":begin -->" { inside = 1; while ((getline line < content) > 0) print line }
  ' "$1" >"$2.whole"
  cat "$2.whole" >"$1"
  rm "$2.whole"
}
put README.md target/bench/results.md bench
put docs/operations.md target/bench/sizing.md sizing
echo "bench: done in ${SECONDS} s; README.md has the table" >&2
