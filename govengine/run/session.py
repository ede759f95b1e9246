"""One run: a mesh on disk → a report. The one place where the edge and the core meet.

Imports on its way only what a run needs: on a warm cache and without data, neither pydantic, lark, celpy nor duckdb.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import govengine
from govengine.diagnostics import Diagnostic, Label, Span, nearest
from govengine.diagnostics.codes import run
from govengine.diagnostics.codes import spec as spec_codes
from govengine.model.values import WholeMesh
from govengine.model.verdict import ProductResult, Report, Verdict
from govengine.run.request import Progress, Reading, Request
from govengine.sources import compile_cache
from govengine.sources.mesh import GLOBAL, MESH_FILE, find_root, policy_files, product_files, read_mesh, why
from govengine.sources.product import read_product

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from govengine.evaluate.bind import Named
    from govengine.evaluate.rulebook import Rulebook
    from govengine.model.values import Mesh, Product
    from govengine.sources.mesh import PolicyFiles


@dataclass(slots=True)
class Outcome:
    """A report, and the texts that it speaks of, by path from the mesh root."""

    report: Report
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Spec:
    file: str
    domain: str
    name: str
    product: Product | None
    diagnostics: tuple[Diagnostic, ...]


def schemas() -> tuple[dict[str, Any], dict[str, Any], str]:
    """The tables of product specs and of `govengine.yaml`, made from the pydantic models, and their digest."""
    text = files("govengine.model").joinpath("schema_table.json").read_text(encoding="utf-8")
    table = json.loads(text)
    return table["product"], table["mesh"], hashlib.sha256(text.encode()).hexdigest()


def judge(request: Request, progress: Progress | None = None) -> Outcome:
    """Judge a mesh, or part of it."""
    return judged(Run(request, progress or (lambda _phase, _done, _all: None)))


def judged(run: Run) -> Outcome:
    """What comes out of a run."""
    enabled = gc.isenabled()
    gc.disable()  # bulk parsing makes no cycles, and collecting in between costs several times the parsing
    try:
        return run.outcome()
    finally:
        if enabled:
            gc.enable()


class Run:
    """One run; after `outcome`, `book`, `mesh` and `specs` hold what it was made of.

    `policies` are judged by instead of those of the mesh: see `govengine impact`.
    """

    def __init__(self, request: Request, progress: Progress, policies: PolicyFiles | None = None) -> None:
        self._request, self._progress, self._policies = request, progress, policies
        self._diagnostics: list[Diagnostic] = []
        self._texts: dict[str, str] = {}
        self._policy_digest = ""
        self._mesh_name = ""
        self._waivers: tuple[Mapping[str, Any], ...] = ()
        self._together: dict[str, str] = {}
        self.book: Rulebook | None = None
        self.broken: frozenset[str] = frozenset()
        """Domains whose overlays do not compile."""
        self.mesh: Mesh | None = None
        self.specs: list[_Spec] = []

    def outcome(self) -> Outcome:
        """Judge, and report."""
        product_schema, mesh_schema, digest = schemas()
        root = self._request.root
        self._remember(MESH_FILE)
        mesh, said = read_mesh(root, mesh_schema)
        self._diagnostics += said
        if mesh is None:
            return self._report((), ())
        self.mesh, self._mesh_name = mesh, mesh.name
        policies = self._policies or policy_files(root, mesh)
        self._diagnostics += policies.diagnostics
        self._texts.update(policies.texts)
        book: Rulebook | None = None
        broken: dict[str, Any] = {}
        if GLOBAL in policies.layers.values() and GLOBAL not in policies.broken:
            book, broken = self._compiled(policies.texts, policies.layers, product_schema, mesh_schema, digest)
        if book is None:
            return self._report((), ())
        unread = sorted(policies.broken & set(mesh.domains) - set(broken))
        self._diagnostics += [run.broken_overlay(domain) for domain in unread]
        broken = {**broken, **dict.fromkeys(unread, ())}
        specs = self._specs(mesh, book, product_schema)
        self.book, self.specs, self.broken = book, specs, frozenset(broken)
        chosen = self._chosen(specs, mesh, policies.texts)
        self._bind(book, specs, {s.name for s in chosen})
        results, verdicts = self._verdicts(book, broken, mesh, specs, chosen, policies.layers)
        return self._report(results, verdicts)

    def text_of(self, file: str) -> str:
        """The text of a file that was read, by its path from the mesh root, without byte-order mark."""
        return self._texts[file]

    def _remember(self, file: str) -> None:
        try:
            self._texts[file] = (self._request.root / file).read_bytes().decode("utf-8-sig", errors="replace")
        except OSError:
            self._texts[file] = ""

    # -- policies ----------------------------------------------------------------------------------------------------

    def _compiled(
        self,
        texts: Mapping[str, str],
        layers: Mapping[str, str],
        product_schema: dict[str, Any],
        mesh_schema: dict[str, Any],
        digest: str,
    ) -> tuple[Rulebook | None, dict[str, Any]]:
        from govengine.evaluate.rulebook import Rulebook

        name = compile_cache.key(texts, layers, digest)
        held = compile_cache.load(name, self._request.root)
        if held is None:
            held = _compile(texts, layers, product_schema, mesh_schema)
            compile_cache.save(name, held, self._request.root)
        plan, code, diagnostics = held
        self._diagnostics += [restore_diagnostic(d) for d in diagnostics]
        if plan is None:
            return None, {}
        self._policy_digest = plan["digest"]
        self._diagnostics += [run.broken_overlay(domain) for domain in plan["broken"]]
        return Rulebook(plan, code), plan["broken"]

    # -- specs -------------------------------------------------------------------------------------------------------

    def _specs(self, mesh: Mesh, book: Rulebook, schema: dict[str, Any]) -> list[_Spec]:
        root = self._request.root
        listed, said = product_files(root, mesh)
        self._diagnostics += said
        vocabularies = book.vocabularies()
        specs: list[_Spec] = []
        names: dict[str, _Spec] = {}
        for i, (file, domain) in enumerate(listed):
            self._progress("reading specs", i, len(listed))
            spec = self._spec(root, file, domain, schema, vocabularies)
            first = names.setdefault(spec.name.casefold(), spec)
            if first is not spec:
                here = Span(file, 1, 1, 1, 2) if spec.product is None else _name_span(spec.product)
                there = Span(first.file, 1, 1, 1, 2) if first.product is None else _name_span(first.product)
                duplicate = spec_codes.duplicate_product(spec.name, here, there)
                spec = _Spec(file, domain, spec.name, None, (*spec.diagnostics, duplicate))
            specs.append(spec)
        self._listed(mesh, specs)
        return specs

    def _spec(
        self, root: Path, file: str, domain: str, schema: dict[str, Any], vocabularies: Mapping[str, Any]
    ) -> _Spec:
        stem = file.rpartition("/")[2].rpartition(".")[0]
        try:
            data = (root / file).read_bytes()
        except OSError as error:
            return _Spec(file, domain, stem, None, (spec_codes.unreadable(file, why(error)),))
        self._texts[file] = data.decode("utf-8-sig", errors="replace")
        read = read_product(data, file, domain, schema, vocabularies)
        return _Spec(file, domain, read.name or stem, read.product, read.diagnostics)

    def _listed(self, mesh: Mesh, specs: list[_Spec]) -> None:
        """Each product that a domain lists has a spec."""
        for domain, described in mesh.domains.items():
            names = {s.name for s in specs if s.domain == domain}
            for i, entry in enumerate(described.get("data_products", ())):
                if entry not in names and f"{domain}-{entry.replace('_', '-')}" not in names:
                    position = mesh.places.get(("domains", domain, "data_products", i), (1, 1, 2))
                    span = Span(MESH_FILE, position[0], position[1], position[0], position[2])
                    self._diagnostics.append(spec_codes.listed_without_spec(entry, domain, span))

    def _chosen(self, specs: list[_Spec], mesh: Mesh, policies: Mapping[str, str]) -> list[_Spec]:
        """The specs that the request means; a path or filter that means none is an error."""
        request = self._request
        chosen = specs
        if request.domain is not None:
            if request.domain not in mesh.domains:
                near = nearest(request.domain, mesh.domains)
                hint = f" (did you mean `{near}`?)" if near else ""
                self._diagnostics.append(run.nothing_selected(f"`--domain {request.domain}`{hint}"))
                return []
            chosen = [s for s in chosen if s.domain == request.domain]
        if request.product is not None:
            chosen = [s for s in chosen if s.name == request.product]
            if not chosen:
                near = nearest(request.product, [s.name for s in specs])
                hint = f" (did you mean `{near}`?)" if near else ""
                if near == request.product:
                    hint = f" in `--domain {request.domain}`"
                self._diagnostics.append(run.nothing_selected(f"`--product {request.product}`{hint}"))
        if request.paths:
            chosen = self._by_path(chosen, specs, policies)
        elif not specs:
            self._diagnostics.append(run.no_products())
        return chosen

    def _by_path(self, chosen: list[_Spec], specs: list[_Spec], policies: Mapping[str, str]) -> list[_Spec]:
        root = self._request.root.resolve()
        kept: dict[str, _Spec] = {}
        for given in self._request.paths:
            path = os.path.relpath(given.resolve(), root).replace(os.sep, "/")
            below = "" if path == "." else path + "/"
            # A change of policy or of the mesh touches every product.
            all_of_them = path in (".", MESH_FILE) or path in policies or any(p.startswith(below) for p in policies)
            hits = [s for s in specs if all_of_them or s.file == path or s.file.startswith(below)]
            if not hits:
                self._diagnostics.append(run.nothing_selected(f"`{given}`"))
            kept.update({s.file: s for s in hits if s in chosen})
        return [s for s in specs if s.file in kept]

    # -- rules against the mesh --------------------------------------------------------------------------------------

    def _bind(self, book: Rulebook, specs: list[_Spec], judged: set[str]) -> None:
        """What rules name must be there."""
        book.products = frozenset(s.name for s in specs)
        from govengine.evaluate.bind import bind
        from govengine.sources.datasets import register_names

        assert self.mesh is not None
        known = register_names(self._request.root, self.mesh)
        self._diagnostics += bind(book.rules, {s.name: _named(s) for s in specs}, known, judged)

    # -- verdicts ----------------------------------------------------------------------------------------------------

    def _verdicts(
        self,
        book: Rulebook,
        broken: Mapping[str, Any],
        mesh: Mesh,
        specs: list[_Spec],
        chosen: list[_Spec],
        layers: Mapping[str, str],
    ) -> tuple[list[ProductResult], list[Verdict]]:
        from govengine.evaluate import fold
        from govengine.evaluate.judge import Judge

        as_of = self._request.as_of
        judged: list[tuple[Product | _Spec, list[Verdict]]] = []
        readable = [s for s in chosen if s.product is not None]
        drafts, measured = self._drafts(book, mesh, specs, readable)
        for spec in chosen:
            self._diagnostics += spec.diagnostics
            if spec.product is None:
                first = next((d for d in spec.diagnostics if d.level == "error"), None)
                own = fold.unreadable_product(spec.name, spec.file, spec.domain, book, as_of, first)
                judged.append((spec, own))
                continue
            own = fold.verdicts_of(drafts[spec.name], book, as_of, measured)
            if spec.domain in broken:
                file = next((f for f in sorted(layers) if layers[f] == spec.domain), MESH_FILE)
                own += fold.broken_overlay(spec.product, broken[spec.domain], file)
            judged.append((spec.product, own))
        if self._whole() and any(p["judges_mesh"] for p in book.policies.values()):
            whole = WholeMesh(mesh)
            ownless = Judge(book, whole, mesh, as_of, None).drafts()
            judged.append((whole, fold.verdicts_of(ownless, book, as_of, {})))
        return self._excepted(book, mesh, specs, judged)

    def _excepted(
        self, book: Rulebook, mesh: Mesh, specs: list[_Spec], judged: list[tuple[Product | _Spec, list[Verdict]]]
    ) -> tuple[list[ProductResult], list[Verdict]]:
        """Verdicts with waivers applied, and how each product then stands."""
        from govengine.evaluate import fold

        verdicts = [v for _, own in judged for v in own]
        if mesh.data.get("council", {}).get("keys"):
            from govengine.sources.waiver_signatures import key_mistakes

            self._diagnostics += key_mistakes(self._request.root, mesh)
        if book.plan["waivers"]:
            from govengine.evaluate import waivers
            from govengine.sources.people import read_people
            from govengine.sources.waiver_signatures import WaiverSignatures

            people, said = read_people(self._request.root, mesh)
            self._diagnostics += said
            owned = {s.name: waivers.Owned(s.domain, s.product.owner) for s in specs if s.product is not None}
            signatures = WaiverSignatures(self._request.root, mesh)
            excepted = waivers.apply(book, verdicts, owned, mesh, people, self._request.as_of, signatures)
            self._diagnostics += excepted.diagnostics
            self._waivers = tuple(waivers.listed(s) for s in excepted.standings)
            verdicts = excepted.verdicts
        by_product: dict[str, list[Verdict]] = {}
        for verdict in verdicts:
            by_product.setdefault(verdict.product, []).append(verdict)
        results = []
        for subject, _ in judged:
            if isinstance(subject, _Spec):
                results.append(ProductResult(subject.name, subject.domain, "", "", subject.file, "undetermined"))
            else:
                results.append(fold.result(subject, by_product.get(subject.name, [])))
        return results, verdicts

    def _whole(self) -> bool:
        """Whether the run is over the whole mesh: a part of it says nothing of the mesh."""
        request = self._request
        return not request.paths and request.domain is None and request.product is None

    def _drafts(
        self, book: Rulebook, mesh: Mesh, specs: list[_Spec], readable: list[_Spec]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """What rules come to but for rows, of each readable product by name; and the answers about rows, by key."""
        products = [s.product for s in readable if s.product is not None]
        if not self._request.data:
            from govengine.evaluate.judge import Judge

            return {p.name: Judge(book, p, mesh, self._request.as_of, None).drafts() for p in products}, {}
        from govengine.run.rows import judge_rows

        known = {s.name: s.product for s in specs if s.product is not None}
        digest = self._policy_digest
        rows = judge_rows(book, mesh, products, known, self._request, digest, self._progress)
        self._diagnostics += rows.diagnostics
        self._together = {} if rows.family_confidence is None else {"family_confidence": rows.family_confidence}
        return rows.drafts, rows.answers

    def _report(self, results: Sequence[ProductResult], verdicts: Sequence[Verdict]) -> Outcome:
        from govengine.evaluate import fold

        request = self._request
        unique = sorted(dict.fromkeys(self._diagnostics), key=_order)
        ordered = sorted(verdicts, key=lambda v: (v.product, v.rule))
        products = tuple(sorted(results, key=lambda p: (p.domain, p.name, p.file)))
        root = request.root.resolve()
        paths = [os.path.relpath(p.resolve(), root).replace(os.sep, "/") for p in request.paths]
        scope: dict[str, Any] = {"data": request.data, "domain": request.domain, "product": request.product}
        scope["paths"] = sorted(paths)
        if request.data and request.reading.sample is not None:
            scope["sample"] = {"rows": request.reading.sample, "seed": request.reading.seed} | self._together
        report = Report(
            mesh=self._mesh_name,
            engine_version=govengine.__version__,
            language_version=govengine.LANGUAGE_VERSION,
            policy_digest=self._policy_digest,
            as_of=request.as_of.isoformat(),
            scope=scope,
            products=products,
            verdicts=tuple(ordered),
            causes=fold.causes(ordered),
            diagnostics=tuple(unique),
            exit_code=fold.exit_code(products, ordered, unique),
            waivers=self._waivers,
        )
        return Outcome(report, self._texts)


def _compile(
    texts: Mapping[str, str], layers: Mapping[str, str], product_schema: dict[str, Any], mesh_schema: dict[str, Any]
) -> tuple[Any, ...]:
    """Compile from nothing: the cold path, with lark and DuckDB's parser."""
    from govengine.backends.duckdb_sql import Parser
    from govengine.compile.plan import compile_policies

    compiled = compile_policies(texts, layers, product_schema, mesh_schema, Parser())
    code = None if compiled.plan is None else compile(compiled.plan["source"], "<conditions>", "exec")
    return compiled.plan, code, [store_diagnostic(d) for d in compiled.diagnostics]


