"""How well mistakes are found: damages sound policy texts in realistic ways, and looks where the first message points.

python scripts/damage.py [--seed 1] [--ways 20] [--files-only] [--misses KIND] [--at-least PERCENT]

For every case below rules-dsl/cases and every policy file of the repository, twenty kinds of damage are drawn by a
seeded generator, and one place for each. Files that are wrong on purpose are left as they are. A message counts as at
the place where its primary label touches the damaged token or one of the two beside it, and spans no more than one
line.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from damage_kinds import FAMILIES, KINDS, Kind
from damage_text import Edit, Sound
from lark import UnexpectedInput

from govengine.backends.duckdb_sql import Parser
from govengine.cases.markdown import read
from govengine.compile.collect import GLOBAL
from govengine.compile.plan import compile_policies
from govengine.run.schemas import schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govengine.diagnostics import Diagnostic, Span

ROOT = Path(__file__).parents[1]
MESHES = ("policies", "govengine/starter/policies", "tests/real/mesh/policies")
CASES = "rules-dsl/cases"


class Source(NamedTuple):
    """Policies that compile together, and those of their files that are damaged."""

    name: str
    texts: dict[str, str]
    damaged: tuple[str, ...]
    mesh: bool = False
    """Whether it is a mesh's own policies, and no case."""


class Damaged(NamedTuple):
    """One damaged text, where the damage stands, and what else is touched with it: the tokens on either side."""

    kind: str
    source: Source
    file: str
    text: str
    damage: tuple[int, int]
    near: tuple[int, int]


@dataclass(slots=True)
class Count:
    """How often a kind of damage was done, met by the first message, by any, and by none because nothing was said."""

    done: int = 0
    first: int = 0
    any: int = 0
    silent: int = 0
    misses: list[tuple[Damaged, list[Diagnostic]]] = field(default_factory=list)


def sources() -> Iterator[Source]:
    """Cases, then policy files."""
    for path in sorted((ROOT / CASES).rglob("*.cases.md")):
        for case in read(path.read_text(encoding="utf-8"), path.name):
            texts = {name: block.text for name, block in case.given.policies.items()}
            if texts:
                yield Source(f"{path.name}: {case.title}", texts, tuple(sorted(texts)))
    for mesh in MESHES:
        folder = ROOT / mesh
        files = {f"policies/{p.relative_to(folder).as_posix()}": p for p in folder.rglob("*.gov")}
        texts = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
        for file in sorted(texts):
            yield Source(f"{mesh}: {file}", texts, (file,), mesh=True)


class Trial:
    """Compiles texts, each undamaged set once."""

    def __init__(self) -> None:
        self._product, self._mesh, _ = schemas()
        self._serialize = Parser()
        self._sound: dict[str, Sound | None] = {}
        self._before: dict[str, list[Diagnostic]] = {}

    def compile(self, texts: dict[str, str]) -> list[Diagnostic]:
        """What is said of some policies, in the order in which it is shown."""
        layers = {file: GLOBAL if "/global/" in file else file.split("/")[2] for file in texts}
        return list(compile_policies(texts, layers, self._product, self._mesh, self._serialize).diagnostics)

    def said(self, damaged: Damaged) -> list[Diagnostic]:
        """What the damage adds to what is said of the sound text: errors first, each in the order of places."""
        before = {(d.code, d.message) for d in self._said_before(damaged.source)}
        found = self.compile({**damaged.source.texts, damaged.file: damaged.text})
        new = [d for d in found if (d.code, d.message) not in before]
        return sorted(new, key=lambda d: d.level != "error")

    def files(self, source: Source) -> Iterator[tuple[str, Sound]]:
        """The files of a source that can be damaged: those without a mistake that stands there on purpose."""
        wrong = {d.span.file for d in self._said_before(source) if d.span is not None and d.level == "error"}
        for file in source.damaged:
            sound = self.sound(source.texts[file])
            if sound is not None and file not in wrong:
                yield file, sound

    def _said_before(self, source: Source) -> list[Diagnostic]:
        if source.name not in self._before:
            self._before[source.name] = self.compile(source.texts)
        return self._before[source.name]

    def sound(self, text: str) -> Sound | None:
        """A text, read; None where it has a mistake of grammar on purpose."""
        if text not in self._sound:
            try:
                self._sound[text] = Sound.of(text)
            except UnexpectedInput:
                self._sound[text] = None
        return self._sound[text]

    def damage(self, source: Source, ways: int, seed: int) -> Iterator[Damaged]:
        """So many ways of damaging a source: each kind that can be done once before any is done again."""
        random = Random(zlib.crc32(f"{seed} {source.name}".encode()))  # noqa: S311 - repeatable on purpose
        possible: list[list[tuple[Kind, str, Edit]]] = []
        files = list(self.files(source))
        for kind in KINDS:
            edits = [(kind, file, e) for file, sound in files for e in kind(sound, random)]
            random.shuffle(edits)
            possible += [edits] if edits else []
        random.shuffle(possible)
        done = 0
        for turn in range(max(map(len, possible), default=0)):
            for edits in possible:
                if turn < len(edits) and done < ways:
                    done += 1
                    kind, file, edit = edits[turn]
                    yield self._done(kind, source, file, edit)

    def _done(self, kind: Kind, source: Source, file: str, edit: Edit) -> Damaged:
        text = source.texts[file]
        sound = self.sound(text)
        assert sound is not None
        longer = len(edit.new) - (edit.end - edit.start)
        before = [t for t in sound.tokens if t.end <= edit.start]
        after = [t for t in sound.tokens if t.start >= edit.end]
        holding = [t for t in sound.tokens if t.start <= edit.start and edit.end <= t.end and t.start < t.end]
        inside = [t for t in holding if t.type == "SQL" and (edit.start, edit.end) != (t.start, t.end)]
        damage = (edit.start, edit.start + len(edit.new))
        if inside:  # SQL has tokens of its own
            near = (damage[0] - 12, damage[1] + 12)
        else:
            near = (before[-1].start if before else 0, after[0].end + longer if after else len(text) + longer)
        return Damaged(kind.__name__, source, file, text[: edit.start] + edit.new + text[edit.end :], damage, near)


