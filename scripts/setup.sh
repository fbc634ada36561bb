#!/usr/bin/env bash
# Brings a machine to where the project builds. Installs only what is missing, prints one line per step with the time to
# expect, and is silent when there is nothing to do.
#
#   scripts/setup.sh          what a build needs
#   scripts/setup.sh lint     ... and rustfmt and clippy
#   scripts/setup.sh unit     ... and PostgreSQL, NATS and a false clock
#   scripts/setup.sh test     ... and all of that, a browser, proxies, and clients of the public API
#   scripts/setup.sh bench    ... and a browser, PostgreSQL, NATS and a load generator
#
# Environment:
#   PILOT_TOOLS            where built tools are kept (default ~/.cache/pilot-inbox/tools)
#   E2E_CHROMIUM           the browser of the tests (default: the first Chromium or Chrome that is found)
#   PILOT_POSTGRES_BIN     the PostgreSQL server of the tests (default: what scripts/postgres.sh finds)
#   PILOT_PYTHON           the Python of the clients (default python3)
#   PILOT_FROM_SOURCE=1    never take a published binary, build the tools with cargo
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

readonly CARGO_LEPTOS=0.3.10 # 0.3.11 asks for a newer rustc than the oldest we support
readonly RUSTC_MINIMUM=1.94
readonly NODE_MINIMUM=20
readonly PYTHON_MINIMUM=3.11
readonly PYTHON="${PILOT_PYTHON:-python3}"
readonly WASM_TARGET=wasm32-unknown-unknown
readonly PURPOSE="${1:-build}"
case "$PURPOSE" in
  build | lint | unit | test | bench) ;;
  *) echo "usage: scripts/setup.sh [build|lint|unit|test|bench]" >&2; exit 2 ;;
esac

say() { printf 'set-up: %s\n' "$*"; }
fail() { printf 'set-up: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# `timeout` is GNU; macOS has none, and there the step may take what it takes.
limited() {
  local seconds="$1"
  shift
  if has timeout; then timeout "$seconds" "$@"; else "$@"; fi
}

# Runs a command without a word, unless it fails: then its last words are what a person needs.
quietly() {
  local log
  log="$(mktemp)"
  if ! DEBIAN_FRONTEND=noninteractive "$@" >"$log" 2>&1 </dev/null; then
    tail -n 30 "$log" >&2
    rm -f "$log"
    fail "'$*' failed; its last words are above."
  fi
  rm -f "$log"
}

# True if the dotted version $1 is at least $2.
at_least() {
  local a b
  IFS=. read -r -a a <<<"$1"
  IFS=. read -r -a b <<<"$2"
  local i
  for i in 0 1; do
    [ "${a[i]:-0}" -gt "${b[i]:-0}" ] && return 0
    [ "${a[i]:-0}" -lt "${b[i]:-0}" ] && return 1
  done
  return 0
}

# ---- The system's own programs ------------------------------------------------------------------------------------------

can_apt() { has apt-get && [ "$(id -u)" = 0 ]; }

# True if what is set up is for one of these purposes.
for_any() { case " $* " in *" $PURPOSE "*) true ;; *) false ;; esac; }

# program | Debian package | what to do elsewhere | what is skipped without it; nothing if it cannot be spared
system_programs() {
  echo "cc|build-essential|Install a C compiler (Xcode's command line tools, or your system's gcc or clang).|"
  echo "make|make|Install GNU make.|"
  echo "tar|tar|Install tar.|"
  if for_any unit test bench; then
    echo "postgres|postgresql|Install PostgreSQL 15 or newer, or name its folder of programs in PILOT_POSTGRES_BIN.|"
    echo "nats-server|nats-server|Install nats-server.|"
  fi
  if for_any unit test; then
    echo "faketime|faketime|Install libfaketime.|the test of a machine with a wrong clock"
    echo "openssl|openssl|Install openssl.|the tests of TLS to the database and of docs/proxies"
  fi
  if for_any test; then
    echo "nginx|nginx|Install nginx.|the test of docs/proxies/nginx.conf"
    echo "caddy|caddy|Install Caddy.|the test of docs/proxies/Caddyfile"
    echo "curl|curl|Install curl.|"
    echo "python|python3-venv|Install Python $PYTHON_MINIMUM or newer with its venv module, or name one in PILOT_PYTHON.|"
  fi
  # scripts/env.sh has looked for the browser under its other names.
  if [ -z "${E2E_CHROMIUM:-}" ] && for_any test bench; then
    echo "chromium|chromium|Install Chromium or Google Chrome, or name one in E2E_CHROMIUM.|"
  fi
  if for_any bench; then
    echo "wrk|wrk|Install wrk, the HTTP load generator.|"
  fi
}

