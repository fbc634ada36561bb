#!/usr/bin/env bash
# A throw-away PostgreSQL server, from whatever PostgreSQL (15 or newer) is installed: superuser and database `pilot`, no
# password, on a Unix socket that nobody but this user can reach.
#
#   scripts/postgres.sh            prints one line, the postgres:// URL, as soon as the server takes connections. It lives as
#                                  long as its standard input is open (or until SIGTERM or Ctrl-C) and leaves nothing behind
#   scripts/postgres.sh --bindir   prints where the server's programs are
#
#   --port N              also listen on 127.0.0.1:N. Without a password: for a machine of one's own
#   --durable             wait for the disk as in production; without it a commit survives a crash of the server, not of the machine
#   --data DIR            keep the database in DIR, and go on with the one that is there
#   --max-connections N   default 200
#
# While it runs, SIGHUP restarts the server as an operator does (connections end in order), SIGUSR1 as after a crash. Either
# way "postgres: restarted" follows on standard error.
#
# Environment:
#   PILOT_POSTGRES_BIN   folder of initdb, postgres and pg_ctl (default: pg_config's, then the newest that is found)
set -euo pipefail
# shellcheck source=scripts/throw-away.sh
source "$(dirname "${BASH_SOURCE[0]}")/throw-away.sh"

readonly OLDEST=15
# PostgreSQL refuses to run as root.
readonly SERVER_USER=postgres

fail() { printf 'postgres: %s\n' "$*" >&2; exit 1; }

usage() {
  echo "usage: scripts/postgres.sh [--port N] [--durable] [--data DIR] [--max-connections N] | --bindir" >&2
  exit 2
}

# Prints the major version of the server in folder $1; fails if no server is there.
version_in() {
  [ -x "$1/initdb" ] && [ -x "$1/pg_ctl" ] && [ -x "$1/postgres" ] || return 1
  "$1/postgres" --version | sed -n 's/^[^0-9]*\([0-9][0-9]*\).*/\1/p'
}

