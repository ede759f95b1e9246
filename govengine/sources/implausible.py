"""Values of a spec that are well formed each by itself, and cannot be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics import Span, nearest
from govengine.diagnostics.codes import spec as codes
from govengine.model.encoding import USUAL, encoding_of
from govengine.model.quantity import PROMISED_TIMES, Bound, Period, holds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from govengine.diagnostics import Diagnostic
    from govengine.model.values import Path

    _SpanOf = Callable[..., Span]

_UNITS_OF_TIME = ("us", "month")


def implausible(
    value: Mapping[str, object], places: Mapping[Path, tuple[int, int, int]], file: str
) -> list[Diagnostic]:
    """What cannot be meant in a spec as it was read: `value` may lack whatever could not be read."""

    def span(*path: str | int) -> Span:
        line, column, end = places[path]
        return Span(file, line, column, line, end)

    spec = value.get("spec")
    if not isinstance(spec, dict):
        return []
    return [*_encodings(spec, span), *_retentions(spec, span), *_promises(spec, span)]


def _encodings(spec: Mapping[str, object], span: _SpanOf) -> Iterator[Diagnostic]:
    for i, interface in enumerate(_list(spec.get("interfaces"))):
        declared = _map(interface).get("encoding")
        if not isinstance(declared, str) or encoding_of(declared) is not None:
            continue
        plain = {name.replace("-", ""): name for name in USUAL}
        near = plain.get(nearest(declared.lower().replace("-", ""), plain) or "")
        help_ = None if near else "write a usual name, such as `utf-8`, `latin-1`, `windows-1252` or `utf-16`"
        where = span("spec", "interfaces", i, "encoding")
        yield codes.unknown_value("encoding", declared, where, suggestion=near, known=USUAL, help_=help_)


def _retentions(spec: Mapping[str, object], span: _SpanOf) -> Iterator[Diagnostic]:
    """Keeping data at most shorter than at least: no day of deletion is right."""
    at: Path = ("spec", "governance", "retention")
    retention = _map(_map(spec.get("governance")).get("retention"))
    parts = [(at, retention)]
    parts += [((*at, "per_category", i), _map(c)) for i, c in enumerate(_list(retention.get("per_category")))]
    for path, part in parts:
        least, most = part.get("min"), part.get("max")
        if isinstance(least, Period) and isinstance(most, Period) and holds("<", most, least):
            yield codes.never_kept_so(least.text, most.text, span(*path, "max"), span(*path, "min"))


def _promises(spec: Mapping[str, object], span: _SpanOf) -> Iterator[Diagnostic]:
    """A time without a unit, a share in hours: no measure could ever be compared with it."""
    for name, promise in _map(spec.get("quality")).items():
        if not isinstance(promise, Bound) or (promise.unit in _UNITS_OF_TIME) == (name in PROMISED_TIMES):
            continue
        why = (
            f"{name} is a time: name its unit, for example `<24h`"
            if name in PROMISED_TIMES
            else f"{name} is a share: write a percentage, for example `>99.5%`"
        )
        yield codes.bad_quantity(f"quality.{name}", promise.text, why, span("spec", "quality", name))


def _map(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
