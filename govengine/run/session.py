"""One run: a mesh → a report. The one place where the edge and the core meet, step after step.

Imports on its way only what a run needs: on a warm cache and without data, neither pydantic, lark, celpy nor duckdb.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govengine.run.basis import Basis
from govengine.run.policies import compiled
from govengine.run.request import Given, Progress, Reading, Request, silent
from govengine.run.schemas import near_words, schemas, schemas_of
from govengine.run.selection import select
from govengine.run.specs import read_specs
from govengine.sources.inputs import Inputs
from govengine.sources.mesh import MESH_FILE, PolicyFiles, find_root, policy_files, read_mesh

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govengine.diagnostics import Diagnostic
    from govengine.model.verdict import Report


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report, and the texts that it speaks of, by path from the mesh root, without byte-order marks.

    `basis` is what was judged and by what; None where `govengine.yaml` or the council's policies cannot be read, so
    that nothing was judged. `policies` are the policy files as they were read.
    """

    report: Report
    texts: Mapping[str, str] = field(default_factory=dict)
    basis: Basis | None = None
    policies: PolicyFiles = field(default_factory=PolicyFiles)

    @property
    def why_not(self) -> str:
        """Why nothing was judged: the first error."""
        errors = (d.message for d in self.report.diagnostics if d.level == "error")
        return next(errors, "the policies cannot be read")


def judge(request: Request, progress: Progress = silent, policies: PolicyFiles | None = None) -> Outcome:
    """Judge a mesh, or part of it; by `policies` instead of its own, where they are given (`govengine impact`).

    Raises:
        UnknownTableError: a table is handed over for a dataset that the mesh does not have.

    """
    inputs = Inputs(request.root, request.reading.evidence_secret, request.given.files)
    mesh, said = read_mesh(inputs, schemas().mesh)
    texts = {MESH_FILE: inputs.text(MESH_FILE, "mesh")}
    if mesh is None:
        return Outcome(_nothing(request, "", said, inputs), texts)

    tables = schemas_of(mesh)
    said += near_words(mesh)
    policies = policies or policy_files(inputs, mesh)
    texts |= policies.texts
    rules = compiled(policies, mesh, tables, request.root)
    said += rules.diagnostics
    if rules.book is None:
        return Outcome(_nothing(request, mesh.name, said, inputs), texts, None, policies)

    read = read_specs(inputs, mesh, rules.book, tables.product, request.given.spec, progress)
    said += read.diagnostics
    texts |= {spec.file: spec.text for spec in read.specs if spec.text}
    basis = Basis(mesh, rules.book, read.specs, policies.layers, rules.broken)

    chosen = select(request, read, mesh, policies.texts)
    said += chosen.diagnostics
    if request.given.tables:
        from govengine.run.handed import check_names

        check_names(request.given.tables, basis)

    from govengine.run.binding import bound
    from govengine.run.exceptions import excepted
    from govengine.run.report import reported
    from govengine.run.verdicts import judged

    said += bound(basis.book, mesh, basis.specs, chosen.specs, request)
    verdicts = judged(basis, chosen.specs, request, inputs, progress)
    said += verdicts.diagnostics
    stands = excepted(basis, verdicts.subjects, request.as_of, inputs)
    said += stands.diagnostics
    digest = basis.book.plan["digest"]
    confidence = verdicts.family_confidence
    report = reported(request, mesh.name, digest, stands, said, inputs.listed(), confidence)
    return Outcome(report, texts, basis, policies)


def _nothing(request: Request, mesh_name: str, said: Iterable[Diagnostic], inputs: Inputs) -> Report:
    """The report of a run that can judge nothing."""
    from govengine.run.exceptions import Excepted
    from govengine.run.report import reported

    return reported(request, mesh_name, "", Excepted((), (), (), ()), said, inputs.listed())


__all__ = ["Given", "Outcome", "Progress", "Reading", "Request", "find_root", "judge"]
