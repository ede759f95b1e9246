"""Who is who: the persons and groups that waivers and duties speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.model.identity import folded, plain, why_not_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class People:
    """Principals with their aliases, and groups with their members.

    Without a register of principals every address stands for itself. Addresses compare as `model.identity.plain` says.
    """

    def __init__(
        self, principals: Mapping[str, Iterable[str]] | None = None, members: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        self._known = principals is not None
        self._person: dict[str, str] = {}
        for person, aliases in (principals or {}).items():
            for name in (person, *aliases):
                self._person[plain(name)] = plain(person)
        self._groups = {plain(g): {self._identity(m) for m in held} for g, held in (members or {}).items()}

    def _identity(self, name: str) -> str:
        return self._person.get(plain(name), plain(name))

    def person(self, name: str) -> str | None:
        """Whom an address stands for, or None where the register does not know it."""
        known = plain(name)
        if known in self._person or known in self._groups or not self._known:
            return self._identity(name)
        return None

    def is_group(self, name: str) -> bool:
        """Whether an address is known to be that of a group."""
        return self._identity(name) in self._groups or plain(name) in self._groups

    def same(self, one: str, other: str) -> bool:
        """Whether two addresses stand for one."""
        return self._identity(one) == self._identity(other)

    def may_be_same(self, one: str, other: str) -> bool:
        """Whether two addresses could be one person's: as registered, or as `model.identity.folded` makes them."""
        return self.same(one, other) or self._loose(one) == self._loose(other)

    def _loose(self, name: str) -> str:
        bare = folded(name)
        return folded(self._person.get(bare) or self._person.get(plain(name)) or bare)

    def why_no_person(self, name: str) -> str | None:
        """Why an address cannot stand for a person who asks or approves; None if it can."""
        if self.person(name) is None:
            return "is nobody that the register of principals knows"
        if self._known and plain(name) in self._person and name.strip() == name:
            return None
        problem = why_not_plain(name)
        return None if problem is None else f"is not a plain address: {problem}"

    def belongs(self, person: str, group: str) -> bool:
        """Whether a person is in a group, directly or through another group."""
        wanted, seen, open_ = self._identity(person), set[str](), [plain(group)]
        while open_:
            held = self._groups.get(open_.pop(), set())
            if wanted in held:
                return True
            open_ += [g for g in held if g not in seen]
            seen |= held
        return False
