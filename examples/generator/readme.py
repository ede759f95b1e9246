"""The list of planted defects, written into the README between two marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from generator.defects import Defect

BEGIN = "<!-- planted defects: written by generate.py, do not edit -->"
END = "<!-- end of planted defects -->"


def table(defects: Iterable[Defect]) -> str:
    """The defects as a Markdown table."""
    lines = ["| dataset | column | defect | rows | of | found by | so that it |", "|---|---|---|--:|--:|---|---|"]
    lines += [
        f"| {d.dataset} | {d.column} | {d.what} | {d.count:,} | {d.rows:,} | `{d.rule}` | {d.effect} |" for d in defects
    ]
    return "\n".join(lines)


def renewed(text: str, defects: Iterable[Defect]) -> str:
    """`text` with the block between the marks written anew.

    Raises:
        ValueError: a mark is missing.

    """
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table(defects)}\n{END}{after}"


def rewrite(readme: Path, defects: Iterable[Defect]) -> None:
    """Write the block of that README anew."""
    readme.write_text(renewed(readme.read_text(encoding="utf-8"), defects), encoding="utf-8")
