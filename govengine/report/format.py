"""What a report format is: one record, in one file of `formats/`, that says all that the rest needs of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from govengine.model.verdict import Report


class Presentation(NamedTuple):
    """A report, and how it is to look where it goes.

    `sources` is the text of each file that a diagnostic may quote, by its path from the mesh root; `prefix` the path
    from the working directory to the mesh root, "" for here. `color` allows escape codes; `verbose` lists what passes.
    """

    report: Report
    sources: Mapping[str, str] = {}
    prefix: str = ""
    color: bool = False
    verbose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A form that reports are written in.

    `name` is what `--format` takes, `summary` what it is for, as help and reference say it. `media_type` is that of the
    text, `ending` that of a file which holds it. `write` gives the whole text, with a line break at its end; the same
    report gives the same text. `on_terminal` says whether it may be shown where people read; else it must go to a file.
    """

    name: str
    summary: str
    media_type: str
    ending: str
    on_terminal: bool
    write: Callable[[Presentation], str]
