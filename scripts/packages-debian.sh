#!/usr/bin/env bash
# Installs Debian packages for the tests, as root, and leaves the machine as quiet as it was: Debian starts every server that it
# installs, at once and at each boot, and makes a PostgreSQL cluster. The tests start what they need for themselves.
#
#   scripts/packages-debian.sh PACKAGE...
set -euo pipefail

# Packages whose service bears the same name.
readonly SERVERS="caddy nats-server nginx postgresql"
# Debian asks this program before it starts a service; 101 is "no".
readonly POLICY=/usr/sbin/policy-rc.d
readonly MARK="# Put here by scripts/packages-debian.sh of Pilot Inbox, for as long as it installs."
readonly CLUSTERS=/etc/postgresql-common/createcluster.d

export DEBIAN_FRONTEND=noninteractive

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
is_ours() { grep -qsF "$MARK" "$1"; }

# Only what we bring may be silenced: a server that the machine runs already is its owner's business.
silenced=()
for package in "$@"; do
  case " $SERVERS " in
    *" $package "*) is_installed "$package" || silenced+=("$package") ;;
  esac
done

restore() {
  if is_ours "$POLICY"; then rm -f "$POLICY"; fi
  if [ -e "$POLICY.before" ]; then mv "$POLICY.before" "$POLICY"; fi
  if is_ours "$CLUSTERS/pilot-inbox.conf"; then rm -f "$CLUSTERS/pilot-inbox.conf"; fi
}
trap restore EXIT
trap 'exit 1' INT TERM

if [ "${#silenced[@]}" -gt 0 ]; then
  # Left by a run that was killed.
  restore
  if [ -e "$POLICY" ]; then mv "$POLICY" "$POLICY.before"; fi
  # A name may come as nginx, nginx.service or postgresql@15-main.service.
  cat >"$POLICY" <<SH
#!/bin/sh
$MARK
name="\${1%.service}"
case "\${name%%@*}" in $(IFS='|'; echo "${silenced[*]}")) exit 101 ;; esac
[ -x "$POLICY.before" ] || exit 0
exec "$POLICY.before" "\$@"
SH
  chmod 755 "$POLICY"
  mkdir -p "$CLUSTERS"
  printf '%s\ncreate_main_cluster = false\n' "$MARK" >"$CLUSTERS/pilot-inbox.conf"
fi

apt-get install -y -qq --no-install-recommends "$@" </dev/null

for service in ${silenced[@]+"${silenced[@]}"}; do
  if command -v systemctl >/dev/null 2>&1; then
    systemctl disable "$service" || true
  else
    update-rc.d "$service" disable || true
  fi
done
