#!/usr/bin/env bash
# Takes docs/screenshots anew, from the release build. `scripts/screenshots.sh gallery` takes every locale, theme, place and skin
# instead, for a person to look at: target/gallery; `scripts/screenshots.sh types.screenshots` every type of message: target/types;
# `scripts/screenshots.sh book` every area of the inbox: docs/screenshots/book.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

npm run --silent screenshots -- "${@:-/screenshots.spec}"
