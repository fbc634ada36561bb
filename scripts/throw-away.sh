# shellcheck shell=bash
# What throw-away services share: they live as long as the other end of their standard input is open. Source it, do not run it.
#
# A caller that is killed cannot tidy up, but the system closes its end of the pipe for it. So nothing is left behind, whatever
# the caller dies of.

# Starts watching. Define `tidy` before: it must work at any moment, and more than once.
keep_while_stdin_is_open() {
  exec 3<&0
  trap 'leave 0' TERM INT
  trap 'leave $?' EXIT
  # A process group of its own, so that a signal to the whole group does not end the one who tidies. A terminal is only read by
  # its own group.
  [ -t 0 ] || set -m
  (
    trap '' HUP INT TERM USR1 USR2
    trap - EXIT
    while read -r _; do :; done
    # `leave` ends this one first of all. It cannot if the script was killed itself, noticed by its parent (no such process) or
    # not yet (a zombie).
    if kill -TERM $$ 2>/dev/null; then
      case "$(ps -o stat= -p $$ 2>/dev/null)" in Z*) ;; *) sleep 20 ;; esac
    fi
    tidy
  ) <&3 3<&- >/dev/null 2>&1 &
  watcher=$!
  set +m
  exec 3<&-
}

# Waits for the end. Signals for which the script has traps are handled meanwhile.
linger() {
  while kill -0 "$watcher" 2>/dev/null; do
    wait "$watcher" || true
  done
}

leave() {
  trap '' HUP INT TERM USR1 USR2
  trap - EXIT
  kill -KILL -- "-$watcher" 2>/dev/null || kill -KILL "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  tidy
  exit "$1"
}
