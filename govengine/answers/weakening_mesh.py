"""What a change of `govengine.yaml` makes weaker: who decides, for how long, and what is judged at all.

Each field has one direction here. A field without one is changed, and a change that is not shown to be as strict is
weaker; a test walks the schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govengine.answers.weakening import Weakening
from govengine.answers.weakening_order import at_least
from govengine.model.quantity import Bound
from govengine.model.verdict import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govengine.model.values import Mesh

_ANY = "*"
DIRECTIONS: dict[tuple[str, ...], str] = {
    ("mesh",): "neutral",
    ("version",): "neutral",
    ("paths", "policies"): "fixed",
    ("paths", "registers"): "fixed",
    ("paths", "data"): "shrinks",
    ("paths", "ignore"): "shrinks",
    ("policy", "global", "source"): "fixed",
    ("policy", "global", "digest"): "kept",  # it follows each release; that there is one is what counts
    ("policy", "global", "public_key"): "fixed",
    ("policy", "global", "signed"): "stays true",
    ("domains", _ANY, "products"): "grows",
    ("domains", _ANY, "team"): "neutral",
    ("domains", _ANY, "owner"): "fixed",
    ("domains", _ANY, "stewards"): "shrinks",
    ("domains", _ANY, "data_products"): "grows",
    ("domains", _ANY, "sla", _ANY): "promise",
    ("council", "members"): "shrinks",
    ("council", "approvers", _ANY): "by severity",
    ("council", "longest_waiver", _ANY): "by severity",
    ("council", "keys", _ANY): "added is weaker",
    ("owners", _ANY): "owners",
    ("topics",): "fixed",
    ("schema_registry", _ANY): "fixed",
    ("kpis", _ANY): "promise",
    ("lint", "allow", _ANY): "added is weaker",
    ("words", _ANY): "shrinks",  # a word more may leave a rule that lists words
}
"""What may happen to a field, by its path from the root; `*` is any name."""


def mesh_weakenings(before: Mesh, after: Mesh) -> list[Weakening]:
    """All of `govengine.yaml` that is weaker than at the base, sorted."""
    old, new = dict(_leaves((), before.data)), dict(_leaves((), after.data))
    found = []
    for path in sorted(old.keys() | new.keys()):
        was, now = old.get(path), new.get(path)
        if was == now:
            continue
        if path[0] == "domains" and len(path) > 1 and path[1] not in before.data["domains"]:
            continue  # a new domain takes nothing from anybody
        if _weaker(direction_of(path), was, now):
            place = after.place_of(path) if path in new else before.place_of(path)
            address = f"{after.file}/{'.'.join(path)}"
            found.append(Weakening(address, "mesh loosened", _shown(was), _shown(now), place.file, place.line))
    return sorted([*found, *_terms_of_waivers(before, after)])


def _terms_of_waivers(before: Mesh, after: Mesh) -> Iterator[Weakening]:
    """Who approves waivers, and for how long: an entry serves lower severities too that have none of their own."""
    for severity in SEVERITIES:
        approvers = [_entry(m, "approvers", severity) or [] for m in (before, after)]
        longest = [_entry(m, "longest_waiver", severity) for m in (before, after)]
        grown = not set(approvers[1]) <= set(approvers[0])
        longer = longest[1] is not None and (longest[0] is None or not at_least(longest[0], longest[1]))
        for table, weaker, values in (("approvers", grown, approvers), ("longest_waiver", longer, longest)):
            if weaker:
                path = ("council", table, severity)
                place = after.place_of(path)
                address = f"{after.file}/{'.'.join(path)}"
                shown = [_shown(v) for v in values]
                yield Weakening(address, "waivers made easier", shown[0], shown[1], place.file, place.line)


def _entry(mesh: Mesh, table: str, severity: str) -> Any:
    held = mesh.data.get("council", {}).get(table, {})
    return next((held[s] for s in SEVERITIES[SEVERITIES.index(severity) :] if s in held), None)


def direction_of(path: tuple[str, ...]) -> str:
    """The direction of a field; one that the table does not know is fixed."""
    for pattern, direction in DIRECTIONS.items():
        if len(pattern) == len(path) and all(p in (_ANY, x) for p, x in zip(pattern, path, strict=True)):
            return direction
    return "fixed"


def _leaves(path: tuple[str, ...], value: object) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, dict):
        for key, held in value.items():
            yield from _leaves((*path, str(key)), held)
    else:
        yield path, value


def _weaker(direction: str, was: Any, now: Any) -> bool:
    match direction:
        case "neutral" | "by severity":
            return False
        case "kept":
            return now is None
        case "stays true":
            return was is not False and now is False
        case "added is weaker":
            return now is not None
        case "shrinks":
            return not set(now or ()) <= set(was or ())
        case "grows":
            return not set(now or ()) >= set(was or ())
        case "promise":
            return was is not None and not (isinstance(was, Bound) and isinstance(now, Bound) and _meets(now, was))
        case "owners":
            return True  # the last pattern that fits decides, so each one can take a file from its owner
        case _:
            return True


def _meets(now: Bound, was: Bound) -> bool:
    """Whether keeping the new promise keeps the old one."""
    if now.unit != was.unit or now.percentile != was.percentile or now.op != was.op:
        return False
    return now.value >= was.value if was.op in (">", ">=") else now.value <= was.value


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, list | tuple):
        return ", ".join(_shown(v) for v in value) or "[]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(getattr(value, "text", value))
