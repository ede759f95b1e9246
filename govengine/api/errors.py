"""What the public API raises. Mistakes in policies, specs and data are never raised: they are in the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govengine.diagnostics import Diagnostic


class GovengineError(Exception):
    """A call that gives no report. The message says what is wrong; it quotes no value of the data."""


class NoMeshError(GovengineError):
    """There is no mesh where one was looked for; `diagnostic` says so with code and help."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class RequestError(GovengineError):
    """An argument that cannot be meant. `argument` is its name, `near` the nearest name that would do, if any."""

    def __init__(self, argument: str, message: str, near: str | None = None) -> None:
        super().__init__(message + (f"; did you mean `{near}`?" if near else ""))
        self.argument, self.near = argument, near


class SpecError(RequestError):
    """A spec that cannot be written as YAML; `place` is the path of keys that leads to the value."""

    def __init__(self, message: str, place: str) -> None:
        super().__init__("spec", message)
        self.place = place
