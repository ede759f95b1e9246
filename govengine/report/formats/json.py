"""The report for programs: JSON after `reports/report.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from govengine.model.verdict import OUTCOMES, Cause, ControlRef, Part, ProductResult, Report, Verdict
from govengine.report.format import Format
from govengine.report.overview import PRODUCT_VERDICTS, blocking_failures

if TYPE_CHECKING:
    from govengine.diagnostics import Diagnostic, Place

SCHEMA = "govengine-report/1"


def render(report: Report) -> str:
    """JSON text with a line break at the end: a line for each product, verdict, diagnostic and input.

    ASCII only, so that no text in it can steer a terminal; the same report gives the same bytes.

    Raises:
        TypeError: evidence or scope holds what JSON has no form for.

    """
    head = {
        "schema": SCHEMA,
        "engine": {"name": "govengine", "version": report.engine_version, "language": report.language_version},
        "policy_digest": report.policy_digest,
        "as_of": report.as_of,
        "summary": _summary(report),
    }
    lists = {
        "products": [_product(product) for product in report.products],
        "verdicts": [_verdict(verdict) for verdict in report.verdicts],
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in report.diagnostics],
        "inputs": [read._asdict() for read in report.inputs],
    }
    members = [f"{_text(key)}: {_text(value)}" for key, value in head.items()]
    members += [f"{_text(key)}: {_lines(items)}" for key, items in lists.items()]
    return "{\n" + ",\n".join(members) + "\n}\n"


def _text(value: object) -> str:
    # allow_nan: NaN is no JSON; without indent, the encoder written in C is used.
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def _lines(items: Iterable[object]) -> str:
    written = ",\n".join(_text(item) for item in items)
    return f"[\n{written}\n]" if written else "[]"


def _summary(report: Report) -> dict[str, object]:
    product_verdicts = [product.verdict for product in report.products if not product.is_mesh]
    outcomes = [verdict.outcome for verdict in report.verdicts]
    return {
        "mesh": report.mesh,
        "exit_code": report.exit_code,
        "scope": _plain(report.scope),
        "products": {verdict: product_verdicts.count(verdict) for verdict in PRODUCT_VERDICTS},
        "verdicts": {outcome: outcomes.count(outcome) for outcome in OUTCOMES},
        "blocking_failures": blocking_failures(report),
        "causes": [_cause(cause) for cause in report.causes],
        "waivers": [_plain(waiver) for waiver in report.waivers],
    }


def _product(product: ProductResult) -> dict[str, object]:
    return {
        "name": product.name,
        "domain": product.domain,
        "owner": product.owner,
        "version": product.version,
        "file": product.file,
        "verdict": product.verdict,
    }


def _verdict(verdict: Verdict) -> dict[str, object]:
    return {
        "rule": verdict.rule,
        "title": verdict.title,
        "product": verdict.product,
        "outcome": verdict.outcome,
        "disposition": verdict.disposition,
        "enforcement": verdict.enforcement,
        "severity": verdict.severity,
        "layer": verdict.layer,
        "controls": [_control(control) for control in verdict.controls],
        "because": verdict.because,
        "fix": verdict.fix,
        "policy_location": _location(verdict.policy_place),
        "parts": [_part(part) for part in verdict.parts],
    }


def _part(part: Part) -> dict[str, object]:
    return {
        "clause": part.clause,
        "element": part.element,
        "outcome": part.outcome,
        "disposition": part.disposition,
        "assurance": part.assurance,
        "message": part.message,
        "location": _location(part.place),
        "evidence": _plain(part.evidence),
    }


def _control(control: ControlRef) -> dict[str, str]:
    return {"framework": control.framework, "control": control.control, "title": control.title}


def _cause(cause: Cause) -> dict[str, object]:
    return {
        "product": cause.product,
        "cause": cause.cause,
        "location": _location(cause.place),
        "rules": list(cause.rules),
        "blocking": cause.blocking,
    }


def _diagnostic(diagnostic: Diagnostic) -> dict[str, object]:
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "level": diagnostic.level,
        "message": diagnostic.message,
        "location": None if diagnostic.span is None else _location(diagnostic.span.place),
        "label": diagnostic.label,
        "notes": list(diagnostic.notes),
        "help": diagnostic.help,
    }


def _location(place: Place | None) -> dict[str, object] | None:
    return None if place is None else {"file": place.file, "line": place.line, "column": place.column}


def _plain(value: object) -> object:
    """Evidence and scope in JSON's own types: decimals, dates and quantities as they are written."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            return {str(key): _plain(held) for key, held in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case Decimal():
            return str(value)
        case date():  # and datetime
            return value.isoformat()
        case _:
            pass
    text = getattr(value, "text", None)
    if isinstance(text, str):
        return text
    raise TypeError(f"no JSON form for {type(value).__name__}")


FORMAT = Format(
    name="json",
    summary="for programs: all that a run found, by `reports/report.schema.json`",
    media_type="application/json",
    ending=".json",
    on_terminal=True,
    write=lambda shown: render(shown.report),
)
