"""Step "report": what the steps before found, sorted, in one value that depends on neither clock nor machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import govengine
from govengine.evaluate import fold
from govengine.model.verdict import Report

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govengine.diagnostics import Diagnostic
    from govengine.model.inputs import Input
    from govengine.run.exceptions import Excepted
    from govengine.run.request import Request


def reported(
    request: Request,
    mesh_name: str,
    policy_digest: str,
    excepted: Excepted,
    diagnostics: Iterable[Diagnostic],
    inputs: tuple[Input, ...],
    family_confidence: str | None = None,
) -> Report:
    """The report of a run."""
    unique = tuple(sorted(dict.fromkeys(diagnostics), key=_order))
    verdicts = tuple(sorted(excepted.verdicts, key=lambda v: (v.product, v.rule)))
    products = tuple(sorted(excepted.products, key=lambda p: (p.domain, p.name, p.file)))
    return Report(
        mesh=mesh_name,
        engine_version=govengine.__version__,
        language_version=govengine.LANGUAGE_VERSION,
        policy_digest=policy_digest,
        as_of=request.as_of.isoformat(),
        scope=_scope(request, family_confidence),
        products=products,
        verdicts=verdicts,
        causes=fold.causes(verdicts),
        diagnostics=unique,
        exit_code=fold.exit_code(products, verdicts, unique, may_be_empty=request.changed),
        waivers=excepted.waivers,
        inputs=inputs,
    )


def _scope(request: Request, family_confidence: str | None) -> dict[str, Any]:
    root = request.root.resolve()
    paths = sorted(os.path.relpath(p.resolve(), root).replace(os.sep, "/") for p in request.paths)
    scope: dict[str, Any] = {
        "data": request.data,
        "domain": request.domain,
        "product": request.product,
        "paths": paths,
    }
    if request.data and request.reading.sample is not None:
        together = {} if family_confidence is None else {"family_confidence": family_confidence}
        scope["sample"] = {"rows": request.reading.sample, "seed": request.reading.seed} | together
    return scope


def _order(diagnostic: Diagnostic) -> tuple[Any, ...]:
    span = diagnostic.span
    level = 0 if diagnostic.level == "error" else 1
    return (level, *((span.file, span.line, span.column) if span else ("", 0, 0)), diagnostic.code, diagnostic.message)
