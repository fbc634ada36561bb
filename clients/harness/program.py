"""Programs that a test starts: `pilot-inbox` itself, and the examples."""

import os
import re
import subprocess
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

START_S = 60
STOP_S = 10


def binary() -> Path:
    """The program to test: the release build, or what PILOT_INBOX_BIN names."""
    path = (ROOT / os.environ.get("PILOT_INBOX_BIN", "target/release/pilot-inbox")).resolve()
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing. Build it with `make build`, or name another in PILOT_INBOX_BIN.")
    return path


def environment(settings: dict[str, str]) -> dict[str, str]:
    """Ours without any setting of the program but where the site is, and without a proxy: everything is on this machine."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if name == "PILOT_SITE_ROOT"
        or not (name.startswith("PILOT_") or name in ("DATABASE_URL", "BUS_URL") or name.lower().endswith("_proxy"))
    }
    return {**ours, **settings}


class Running:
    """A running program, and every line that it wrote."""

    def __init__(self, command: list[str], settings: dict[str, str], ready: str):
        """Starts it, and waits for a line that matches `ready`."""
        self.command = " ".join(command)
        self.lines: list[str] = []
        self._ready = re.compile(ready)
        self._is_ready = False
        self._told = threading.Event()
        self._child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        threading.Thread(target=self._read, daemon=True).start()
        self._told.wait(START_S)
        if not self._is_ready:
            self._child.kill()
            self._child.wait()
            raise RuntimeError(f"{self.command} was not ready.\n{self.said()}")

    def _read(self) -> None:
        for line in self._child.stdout:
            self.lines.append(line.rstrip("\n"))
            if self._ready.search(line):
                self._is_ready = True
                self._told.set()
        # It has ended; a test that waits need not wait on.
        self._told.set()

    def said(self) -> str:
        return "\n".join(self.lines)

    def printed(self, name: str) -> str:
        """What follows `name=` on a line of its own."""
        return printed(self.lines, name)

    def stop(self) -> None:
        """Asks it to end. Not as Ctrl-C does: that is ignored by what a shell starts in the background, and by its children."""
        if self._child.poll() is None:
            self._child.terminate()
        try:
            self._child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
            raise RuntimeError(f"{self.command} did not end within {STOP_S} s.\n{self.said()}") from None


def printed(lines: list[str], name: str) -> str:
    for line in lines:
        if line.startswith(f"{name}="):
            return line.removeprefix(f"{name}=")
    raise LookupError(f"the program did not print {name}")
