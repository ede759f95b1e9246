"""Step "compile": policy texts → rules that are ready to run, from the cache where they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.diagnostics import Diagnostic, Label, Span
from govengine.diagnostics.codes import run as codes
from govengine.sources import compile_cache
from govengine.sources.mesh import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from govengine.evaluate.rulebook import Rulebook
    from govengine.model.values import Mesh
    from govengine.run.schemas import Schemas
    from govengine.sources.mesh import PolicyFiles


class CompiledPolicies(NamedTuple):
    """Rules, or None if the council's layer does not compile. `broken` are domains whose overlays do not.

    `broken` gives what is known of each overlay's own rules.
    """

    book: Rulebook | None
    broken: Mapping[str, Any]
    diagnostics: tuple[Diagnostic, ...]


def compiled(policies: PolicyFiles, mesh: Mesh, schemas: Schemas, root: Path) -> CompiledPolicies:
    """Compile the policies of the mesh at `root`."""
    said = list(policies.diagnostics)
    if GLOBAL not in policies.layers.values() or GLOBAL in policies.broken:
        return CompiledPolicies(None, {}, tuple(said))
    from govengine.evaluate.rulebook import Rulebook

    name = compile_cache.key(policies.texts, policies.layers, schemas.digest)
    held = compile_cache.load(name, root)
    if held is None:
        held = _compile(policies.texts, policies.layers, schemas)
        compile_cache.save(name, held, root)
    plan, code, diagnostics = held
    said += [_restored(d) for d in diagnostics]
    if plan is None:
        return CompiledPolicies(None, {}, tuple(said))
    unread = sorted(policies.broken & set(mesh.domains) - set(plan["broken"]))
    said += [codes.broken_overlay(domain) for domain in (*plan["broken"], *unread)]
    return CompiledPolicies(Rulebook(plan, code), {**plan["broken"], **dict.fromkeys(unread, ())}, tuple(said))


def _compile(texts: Mapping[str, str], layers: Mapping[str, str], schemas: Schemas) -> tuple[Any, ...]:
    """Compile from nothing: the cold path, with lark and DuckDB's parser."""
    from govengine.backends.duckdb_sql import Parser
    from govengine.compile.plan import compile_policies

    made = compile_policies(texts, layers, schemas.product, schemas.mesh, Parser())
    code = None if made.plan is None else compile(made.plan["source"], "<conditions>", "exec")
    return made.plan, code, [_stored(d) for d in made.diagnostics]


def _stored(diagnostic: Diagnostic) -> tuple[Any, ...]:
    """A diagnostic as plain tuples."""
    span = tuple(diagnostic.span) if diagnostic.span is not None else None
    others = tuple((tuple(label.span), label.text) for label in diagnostic.others)
    return tuple(diagnostic._replace(span=span, others=others))  # type: ignore[arg-type]


def _restored(stored: Sequence[Any]) -> Diagnostic:
    """What `_stored` was given."""
    plain = Diagnostic(*stored)
    span = Span(*plain.span) if plain.span is not None else None
    return plain._replace(span=span, others=tuple(Label(Span(*where), text) for where, text in plain.others))