def meets(damaged: Damaged, diagnostic: Diagnostic) -> bool:
    """Whether a message points at the damage."""
    span = diagnostic.span
    if span is None or span.file != damaged.file or span.end_line > span.line + (span.end_column == 1):
        return False
    start, end = _offsets(damaged.text, span)
    return start <= damaged.near[1] and end >= damaged.near[0]


def _offsets(text: str, span: Span) -> tuple[int, int]:
    lines = text.split("\n")

    def at(line: int, column: int) -> int:
        return sum(len(x) + 1 for x in lines[: line - 1]) + column - 1

    return at(span.line, span.column), at(span.end_line, span.end_column)


def tried(ways: int, seed: int, *, every: int = 1, files_only: bool = False) -> dict[str, Count]:
    """Counts by kind, in the order of `KINDS`; `every`: only each so-manieth source; without the cases on request."""
    trial = Trial()
    counts: dict[str, Count] = defaultdict(Count)
    chosen = [s for s in sources() if not files_only or s.mesh]
    for source in chosen[seed % every :: every]:
        for damaged in trial.damage(source, ways, seed):
            said = trial.said(damaged)
            count = counts[damaged.kind]
            count.done += 1
            count.silent += not said
            count.any += any(meets(damaged, d) for d in said)
            if said and meets(damaged, said[0]):
                count.first += 1
            else:
                count.misses.append((damaged, said))
    return {k.__name__: counts[k.__name__] for k in KINDS if k.__name__ in counts}


def table(counts: dict[str, Count]) -> str:
    """The shares as a Markdown table."""
    lines = ["| damage | done | first message | any message | nothing said |", "|---|---:|---:|---:|---:|"]
    rows = [*counts.items(), ("**all**", total(counts))]
    for name, c in rows:
        first, some = f"{_share(c.first, c.done)} %", f"{_share(c.any, c.done)} %"
        lines.append(f"| {name.replace('_', ' ')} | {c.done} | {first} | {some} | {c.silent} |")
    return "\n".join(lines)


def by_family(counts: dict[str, Count]) -> dict[str, Count]:
    """The counts of kinds that belong together, summed."""
    return {
        family: total({k.__name__: counts[k.__name__] for k in kinds if k.__name__ in counts})
        for family, kinds in FAMILIES.items()
    }


def total(counts: dict[str, Count]) -> Count:
    """All kinds together."""
    whole = Count()
    for count in counts.values():
        whole.done, whole.first = whole.done + count.done, whole.first + count.first
        whole.any, whole.silent = whole.any + count.any, whole.silent + count.silent
    return whole


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "-"


def main(arguments: list[str]) -> int:
    """Print the tables, and with `--misses` what the messages of one kind point at instead.

    The exit code is 1 if the share of first messages at the damage is below `--at-least`.
    """
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--ways", type=int, default=20)
    options.add_argument("--every", type=int, default=1, help="try only every N-th source")
    options.add_argument("--files-only", action="store_true", help="policy files, without the language's cases")
    options.add_argument("--misses", metavar="KIND", help="show where messages point instead")
    options.add_argument(
        "--at-least", type=float, metavar="PERCENT", help="exit 1 if fewer first messages meet the damage"
    )
    given: Any = options.parse_args(arguments)
    counts = tried(given.ways, given.seed, every=given.every, files_only=given.files_only)
    print(table(by_family(counts)), table(counts), sep="\n\n")
    for damaged, said in counts[given.misses].misses if given.misses in counts else ():
        line = damaged.text.count("\n", 0, damaged.damage[0])
        print(f"\n{damaged.source.name} {damaged.file}:{line + 1}")
        print("   ", damaged.text.split("\n")[line].strip()[:150])
        for d in said[:3]:
            print(f"    {d.code} {d.span and (d.span.file, d.span.line, d.span.column)} {d.message}")
    whole = total(counts)
    if given.at_least is None or 100 * whole.first >= given.at_least * whole.done:
        return 0
    print(
        f"\nToo few: {_share(whole.first, whole.done)} % of first messages meet the damage, not {given.at_least:g} %."
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
