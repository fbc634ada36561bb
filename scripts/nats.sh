#!/usr/bin/env bash
# A throw-away NATS server on 127.0.0.1.
#
#   scripts/nats.sh [--port N]   prints one line, the nats:// URL, as soon as the server takes connections. It lives as long as
#                                its standard input is open (or until SIGTERM or Ctrl-C). Without --port it takes a free one
#
# While it runs, SIGUSR1 kills the server as a power cut does, and SIGUSR2 starts it again on the same port: "nats: down" and
# "nats: up" follow on standard error.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/throw-away.sh
source "$(dirname "${BASH_SOURCE[0]}")/throw-away.sh"

fail() { printf 'nats: %s\n' "$*" >&2; exit 1; }

usage() {
  echo "usage: scripts/nats.sh [--port N]" >&2
  exit 2
}

# -1: the server finds a free one.
port=-1
if [ "$#" != 0 ]; then
  if [ "$#" != 2 ] || [ "$1" != --port ]; then usage; fi
  port="$2"
  case "$port" in '' | *[!0-9]*) usage ;; esac
fi
command -v nats-server >/dev/null 2>&1 ||
  fail "no nats-server was found. Run scripts/setup.sh test, or install it (on macOS: brew install nats-server)."

dir="$(mktemp -d "${TMPDIR:-/tmp}/pilot-nats.XXXXXX")"

takes_connections() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

# Returns when connections are refused.
down() {
  [ -s "$dir/pid" ] || return 0
  local server
  server="$(cat "$dir/pid")"
  rm -f "$dir/pid"
  kill -KILL "$server" 2>/dev/null || return 0
  while kill -0 "$server" 2>/dev/null && takes_connections; do sleep 0.01; done
}

tidy() {
  down
  rm -rf "$dir"
}

# Returns when the server takes connections.
up() {
  down
  nats-server --addr 127.0.0.1 --port "$port" --log "$dir/log" >/dev/null 2>&1 </dev/null &
  local server=$!
  # Or bash would announce its death in the caller's log.
  disown "$server"
  # In a file for the one who tidies when this script cannot: it began before the server.
  echo "$server" >"$dir/pid"
  until grep -qs 'Server is ready' "$dir/log"; do
    kill -0 "$server" 2>/dev/null || {
      cat "$dir/log" >&2 2>/dev/null || true
      fail "the server did not start; its words are above."
    }
    sleep 0.05
  done
  port="$(sed -n 's/.*Listening for client connections on 127\.0\.0\.1:\([0-9][0-9]*\).*/\1/p' "$dir/log" | tail -n 1)"
  rm -f "$dir/log"
}

keep_while_stdin_is_open
trap 'down; echo "nats: down" >&2' USR1
trap 'up; echo "nats: up" >&2' USR2
up
echo "nats://127.0.0.1:$port"
linger
