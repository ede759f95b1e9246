"""All that can be said about mistakes: code, name, level and meaning of each, read from the functions that make them.

A diagnostic is one function in a file of `codes/` and one page in `docs/errors`. The files are read, not run, so that
whoever lists the codes needs nothing else of the engine.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from govengine.diagnostics import codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CODE: Final = re.compile(r"GOV\d{3}")
_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")
_LEVELS: Final = ("error", "warning")
FAMILIES: Final[Mapping[str, str]] = {
    "GOV1": "The text of a policy",
    "GOV2": "Specs and `govengine.yaml`",
    "GOV3": "Who may say what",
    "GOV40": "Conditions",
    "GOV41": "Conditions",
    "GOV42": "Conditions",
    "GOV44": "Conditions",
    "GOV45": "SQL predicates",
    "GOV46": "SQL predicates",
    "GOV5": "Data",
    "GOV6": "What `govengine lint` finds",
    "GOV7": "The ledger",
    "GOV8": "Sources",
    "GOV9": "The run",
}
"""What codes are about, by how they begin."""


class Code(NamedTuple):
    """A code: its name, its level, the function that makes its diagnostic, and what the function says of it."""

    code: str
    name: str
    level: str
    maker: str
    summary: str

    @property
    def family(self) -> str:
        """What codes of its kind are about; "" for one that begins as none does."""
        return next((title for begins, title in FAMILIES.items() if self.code.startswith(begins)), "")


ENGINE_BROKE: Final = Code("GOV999", "engine-broke", "error", "cli.main", "The engine itself broke.")
"""Written where nothing else of the engine can be relied on, so not by a function of `codes`."""


def all_codes() -> list[Code]:
    """Every code, sorted; one that two functions make stands twice."""
    return sorted([*_made(), ENGINE_BROKE])


def gaps(pages: Path) -> list[str]:
    """What is missing of the diagnostics, a sentence each; `pages` is the folder of their pages."""
    found = all_codes()
    makers: dict[str, list[str]] = {}
    for code in found:
        makers.setdefault(code.code, []).append(code.maker)
    said = [f"{code} is made by {' and '.join(by)}" for code, by in makers.items() if len(by) > 1]
    for code in found:
        said += [f"{code.code}: `{code.maker}` gives no level, `error` or `warning`"] * (code.level not in _LEVELS)
        said += [f"{code.code}: `{code.maker}` has no docstring"] * (not code.summary)
        said += [f"{code.code}: `{code.name}` is not a name like `unknown-field`"] * (not _NAME.fullmatch(code.name))
        said += [f"{code.code}: FAMILIES has nothing that it begins with"] * (not code.family)
        said += [f"{code.code} has no page {pages.name}/{code.code}.md"] * (not (pages / f"{code.code}.md").is_file())
    known = {code.code for code in found}
    left = sorted(p.stem for p in pages.glob("GOV*.md") if p.stem not in known)
    return said + [f"{pages.name}/{code}.md is the page of no diagnostic" for code in left]


def _made() -> Iterator[Code]:
    for file in sorted(Path(codes.__path__[0]).glob("[!_]*.py")):
        for function in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(function, ast.FunctionDef):
                yield from _of(function, f"{file.stem}.{function.name}")


def _of(function: ast.FunctionDef, maker: str) -> Iterator[Code]:
    """The codes in the calls of a function: a call that names one says its name and its level next."""
    summary = (ast.get_docstring(function) or "").partition("\n")[0]
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and node.args and _CODE.fullmatch(_text(node.args[0])):
            name, level = (_text(argument) for argument in [*node.args[1:3], None, None][:2])
            yield Code(_text(node.args[0]), name, level, maker, summary)


def _text(argument: ast.expr | None) -> str:
    value = argument.value if isinstance(argument, ast.Constant) else None
    return value if isinstance(value, str) else ""
