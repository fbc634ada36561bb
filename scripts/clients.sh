#!/usr/bin/env bash
# What is written for the public API, against the release build: the official Python client, schemathesis over the document, the lines
# of docs/api.md, and examples/. Arguments go to pytest (`make clients ARGS="-k sending"`).
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT/clients"

PYTHONDONTWRITEBYTECODE=1 exec "$PILOT_TOOLS/clients/bin/python" -m pytest "$@"
