"""What a condition raises where it has no answer."""

from __future__ import annotations


class ConditionError(Exception):
    """A condition has no answer: CEL's error."""


class Undeclared(ConditionError):  # noqa: N818 - a signal that an outcome is made of, not a mistake
    """The condition asks for something that the spec does not declare; `path` is what it asked for."""

    def __init__(self, path: str) -> None:
        super().__init__(f"`{path}` is not declared")
        self.path = path


class Undecidable(ConditionError):  # noqa: N818 - as `Undeclared`
    """Two values cannot be compared with certainty, or an operation has no result."""
