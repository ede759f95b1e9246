"""A page of `docs/errors` → its examples. README.md there says how a page is written."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "errors"
GENERATED = "<!-- What follows is generated: GOVENGINE_UPDATE_GOLDEN=1 pytest tests/docs -->"
"""In README.md: what stands above is written by hand, what stands below is made from the codes."""

_TITLE = re.compile(r"# (GOV\d{3}) ([a-z][a-z0-9-]*)")
_FENCE = re.compile(r"^(`{3,})([^`\n]*)\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_PLACE = re.compile(r"^Place: (\S+:\d+:\d+)$", re.MULTILINE)
_BESIDES = re.compile(r"^Besides: (GOV\d{3}(?:, GOV\d{3})*)$", re.MULTILINE)
_TESTED = re.compile(r"^Tested in: (tests/\S+\.(?:py|md))$", re.MULTILINE)
_FILES = ("gov", "yaml", "csv", "text")
SECTIONS = ("What it means", "Why", "Wrong", "Right", "How to mend it")


class BadPageError(ValueError):
    """A page that cannot be read."""


@dataclass
class Example:
    """One mesh: files by path, over the default ones; None leaves a file out. `call` is a command line, or empty."""

    files: dict[str, str | None] = field(default_factory=dict)
    call: tuple[str, ...] = ()
    shown: str | None = None
    """The diagnostic as the page shows it, where it does."""


@dataclass
class Page:
    """A page.

    `place` is None where the diagnostic names no file; `besides` are further errors of the wrong example, without which
    the mistake cannot be made; `tested` is the test of a mistake that a text cannot hold.
    """

    path: Path
    code: str
    name: str
    wrong: Example
    right: Example
    place: str | None
    besides: frozenset[str]
    tested: str | None


def read(path: Path) -> Page:
    """The page of a file.

    Raises:
        BadPageError: the title, a section or a block is not as README.md says.

    """
    text = path.read_text(encoding="utf-8")
    title = _TITLE.fullmatch(text.partition("\n")[0])
    if title is None:
        raise BadPageError(f"{path.name}: the title must be `# GOVnnn name`")
    parts = re.split(r"^## +(.+?)[ \t]*$", text, flags=re.MULTILINE)
    headings, bodies = parts[1::2], parts[2::2]
    tested = _TESTED.search(text)
    wanted = [s for s in SECTIONS if tested is None or s not in ("Wrong", "Right")]
    if headings != wanted:
        raise BadPageError(f"{path.name}: the sections must be {', '.join(wanted)}")
    for heading, body in zip(headings, bodies, strict=True):
        if len(body.split()) < 4:
            raise BadPageError(f"{path.name}: `{heading}` says nothing")
    section = dict(zip(headings, bodies, strict=True))
    shared = Example()
    for before in ("What it means", "Why"):
        _blocks(path, section[before], shared)
    wrong, right = Example(dict(shared.files), shared.call), Example(dict(shared.files), shared.call)
    place, besides = None, None
    if tested is None:
        _blocks(path, section["Wrong"], wrong)
        _blocks(path, section["Right"], right)
        found = _PLACE.search(section["Wrong"])
        place = found[1] if found else None
        besides = _BESIDES.search(section["Wrong"])
    others = frozenset(besides[1].split(", ") if besides else ())
    return Page(path, title[1], title[2], wrong, right, place, others, tested[1] if tested else None)


def defaults() -> dict[str, str]:
    """The files of the mesh that every example begins with: the blocks of README.md."""
    path = FOLDER / "README.md"
    example = Example()
    _blocks(path, path.read_text(encoding="utf-8").partition(GENERATED)[0], example)
    return {name: content for name, content in example.files.items() if content is not None}


def _blocks(path: Path, text: str, example: Example) -> None:
    if "```" in _FENCE.sub("", text):
        raise BadPageError(f"{path.name}: a block is not closed")
    for match in _FENCE.finditer(text):
        word, _, name = match[2].strip().partition(" ")
        if word in _FILES and name:
            example.files[name] = match[3]
        elif word == "remove" and not name:
            example.files.update(dict.fromkeys(match[3].split()))
        elif word == "sh" and not name and match[3].startswith("govengine "):
            example.call = tuple(shlex.split(match[3])[1:])
        elif word == "console" and not name:
            example.shown = match[3]
        else:
            raise BadPageError(f"{path.name}: there is no block `{match[2].strip()}`")