candidates() {
  if [ -n "${PILOT_POSTGRES_BIN:-}" ]; then
    echo "$PILOT_POSTGRES_BIN"
    return
  fi
  # libpq's package has a pg_config as well, without a server beside it.
  if command -v pg_config >/dev/null 2>&1; then pg_config --bindir; fi
  local home on_path
  for home in /usr/lib/postgresql/* /usr/pgsql-* {/opt/homebrew,/usr/local}/opt/postgresql@* /Applications/Postgres.app/Contents/Versions/*; do
    if [ -d "$home/bin" ]; then echo "${home##*[!0-9]} $home/bin"; fi
  done | sort -rn | cut -d' ' -f2-
  if on_path="$(command -v initdb)"; then dirname "$on_path"; fi
}

# Prints the folder of the first server that is new enough, and of exactly version $1 if one is named.
find_bindir() {
  local wanted="${1:-}" dir version
  while IFS= read -r dir; do
    version="$(version_in "$dir")" || continue
    if [ -n "$wanted" ]; then
      [ "$version" = "$wanted" ] || continue
    fi
    if [ "$version" -ge "$OLDEST" ]; then
      echo "$dir"
      return
    fi
  done < <(candidates)
  return 1
}

port="" durable="" data="" max_connections=200 only_bindir=""
while [ "$#" -gt 0 ]; do
  case "$1" in
    --port | --data | --max-connections) [ "$#" -ge 2 ] || usage ;;
  esac
  case "$1" in
    --port) port="$2"; shift ;;
    --data) data="$2"; shift ;;
    --max-connections) max_connections="$2"; shift ;;
    --durable) durable=1 ;;
    --bindir) only_bindir=1 ;;
    *) usage ;;
  esac
  shift
done
case "$port$max_connections" in *[!0-9]*) usage ;; esac

# A cluster can only be opened by the version that made it.
made_by=""
if [ -n "$data" ]; then
  mkdir -p "$data"
  data="$(cd "$data" && pwd)"
  if [ -s "$data/PG_VERSION" ]; then made_by="$(cat "$data/PG_VERSION")"; fi
fi
bindir="$(find_bindir "$made_by")" || {
  [ -z "$made_by" ] || fail "$data was made by PostgreSQL $made_by, whose server is not installed."
  fail "no PostgreSQL server of version $OLDEST or newer was found. Run scripts/setup.sh test, or install one (on macOS: brew install postgresql@17), or name its folder of programs in PILOT_POSTGRES_BIN."
}
if [ -n "$only_bindir" ]; then
  echo "$bindir"
  exit
fi

# As the user that the server runs as. Never in our own directory, which that user may not be allowed to enter.
as_server() {
  if [ "$(id -u)" != 0 ]; then
    (cd / && exec "$@")
  elif command -v setpriv >/dev/null 2>&1; then
    (cd / && exec setpriv --reuid "$SERVER_USER" --regid "$SERVER_USER" --clear-groups -- "$@")
  else
    (cd / && exec runuser -u "$SERVER_USER" -- "$@")
  fi
}

dir=""
tidy() {
  [ -n "$dir" ] || return 0
  # Data that is kept is left in order; the other is not worth the time.
  local mode=immediate
  [ "$data" = "$dir/data" ] || mode=fast
  as_server "$bindir/pg_ctl" stop -D "$data" -m "$mode" -w -t 20 >/dev/null 2>&1 </dev/null || true
  rm -rf "$dir"
}

# Runs a step of the start; shows what it said if it failed.
step() {
  as_server "$@" >"$dir/steps" 2>&1 </dev/null && return
  cat "$dir/steps" "$dir/log" >&2 2>/dev/null || true
  fail "'$*' failed; its words are above."
}

restart() {
  if as_server "$bindir/pg_ctl" restart -D "$data" -m "$1" -w -l "$dir/log" >/dev/null 2>&1 </dev/null; then
    echo "postgres: restarted" >&2
  else
    tail -n 20 "$dir/log" >&2
    fail "the server did not come back; its last words are above."
  fi
}

if [ "$(id -u)" = 0 ] && ! id "$SERVER_USER" >/dev/null 2>&1; then
  fail "root may not run PostgreSQL: make a user '$SERVER_USER', or run this as somebody else."
fi
# In /tmp and not in TMPDIR: the path of a socket may have no more than 103 bytes, and macOS' TMPDIR takes half of them.
dir="$(mktemp -d /tmp/pilot-postgres.XXXXXX)"
: "${data:=$dir/data}"
keep_while_stdin_is_open
trap 'restart fast' HUP
trap 'restart immediate' USR1

if [ "$(id -u)" = 0 ]; then
  chown "$SERVER_USER" "$dir"
  mkdir -p "$data"
  chown -R "$SERVER_USER" "$data"
  as_server test -w "$data" || fail "user '$SERVER_USER' cannot reach $data: open the folders above it, or choose another place."
fi

settings="-c listen_addresses=${port:+127.0.0.1} -c port=${port:-5432} -c unix_socket_directories=$dir"
settings="$settings -c max_connections=$max_connections -c shared_buffers=128MB"
sync=""
if [ -z "$durable" ]; then
  settings="$settings -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
  sync=--no-sync
fi
if [ ! -s "$data/PG_VERSION" ]; then
  # shellcheck disable=SC2086 # nothing is no argument
  step "$bindir/initdb" -D "$data" -U pilot -A trust -E UTF8 --locale=C $sync
fi
step "$bindir/pg_ctl" start -D "$data" -l "$dir/log" -w -t 60 -o "$settings"
query() { as_server "$bindir/psql" -h "$dir" -p "${port:-5432}" -U pilot -d postgres -X -q -t -A -c "$1" </dev/null; }
if [ "$(query "SELECT 1 FROM pg_database WHERE datname = 'pilot'")" != 1 ]; then
  query "CREATE DATABASE pilot"
fi

# The port is part of the socket's name, and said so that a PGPORT of the caller does not change it.
echo "postgres://pilot@localhost:${port:-5432}/pilot?host=$dir"
linger
