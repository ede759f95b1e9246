"""What is wrong on purpose: each defect with its place, its count, a query that counts it again, and its finder."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Defect:
    """A planted defect.

    `query` counts the same rows from the finished files (DuckDB; tables carry the datasets' names), so that the figure
    can be checked without trusting the generator. `rule` is the address of the rule that is expected to find it.
    """

    dataset: str
    column: str
    what: str
    count: int
    rows: int
    query: str
    rule: str
    effect: str


class Defects:
    """The defects planted so far, in the order of planting."""

    def __init__(self) -> None:
        """Nothing is planted yet."""
        self.planted: list[Defect] = []

    def plant(self, defect: Defect) -> None:
        """Note one."""
        self.planted.append(defect)
