"""The policies that cases are judged by: where they stand, and which rules they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from govengine.cases.layout import POLICIES, domains_of, link_policies, words_of, write_mesh
from govengine.cases.markdown import DEFAULT_DAY
from govengine.diagnostics import Place
from govengine.run.schemas import schemas, schemas_of
from govengine.run.session import Request, judge
from govengine.sources import compile_cache

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.diagnostics import Diagnostic
    from govengine.plan.document import Plan

_LAYER = "global"
# Of a mesh that was made only to compile its policies: it has no products, so rules name some that are not there.
_EXPECTED_THERE = ("no-products", "unknown-target")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its address, the policy or overlay that it stands in, its place, and whether it has a `when`."""

    address: str
    policy: str
    place: Place
    conditional: bool


@dataclass(frozen=True, slots=True)
class Policies:
    """A layer folder, compiled: its rules by address, and the policies that have a `when`.

    `compiled` is false where the council's own layer is broken: then nothing can be judged. Places and texts are by
    paths from the parent of the folder, as if that were called `policies`.
    """

    folder: Path
    rules: tuple[Rule, ...] = ()
    conditional: frozenset[str] = frozenset()
    compiled: bool = True
    kept: bool = True
    """Whether the compilation was kept, so that the next case finds it."""
    mistakes: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    def path(self, file: str) -> Path:
        """The file that a path of ours means."""
        return self.folder / Path(file).relative_to(POLICIES)


def layer_folder(path: Path) -> Path | None:
    """The nearest folder above a file that holds `global/`; for a link, above the link."""
    return next((p for p in path.absolute().parents if (p / _LAYER).is_dir()), None)


def policies_above(start: Path) -> Path | None:
    """The nearest folder `policies` that holds `global/`: in `start`, above it, or one that `start` is in."""
    here = start.resolve()
    for folder in (here, *here.parents):
        for candidate in (folder, folder / POLICIES) if folder.name == POLICIES else (folder / POLICIES,):
            if (candidate / _LAYER).is_dir():
                return candidate
    return None


def compile_folder(folder: Path, root: Path) -> Policies:
    """Compile a layer folder once, in `root`, an empty folder, and keep the outcome for the cases."""
    link_policies(folder, root)
    write_mesh(root, None, domains_of(folder), words_of(folder))
    outcome = judge(Request(root, DEFAULT_DAY, data=False))
    found = outcome.policies
    tables = schemas() if outcome.basis is None else schemas_of(outcome.basis.mesh)
    held = compile_cache.load(compile_cache.key(found.texts, found.layers, tables.digest), root)
    mistakes = tuple(d for d in outcome.report.diagnostics if d.level == "error" and d.name not in _EXPECTED_THERE)
    plan: Plan | None = held[0] if held is not None else None
    if plan is None:
        return Policies(
            folder, (), frozenset(), bool(outcome.report.policy_digest), held is not None, mistakes, found.texts
        )
    rules = [Rule(r["address"], r["policy"], Place(*r["place"]), r["when"] is not None) for r in plan["rules"]]
    conditional = frozenset(p["name"] for p in plan["policies"] if p["when"] is not None)
    return Policies(folder, tuple(rules), conditional, True, True, mistakes, found.texts)