# PostgreSQL's server is seldom on PATH, and may be too old. Debian's Python comes without the part that makes environments.
is_there() {
  case "$1" in
    postgres) scripts/postgres.sh --bindir >/dev/null 2>&1 ;;
    python) "$PYTHON" -c 'import venv, ensurepip' >/dev/null 2>&1 ;;
    *) has "$1" ;;
  esac
}

install_system_programs() {
  if [ -n "${E2E_CHROMIUM:-}" ] && [ ! -x "$E2E_CHROMIUM" ]; then
    fail "E2E_CHROMIUM names $E2E_CHROMIUM, which is no program. Unset it, or name Chromium or Chrome."
  fi
  local program package advice spared packages=() missing=() skipped=()
  while IFS='|' read -r program package advice spared; do
    is_there "$program" && continue
    packages+=("$package")
    if [ -n "$spared" ]; then skipped+=("$advice Without it $spared is skipped."); else missing+=("$advice"); fi
  done < <(system_programs)
  [ "${#packages[@]}" = 0 ] && return

  if ! can_apt; then
    # An empty array counts as unset in macOS' bash.
    printf 'set-up: %s\n' ${skipped[@]+"${skipped[@]}"} ${missing[@]+"${missing[@]}"} >&2
    [ "${#missing[@]}" = 0 ] || exit 1
    return 0
  fi
  say "installing Debian packages: ${packages[*]} (about a minute)"
  quietly apt-get update -qq
  quietly bash scripts/packages-debian.sh "${packages[@]}"
  if for_any unit test bench && ! is_there postgres; then
    fail "this Debian's PostgreSQL is older than 15: install a newer one from apt.postgresql.org."
  fi
}

# ---- Rust and the wasm target -------------------------------------------------------------------------------------------

check_rust() {
  if ! has cargo || ! has rustc; then
    fail "Install Rust $RUSTC_MINIMUM or newer with rustup (https://rustup.rs), then run this again."
  fi
  local version
  version="$(rustc --version | cut -d' ' -f2)"
  at_least "$version" "$RUSTC_MINIMUM" ||
    fail "rustc $version is too old: run 'rustup update stable' for $RUSTC_MINIMUM or newer."
}

has_wasm_target() {
  local dir
  dir="$(rustc --print target-libdir --target "$WASM_TARGET" 2>/dev/null)" || return 1
  compgen -G "$dir/libstd-*.rlib" >/dev/null
}

install_wasm_target() {
  has_wasm_target && return
  if has rustup; then
    say "adding the $WASM_TARGET target with rustup (under a minute)"
    # Where rustup's server is out of reach the call hangs rather than fails.
    limited 300 rustup target add "$WASM_TARGET" >/dev/null 2>&1 </dev/null || true
    has_wasm_target && return
  fi
  if can_apt; then
    say "rustup could not bring the target: building it from Debian's Rust sources (about 2 minutes)"
    bash scripts/wasm-target-debian.sh
    RUSTUP_TOOLCHAIN="$(cat "$PILOT_TOOLS/rust-toolchain")"
    export RUSTUP_TOOLCHAIN
    has_wasm_target && return
  fi
  fail "The $WASM_TARGET target is missing: run 'rustup target add $WASM_TARGET', or install your system's rust-std for it."
}

# A toolchain of rustup's minimal profile has neither.
install_lints() {
  for_any lint test || return 0
  if cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1; then
    return
  fi
  has rustup || fail "Install rustfmt and clippy of the same version as your rustc."
  say "adding rustfmt and clippy with rustup (under a minute)"
  quietly limited 300 rustup component add rustfmt clippy
}

# ---- Tools that cargo builds --------------------------------------------------------------------------------------------

# The wasm-bindgen program must be of exactly the version of the crate: the lock file is the one source of truth.
locked_version() {
  awk -v name="\"$1\"" '$1 == "name" && $3 == name { getline; gsub(/"/, "", $3); print $3; exit }' Cargo.lock
}

tool_is() {
  [ "$("$1" --version 2>/dev/null | head -n 1)" = "$1 $2" ]
}

# Published binaries are named by platform; nothing for a platform without them.
platform() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo "$1" ;;
    Darwin-arm64) echo aarch64-apple-darwin ;;
    Darwin-x86_64) echo x86_64-apple-darwin ;;
  esac
}

