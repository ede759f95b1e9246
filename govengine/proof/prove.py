"""Why no overlay can weaken a rule: every setting that domains may move, where it stands, and what a move does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from govengine.compile.plan import Compilation, compile_policies
from govengine.compile.polarity import reason
from govengine.proof.counterexample import Example, Policies, search
from govengine.run.schemas import schemas, schemas_of
from govengine.sources.inputs import Inputs
from govengine.sources.mesh import policy_files, read_mesh

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from govengine.compile.polarity import Occurrence
    from govengine.diagnostics import Diagnostic
    from govengine.plan.document import Plan


@dataclass(slots=True)
class Proof:
    """What is proved.

    `settings` is plain data: each directed setting of the council with its occurrences, sorted by address and place.
    `mistakes` are the compile errors; while there is one, nothing is proved of the whole. `texts` is what they quote.
    """

    settings: list[dict[str, Any]] = field(default_factory=list)
    mistakes: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0 where all is proved, else 2."""
        return 2 if self.mistakes else 0


def prove(root: Path, as_of: date) -> Proof:
    """Prove the directions of the council's settings in the mesh at `root`.

    Where one is false, small products are judged as of a day until one shows it; see `govengine.proof.counterexample`.
    """
    inputs = Inputs(root)
    mesh, said = read_mesh(inputs, schemas().mesh)
    if mesh is None:
        return Proof(mistakes=_errors(said))
    product_schema, mesh_schema, _ = schemas_of(mesh)
    files = policy_files(inputs, mesh)
    if "global" not in files.layers.values():
        return Proof(mistakes=_errors(files.diagnostics), texts=files.texts)

    def compiled(texts: Mapping[str, str], layers: Mapping[str, str], *, trusting: bool = True) -> Compilation:
        from govengine.backends.duckdb_sql import Parser

        return compile_policies(texts, layers, product_schema, mesh_schema, Parser(), trusting=trusting)

    whole = compiled(files.texts, files.layers, trusting=False)
    council = {path: text for path, text in files.texts.items() if files.layers[path] == "global"}
    trusted = whole
    if whole.plan is None:
        trusted = compiled(council, dict.fromkeys(council, "global"))
    mistakes = _errors([*files.diagnostics, *whole.diagnostics])
    policies = None
    if whole.plan is None and trusted.plan is not None:
        policies = Policies(council, trusted.plan, compiled, product_schema, mesh, as_of)
    occurrences = [_described(o, policies) for o in whole.occurrences]
    return Proof(_settings(trusted.plan, occurrences), mistakes, files.texts)


def _errors(found: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(d for d in found if d.level == "error")


def _described(at: Occurrence, policies: Policies | None) -> dict[str, object]:
    described: dict[str, object] = {
        "setting": at.setting,
        "direction": at.direction,
        "file": at.span.file,
        "line": at.span.line,
        "column": at.span.column,
        "clause": at.clause.replace("`", ""),
        "rule": at.rule or None,
        "proved": at.proved,
        "why": reason(at),
    }
    if not at.proved:
        found = "the policies have other mistakes, so none is looked for" if policies is None else search(policies, at)
        described["counter_example"] = _example(found) if isinstance(found, Example) else None
        described["no_counter_example"] = None if isinstance(found, Example) else found
    return described


def _example(found: Example) -> dict[str, str]:
    return {
        "rule": found.rule,
        "product": found.product,
        "overlay": found.overlay,
        "before": found.before,
        "after": found.after,
    }


def _settings(plan: Plan | None, occurrences: list[dict[str, Any]]) -> list[dict[str, object]]:
    """Settings with what is said of their places; where policies do not compile, those that stand somewhere."""
    declared: dict[str, dict[str, object]] = {}
    if plan is not None:
        council = {p["name"] for p in plan["policies"] if p["layer"] == "global"}
        declared = {
            address: {"values": d["values"], "file": d["file"], "line": d["line"], "direction": d["direction"]}
            for address, d in plan["declared"].items()
            if address.partition("/")[0] in council and d["direction"] != "fixed"
        }
    for occurrence in occurrences:
        declared.setdefault(occurrence["setting"], {"direction": occurrence["direction"]})
    found = []
    for address in sorted(declared):
        own = [o for o in occurrences if o["setting"] == address]
        own.sort(key=lambda o: (o["file"], o["line"], o["column"], o["clause"]))
        places = [{k: v for k, v in o.items() if k not in ("setting", "direction")} for o in own]
        found.append({"setting": address, **declared[address], "occurrences": places})
    return found
