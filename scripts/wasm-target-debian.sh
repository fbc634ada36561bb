#!/usr/bin/env bash
# The wasm target for a Debian machine that has no way to rustup's server: Debian carries Rust's standard library only as
# source for this target, so compile it once and link the toolchain under the name `debian`.
#
# Debian's `rustc-web` is the newest rustc of bookworm (its own `rustc` is far older than we support).
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

readonly TARGET=wasm32-unknown-unknown
readonly SYSROOT=/usr/lib/rustlib
readonly LLD=lld-22 # the LLVM that this rustc was built with

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null
apt-get install -y -qq --no-install-recommends \
  rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web "$LLD" </dev/null >/dev/null

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
: >"$work/src/lib.rs"
cat >"$work/Cargo.toml" <<'TOML'
[package]
name = "empty"
version = "0.0.0"
edition = "2024"
TOML

# RUSTC_BOOTSTRAP: building std is not a stable feature. Bitcode: without it our fat-LTO link fails with "failed to get bitcode".
(
  cd "$work"
  unset RUSTUP_TOOLCHAIN
  RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR="$work/target" \
    /usr/bin/cargo build --quiet -Zbuild-std=std,panic_abort --target "$TARGET" --release
)

mkdir -p "$SYSROOT/$TARGET/lib"
find "$work/target/$TARGET/release/deps" -name '*.rlib' ! -name 'libempty-*' -exec cp {} "$SYSROOT/$TARGET/lib/" \;

host="$(/usr/bin/rustc -vV | sed -n 's/^host: //p')"
mkdir -p "$SYSROOT/$host/bin"
ln -sf "/usr/bin/$LLD" "$SYSROOT/$host/bin/rust-lld"

# The whole build must use this one toolchain; scripts/env.sh reads the name from here.
mkdir -p "$PILOT_TOOLS"
if command -v rustup >/dev/null 2>&1; then
  rustup toolchain link debian /usr
  echo debian >"$PILOT_TOOLS/rust-toolchain"
else
  : >"$PILOT_TOOLS/rust-toolchain"
fi