def store_diagnostic(diagnostic: Diagnostic) -> tuple[Any, ...]:
    """A diagnostic as plain tuples."""
    span = tuple(diagnostic.span) if diagnostic.span is not None else None
    others = tuple((tuple(label.span), label.text) for label in diagnostic.others)
    return tuple(diagnostic._replace(span=span, others=others))  # type: ignore[arg-type]


def restore_diagnostic(stored: Sequence[Any]) -> Diagnostic:
    """What `store_diagnostic` was given."""
    plain = Diagnostic(*stored)
    span = Span(*plain.span) if plain.span is not None else None
    return plain._replace(span=span, others=tuple(Label(Span(*where), text) for where, text in plain.others))


def _named(spec: _Spec) -> Named:
    from govengine.evaluate.bind import Named

    if spec.product is None:
        return Named(spec.domain)
    columns: dict[str, set[str]] = {}
    for column in spec.product.columns or ():
        if column.get("dataset") is not None:
            columns.setdefault(column["dataset"], set()).add(column["name"])
    held = {dataset: frozenset(names) for dataset, names in columns.items()}
    return Named(spec.domain, tuple(d["name"] for d in spec.product.datasets), held)


def _name_span(product: Product) -> Span:
    line, column, end = product.places[("metadata", "name")]
    return Span(product.file, line, column, line, end)


def _order(diagnostic: Diagnostic) -> tuple[Any, ...]:
    span = diagnostic.span
    level = 0 if diagnostic.level == "error" else 1
    return (level, *((span.file, span.line, span.column) if span else ("", 0, 0)), diagnostic.code, diagnostic.message)


__all__ = ["Outcome", "Reading", "Request", "Run", "find_root", "judge", "judged"]
