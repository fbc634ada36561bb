"""Waiting for what a test expects, and for nothing else."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LONGEST_S = 30
PAUSE_S = 0.05


def eventually(what: str, look: Callable[[], T | None]) -> T:
    """The first answer of `look` that is something."""
    end = time.monotonic() + LONGEST_S
    while time.monotonic() < end:
        if (found := look()) is not None:
            return found
        time.sleep(PAUSE_S)
    raise AssertionError(f"{what}: not within {LONGEST_S} s")
