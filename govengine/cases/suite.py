"""Tries the cases of many files, one after the other, each in a folder of its own that is gone afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from govengine.cases.markdown import CaseError, read
from govengine.cases.policies import Policies, compile_folder, layer_folder
from govengine.cases.rewrite import Line, applied, rewritten
from govengine.cases.run import Result, run, text_of
from govengine.sources.cache_key import use
from govengine.sources.mesh import why

if TYPE_CHECKING:
    from govengine.cases.markdown import Case

Started = Callable[["Case", int, int], None]
"""Called before each case with its position, from 0, and how many there are."""


class CaseFile(NamedTuple):
    """A case file, and what messages call it."""

    path: Path
    name: str


@dataclass(slots=True)
class SuiteResult:
    """What came of the cases, in the order of their files."""

    results: list[Result] = field(default_factory=list)
    unreadable: list[CaseError] = field(default_factory=list)
    not_judged: list[Case] = field(default_factory=list)
    """Cases whose policies do not compile."""
    policies: dict[Path, Policies] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    """The texts of case files by name."""

    @property
    def failed(self) -> int:
        """How many cases came out otherwise than expected."""
        return sum(1 for r in self.results if r.misses)

    @property
    def cases(self) -> int:
        """How many cases there are, with those that could not be judged."""
        return len(self.results) + len(self.not_judged)

    def lines(self, result: Result) -> list[Line]:
        """The verdicts blocks of a case as they are, and as they would be."""
        return rewritten(result, [t.removesuffix("\r") for t in self.texts[result.case.file].split("\n")])


class Suite:
    """Case files to be tried below `scratch`, a folder that the caller removes."""

    def __init__(self, files: Sequence[CaseFile], words: str, scratch: Path) -> None:
        """`words`, each of them, must stand in a case's title, in letters of either case; "" means every case."""
        self._files, self._words, self._scratch = files, words.casefold().split(), scratch
        self._policies: dict[Path, Policies] = {}

    def run(self, started: Started) -> SuiteResult:
        """Try the cases; a file or case that cannot be read stops no other."""
        tried = SuiteResult(policies=self._policies)
        cases: list[tuple[Case, Path | None]] = []
        for path, name in self._files:
            folder = layer_folder(path)
            try:
                tried.texts[name] = text_of(path, name)
                cases += [(c, folder) for c in read(tried.texts[name], name) if self._meant(c)]
            except CaseError as error:
                tried.unreadable.append(error)
            if folder is not None:
                self._compiled(folder)
        for position, (case, folder) in enumerate(cases):
            started(case, position, len(cases))
            if folder is not None and not case.given.policies and not self._compiled(folder).compiled:
                tried.not_judged.append(case)
                continue
            try:
                with self._folder() as root:
                    tried.results.append(run(case, folder, root))
            except CaseError as error:
                tried.unreadable.append(error)
        return tried

    def update(self, tried: SuiteResult) -> list[tuple[Result, list[Line]]]:
        """Write into the case files what was given; the cases that changed, with their lines.

        Raises:
            CaseError: a file cannot be written; files before it are.

        """
        proposed = [(r, tried.lines(r)) for r in tried.results if r.misses]
        changed = [(r, lines) for r, lines in proposed if any(line.differs for line in lines)]
        for path, name in self._files:
            lines = [line for result, of_case in changed if result.case.file == name for line in of_case]
            if lines:
                _write(path, name, applied(tried.texts[name], lines))
        return changed

    def _meant(self, case: Case) -> bool:
        title = case.title.casefold()
        return all(word in title for word in self._words)

    def _compiled(self, folder: Path) -> Policies:
        if folder not in self._policies:
            with self._folder() as root:
                policies = compile_folder(folder, root)
            if not policies.kept:
                # No cache, or one that cannot be written: keep what is compiled for this run, or every case compiles.
                os.environ["GOVENGINE_CACHE"] = str(self._scratch / "compiled")
                use(os.urandom(32))
                with self._folder() as root:
                    policies = compile_folder(folder, root)
            self._policies[folder] = policies
        return self._policies[folder]

    @contextlib.contextmanager
    def _folder(self) -> Iterator[Path]:
        root = self._scratch / "mesh"
        root.mkdir()
        try:
            yield root
        finally:
            shutil.rmtree(root)


def _write(path: Path, name: str, text: str) -> None:
    """Whole or not at all: an editor, or a second run, never meets half a file."""
    kept = path.resolve()  # what a link means is rewritten, not the link
    try:
        bom = b"\xef\xbb\xbf" if kept.read_bytes().startswith(b"\xef\xbb\xbf") else b""
        handle, temporary = tempfile.mkstemp(dir=kept.parent, prefix=f".{kept.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(bom + text.encode())
            shutil.copymode(kept, temporary)
            Path(temporary).replace(kept)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise CaseError(name, 1, f"the file cannot be written: {why(error)}", "see that it may be written") from error
