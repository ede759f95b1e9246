"""Separation of duties in governance itself: who may change what, and who may not approve what he wrote."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from govengine.evaluate.people import People
    from govengine.model.values import Mesh
    from govengine.plan.decisions import PlanWaiver


class Change(NamedTuple):
    """One file in one commit: its author, and its path from the mesh root."""

    commit: str
    author: str
    path: str


class Breach(NamedTuple):
    """A change that its author may not make, or an approval of what the approver wrote."""

    change: Change
    what: str
    allowed: tuple[str, ...]


def breaches(
    changes: Iterable[Change],
    mesh: Mesh,
    waivers: Sequence[PlanWaiver],
    rules: Mapping[str, str],
    people: People,
) -> list[Breach]:
    """What is wrong with who changed what.

    What `owners` of the mesh says of a path comes first, the last pattern that fits. Else the council's layer, wherever
    it comes from, `govengine.yaml`, the public keys that it names and all registers belong to the council's members; a
    domain's overlay and products to its owner and stewards, the deepest folder deciding. Files outside these belong to
    nobody here. `mesh` and `people` are those of the base. `rules` are files of rules by address.
    """
    found = []
    for change in changes:
        owners = _owners(change.path, mesh)
        if owners is not None and not _among(change.author, owners[1], people):
            found.append(Breach(change, f"belongs to {owners[0]}", owners[1]))
        found += _approved_by_author(change, waivers, rules, people)
    return found


def _owners(path: str, mesh: Mesh) -> tuple[str, tuple[str, ...]] | None:
    listed = [(pattern, who) for pattern, who in mesh.data.get("owners", {}).items() if _fits(path, pattern)]
    if listed:
        pattern, who = listed[-1]
        return f"`{pattern}` of `owners`", tuple(who)
    policies = posixpath.normpath(mesh.path("policies"))
    registers = posixpath.normpath(mesh.path("registers"))
    council = mesh.data.get("council", {})
    source = mesh.data.get("policy", {}).get("global", {}).get("source")
    council_owns = [mesh.file, *_public_keys(mesh), f"{policies}/global", registers]
    council_owns += [posixpath.normpath(str(source))] if source is not None else []
    if any(_touches(path, place) for place in council_owns):
        members = [*council.get("members", ())]
        for approvers in council.get("approvers", {}).values():
            members += approvers
        return "the council", tuple(dict.fromkeys(members))
    best: tuple[int, str, Mapping[str, Any]] | None = None
    for name, domain in mesh.domains.items():
        folders = [f"{policies}/domains/{name}", *(posixpath.normpath(f) for f in domain.get("products", ()))]
        for folder in folders:
            if _touches(path, folder) and (best is None or folder.count("/") > best[0]):
                best = folder.count("/"), name, domain
    if best is None:
        return None
    _, name, domain = best
    owner = [domain["owner"]] if "owner" in domain else []
    return f"the domain `{name}`", (*owner, *domain.get("stewards", ()))


def _touches(path: str, place: str) -> bool:
    """Whether a change of a path changes a place: in it, the place itself, or a link or submodule above it."""
    return path == place or path.startswith(f"{place}/") or place.startswith(f"{path}/")


def _public_keys(mesh: Mesh) -> Iterator[str]:
    """Files of the keys that signatures are held against: whoever can change one signs in its owner's name."""
    named = [*mesh.data.get("council", {}).get("keys", {}).values()]
    named.append(mesh.data.get("policy", {}).get("global", {}).get("public_key"))
    yield from (posixpath.normpath(file) for file in named if file is not None)


def _fits(path: str, pattern: str) -> bool:
    """Whether a path stands under a pattern: `*` within a segment, `**` over segments, a folder with all below it."""
    wanted = pattern.strip("/").split("/")
    return _segments(path.split("/"), wanted)


def _segments(path: Sequence[str], wanted: Sequence[str]) -> bool:
    if not wanted:
        return True  # a folder owns what is below it
    if wanted[0] == "**":
        return len(wanted) == 1 or any(_segments(path[i:], wanted[1:]) for i in range(len(path)))
    return bool(path) and fnmatchcase(path[0], wanted[0]) and _segments(path[1:], wanted[1:])


def _among(author: str, allowed: Iterable[str], people: People) -> bool:
    return any(people.same(author, who) or people.belongs(author, who) for who in allowed)


def _approved_by_author(
    change: Change, waivers: Sequence[PlanWaiver], rules: Mapping[str, str], people: People
) -> Iterator[Breach]:
    for waiver in waivers:
        if waiver["approved"] is None or not people.may_be_same(change.author, waiver["approved"][0]):
            continue
        if change.path == waiver["span"][0]:
            yield Breach(change, f"holds the waiver `{waiver['name']}`, which its author approved", ())
        elif change.path == rules.get(waiver["rule"]):
            yield Breach(change, f"holds `{waiver['rule']}`, whose waiver `{waiver['name']}` its author approved", ())
