# shellcheck shell=bash
# What every recipe shares; source it, do not run it. Sets PATH and the variables that make builds repeatable.

PILOT_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export PILOT_ROOT

# Built tools live outside target/, so that `cargo clean` does not cost ten minutes.
export PILOT_TOOLS="${PILOT_TOOLS:-$HOME/.cache/pilot-inbox/tools}"

# node_modules before the system's programs: Debian's own wasm-opt corrupts our module without saying so.
# Debian keeps servers (nginx, nats-server) where only root looks.
export PATH="$PILOT_TOOLS/bin:$PILOT_ROOT/node_modules/.bin:$PATH:/usr/sbin"

# The browser is the system's Chromium. Nothing here may download one.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

# One package (of swagger-ui-dist) would tell its makers who installs it.
export SCARF_ANALYTICS=false

# Written by scripts/wasm-target-debian.sh where rustup cannot bring the wasm target. cargo-leptos starts plain `cargo`, so
# the choice must reach every cargo of the build.
if [ -z "${RUSTUP_TOOLCHAIN:-}" ] && [ -s "$PILOT_TOOLS/rust-toolchain" ]; then
  RUSTUP_TOOLCHAIN="$(cat "$PILOT_TOOLS/rust-toolchain")"
  export RUSTUP_TOOLCHAIN
fi

# The browser of the tests. The tests themselves know only the place where Debian puts it.
if [ -z "${E2E_CHROMIUM:-}" ]; then
  for browser in chromium chromium-browser google-chrome "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
    "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
    if E2E_CHROMIUM="$(command -v "$browser")"; then
      export E2E_CHROMIUM
      break
    fi
  done
  unset browser
fi