# Unpacks one program out of a published archive. Fails quietly: the caller builds it instead.
take_published() {
  local program="$1" version="$2" url="$3"
  [ -z "${PILOT_FROM_SOURCE:-}" ] && has curl || return 1
  local dir
  dir="$(mktemp -d)"
  if curl --fail --silent --location --proto '=https' --connect-timeout 5 --max-time 120 -o "$dir/archive" "$url" </dev/null &&
    tar -xzf "$dir/archive" -C "$dir" 2>/dev/null; then
    local found
    found="$(find "$dir" -type f -name "$program" | head -n 1)"
    if [ -n "$found" ] && [ "$("$found" --version 2>/dev/null | head -n 1)" = "$program $version" ]; then
      mkdir -p "$PILOT_TOOLS/bin"
      mv "$found" "$PILOT_TOOLS/bin/$program"
      chmod 755 "$PILOT_TOOLS/bin/$program"
    fi
  fi
  rm -rf "$dir"
  tool_is "$program" "$version"
}

# A tool runs for seconds per build, so compile it fast: its own release profile (fat LTO, one unit) takes 3 times as long.
build_tool() {
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
    CARGO_PROFILE_RELEASE_DEBUG=false CARGO_TARGET_DIR="$PILOT_TOOLS/build" \
    quietly cargo install --root "$PILOT_TOOLS" "$@"
  # Hundreds of megabytes that nobody needs again.
  rm -rf "$PILOT_TOOLS/build"
}

install_cargo_leptos() {
  tool_is cargo-leptos "$CARGO_LEPTOS" && return
  local on
  on="$(platform x86_64-unknown-linux-gnu)"
  if [ -n "$on" ] && take_published cargo-leptos "$CARGO_LEPTOS" \
    "https://github.com/leptos-rs/cargo-leptos/releases/download/v$CARGO_LEPTOS/cargo-leptos-$on.tar.gz"; then
    say "took the published cargo-leptos $CARGO_LEPTOS"
    return
  fi
  say "building cargo-leptos $CARGO_LEPTOS, once (about 8 minutes on two cores)"
  build_tool cargo-leptos --version "=$CARGO_LEPTOS" --locked --features no_downloads
  tool_is cargo-leptos "$CARGO_LEPTOS" || fail "cargo-leptos $CARGO_LEPTOS was built but does not run."
}

install_wasm_bindgen() {
  local version on
  version="$(locked_version wasm-bindgen)"
  [ -n "$version" ] || fail "Cargo.lock names no wasm-bindgen."
  tool_is wasm-bindgen "$version" && return
  on="$(platform x86_64-unknown-linux-musl)"
  if [ -n "$on" ] && take_published wasm-bindgen "$version" \
    "https://github.com/wasm-bindgen/wasm-bindgen/releases/download/$version/wasm-bindgen-$version-$on.tar.gz"; then
    say "took the published wasm-bindgen $version"
    return
  fi
  say "building wasm-bindgen $version, once (about 3 minutes on two cores)"
  # Without --locked: the lock file inside 0.2.130 names a crate version that the registry does not have.
  build_tool wasm-bindgen-cli --version "=$version"
  tool_is wasm-bindgen "$version" || fail "wasm-bindgen $version was built but does not run."
}

# ---- Node ---------------------------------------------------------------------------------------------------------------

install_node_packages() {
  if ! has node || ! has npm; then
    fail "Install Node.js $NODE_MINIMUM or newer (it builds the SDK and optimises the wasm)."
  fi
  local version stamp wanted
  version="$(node --version)"
  at_least "${version#v}" "$NODE_MINIMUM" || fail "Node.js $version is too old: install $NODE_MINIMUM or newer."
  stamp=node_modules/.pilot-stamp
  wanted="$(cksum <package-lock.json) node ${version%%.*}"
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return
  say "installing npm packages (under a minute)"
  quietly npm ci --no-audit --no-fund --loglevel=error
  echo "$wanted" >"$stamp"
}

# ---- Python -------------------------------------------------------------------------------------------------------------

# An environment of its own, so that nothing of the machine's Python is touched; from PyPI, each file by its digest.
install_python_packages() {
  for_any test || return 0
  local version stamp wanted folder="$PILOT_TOOLS/clients"
  version="$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
  at_least "$version" "$PYTHON_MINIMUM" ||
    fail "$PYTHON is $version: install Python $PYTHON_MINIMUM or newer, or name one in PILOT_PYTHON."
  stamp="$folder/.pilot-stamp"
  wanted="$(cksum <clients/requirements.txt) $PYTHON $version"
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return
  say "installing Python packages (under a minute)"
  rm -rf "$folder"
  mkdir -p "$PILOT_TOOLS"
  quietly "$PYTHON" -m venv "$folder"
  quietly "$folder/bin/python" -m pip install --disable-pip-version-check --quiet --require-hashes -r clients/requirements.txt
  echo "$wanted" >"$stamp"
}

install_system_programs
check_rust
install_wasm_target
install_lints
install_node_packages
install_python_packages
install_cargo_leptos
install_wasm_bindgen
