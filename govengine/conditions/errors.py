"""What a condition raises where it has no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.model.reasons import Reason

if TYPE_CHECKING:
    from govengine.model.reasons import Code


class ConditionError(Exception):
    """A condition has no answer: CEL's error. `reason` says why; only messages make text of it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        """The reason in words."""
        return self.reason.text


class Undeclared(ConditionError):  # noqa: N818 - a signal that an outcome is made of, not a mistake
    """The condition asks for something that the spec does not declare; `path` is what it asked for."""

    def __init__(self, path: str) -> None:
        super().__init__(Reason("undeclared", (path,)))
        self.path = path


class Undecidable(ConditionError):  # noqa: N818 - as `Undeclared`
    """Two values cannot be compared with certainty, or an operation has no result."""

    def __init__(self, code: Code, *names: str) -> None:
        super().__init__(Reason(code, names))


class NoEvidence(ConditionError):  # noqa: N818 - as `Undeclared`
    """What would answer the condition is not there: nothing reads it, or there is nothing to take a share of."""

    def __init__(self, code: Code, *names: str) -> None:
        super().__init__(Reason(code, names))
