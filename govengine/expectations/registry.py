"""The kinds of `expect`, found by the names of their files: what a run does not ask is not imported."""

from __future__ import annotations

from typing import Final

from govengine.expectations.expectation import Expectation
from govengine.model.records import Records

EXPECTATIONS: Final = Records("govengine.expectations.clauses", "EXPECTATION", Expectation, between=" ")
