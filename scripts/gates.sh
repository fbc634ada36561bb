#!/usr/bin/env bash
# The project's own rules that no compiler knows, each with the reason it exists.
#
#   scripts/gates.sh sources   over the files of the work tree
#   scripts/gates.sh built     over target/site, after a build
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

broken=0

# Prints what breaks a rule, one place per line, and remembers that something did.
report() {
  local rule="$1" places="$2"
  [ -z "$places" ] && return
  printf 'gate: %s\n' "$rule" >&2
  printf '%s\n' "$places" | sed 's/^/  /' >&2
  broken=1
}

# Lines that match an extended regular expression, in files that git would commit; comments are no code.
lines() {
  local pattern="$1"
  shift
  git grep --untracked -nIE "$pattern" -- "$@" | grep -vE '^[^:]+:[0-9]+:[[:space:]]*(//|/?\*|#([^[]|$))' || true
}

# The files in which a Perl expression matches, also over several lines.
across_lines() {
  local pattern="$1"
  shift
  # shellcheck disable=SC2016 # the variables are Perl's
  git ls-files -z --cached --others --exclude-standard -- "$@" |
    PATTERN="$pattern" xargs -0 perl -0777 -ne 'print "$ARGV\n" if /$ENV{PATTERN}/' | sort -u
}

sources() {
  report 'a server function without our client or without its own address: the first goes out without the token, the second moves when a file does' \
    "$(lines '#\[server(\(|\])' app | grep -vE 'client = ApiClient.*endpoint = "' || true)"

  report 'a message to any origin: name the origin, or whoever frames us reads it' \
    "$(across_lines '(?i)post_?message\w*\s*\([^;]*?(["\x27])\*\1' app/src frontend/src sdk/src server/src)"

  report 'browser storage: the token lives in memory, and third-party frames may have no storage at all' \
    "$(lines 'localStorage|sessionStorage|indexedDB|local_storage|session_storage|indexed_db|document\.cookie|set_cookie' \
      app/src frontend/src sdk/src)"

  report 'markup made from a string: text from outside is text; build nodes' \
    "$(lines 'inner_?html|innerHTML|outerHTML|outer_html|insertAdjacentHTML|insert_adjacent_html|document\.write' \
      app/src frontend/src sdk/src server/src)"

  # A line that must be physical says so: `/* physical: why */`.
  report 'a physical direction in CSS: use the logical property, so that right-to-left languages mirror by themselves' \
    "$(lines '(^|[;{[:space:]])((scroll-)?(margin|padding)-(left|right)|(left|right)|border-(left|right)[a-z-]*|border-(top|bottom)-(left|right)-radius)[[:space:]]*:|(text-align|float|clear)[[:space:]]*:[[:space:]]*(left|right)' \
      style | grep -v '/\* physical:' || true)"

  report 'unfinished code' "$(lines '\<(todo|unimplemented|dbg)!' app frontend server)"

  report 'a place that exists on one machine only' \
    "$(lines '(^|[^[:alnum:]_.])/work/|\.\./shared|/root/|\.library' ':(exclude)scripts/gates.sh')"
}

# What cargo-leptos lets pass in silence.
built() {
  local site=target/site/pkg css wasm
  css="$(find "$site" -name '*.css' | head -n 1)"
  wasm="$(find "$site" -name 'inbox.wasm' | head -n 1)"
  report 'the build emitted no style sheet or no wasm module' "$([ -n "$css" ] && [ -n "$wasm" ] || echo "$site")"
  if [ -n "$css" ]; then
    # On a syntax error in any style sheet the raw file goes out as it is.
    report 'the emitted CSS is not minified: a style sheet has a syntax error' \
      "$([ "$(wc -l <"$css")" -le 2 ] && ! grep -q '@import' "$css" || echo "$css")"
  fi
  report 'a file of the first load was not compressed ahead' \
    "$(find "$site" -type f \( -name '*.css' -o -name '*.js' -o -name '*.wasm' \) | while read -r file; do
      [ -f "$file.br" ] && [ -f "$file.gz" ] || echo "$file"
    done)"
}

case "${1:-}" in
  sources) sources ;;
  built) built ;;
  *) echo "usage: scripts/gates.sh sources|built" >&2; exit 2 ;;
esac
exit "$broken"
