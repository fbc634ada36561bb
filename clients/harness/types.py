"""Answers, held against the types that the client declares for them."""

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def fits(answer: Any, declared: type[T]) -> T:
    """The answer, if it has every field of the declared type with a value of its kind; it may have more."""
    msgspec.convert(answer, declared, strict=True)
    return answer
