"""What is raised where rows cannot be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govengine.diagnostics import Place
    from govengine.model.reasons import Reason
    from govengine.model.verdict import Outcome


class Unreachable(Exception):  # noqa: N818 - a signal that carries what to say, not a mistake
    """Rows that cannot be asked: outcome, message, cause, and where to mend it, if not where the clause points."""

    def __init__(self, outcome: Outcome, message: str, cause: Reason | None = None, place: Place | None = None) -> None:
        super().__init__(message)
        self.outcome, self.message, self.cause, self.place = outcome, message, cause, place
