#!/usr/bin/env bash
# Takes docs/screenshots anew, from the release build. `scripts/screenshots.sh gallery` takes every locale, theme, place and skin
# instead, for a person to look at: target/gallery.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

npm run --silent screenshots -- "${@:-/screenshots.spec}"
