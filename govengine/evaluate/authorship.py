"""Separation of duties in governance itself: who may change what, and who may not approve what he wrote."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from govengine.evaluate.people import People
    from govengine.model.values import Mesh


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
    waivers: Sequence[Mapping[str, Any]],
    rules: Mapping[str, str],
    people: People,
) -> list[Breach]:
    """What is wrong with who changed what.

    The council's layer and `govengine.yaml` belong to the council's members; a domain's overlay and products to its
    owner and stewards. Files outside these belong to nobody here. `rules` are files of rules by address.
    """
    found = []
    for change in changes:
        owners = _owners(change.path, mesh)
        if owners is not None and not _among(change.author, owners[1], people):
            found.append(Breach(change, f"belongs to {owners[0]}", owners[1]))
        found += _approved_by_author(change, waivers, rules, people)
    return found


def _owners(path: str, mesh: Mesh) -> tuple[str, tuple[str, ...]] | None:
    policies = posixpath.normpath(mesh.path("policies"))
    council = mesh.data.get("council", {})
    if path == mesh.file or path.startswith(f"{policies}/global/"):
        listed = [*council.get("members", ())]
        for approvers in council.get("approvers", {}).values():
            listed += approvers
        return "the council", tuple(dict.fromkeys(listed))
    for name, domain in mesh.domains.items():
        folders = [f"{policies}/domains/{name}", *(posixpath.normpath(f) for f in domain.get("products", ()))]
        if any(path.startswith(f"{folder}/") for folder in folders):
            owner = [domain["owner"]] if "owner" in domain else []
            return f"the domain `{name}`", (*owner, *domain.get("stewards", ()))
    return None


def _among(author: str, allowed: Iterable[str], people: People) -> bool:
    return any(people.same(author, who) or people.belongs(author, who) for who in allowed)


def _approved_by_author(
    change: Change, waivers: Sequence[Mapping[str, Any]], rules: Mapping[str, str], people: People
) -> Iterator[Breach]:
    for waiver in waivers:
        if waiver["approved"] is None or not people.same(change.author, waiver["approved"][0]):
            continue
        if change.path == waiver["span"][0]:
            yield Breach(change, f"holds the waiver `{waiver['name']}`, which its author approved", ())
        elif change.path == rules.get(waiver["rule"]):
            yield Breach(change, f"holds `{waiver['rule']}`, whose waiver `{waiver['name']}` its author approved", ())
