#!/usr/bin/env bash
# The release build: the SDK and the viewer of the API into public/, then wasm, styles and assets into target/site, then the server.
# Does nothing when nothing that goes into it has changed since.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$PILOT_ROOT"

readonly STAMP=target/.release-sources
readonly SOURCES=(Cargo.toml Cargo.lock .cargo package-lock.json app frontend server style public sdk scripts/build.sh scripts/slim.sh scripts/viewer.mjs)

# One checksum over what goes into the build. Contents and not times: a test that builds the SDK again changes nothing.
sources() {
  find "${SOURCES[@]}" \( -name node_modules -o -name dist \) -prune -o -type f -print |
    LC_ALL=C sort | tr '\n' '\0' | xargs -0 cksum | cksum
}

if [ -x target/release/pilot-inbox ] && [ -d target/site/pkg ] && [ "$(cat "$STAMP" 2>/dev/null)" = "$(sources)" ]; then
  exit 0
fi

if [ -d target/release/deps ]; then
  echo "build: release (about a minute)"
else
  echo "build: release, first time (about 6 minutes on two cores)"
fi
SECONDS=0
npm run --silent build
# Taken before the long part, so that an edit during the build is not lost.
built="$(sources)"
rm -f "$STAMP"
# `--split` makes files that name each other, and a name for each by its own content would have to change them all. So all are in a
# folder that is named by the content of all.
LEPTOS_SITE_ROOT=target/leptos cargo leptos build --release --precompress --split
scripts/slim.sh target/leptos/pkg
build="$(cd target/leptos/pkg && find . -type f | LC_ALL=C sort | tr '\n' '\0' | xargs -0 sha256sum | sha256sum | cut -c 1-16)"
rm -rf target/site.new target/site.old
mkdir -p target/site.new
cp -R target/leptos/. target/site.new/
rm -r target/site.new/pkg
mkdir target/site.new/pkg
cp -R target/leptos/pkg "target/site.new/pkg/$build"
[ ! -e target/site ] || mv target/site target/site.old
mv target/site.new target/site
rm -rf target/site.old
scripts/gates.sh built
echo "$built" >"$STAMP"
echo "build: done in ${SECONDS} s"
