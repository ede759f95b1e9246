"""A plan made ready to run: generated conditions as functions, settings by domain."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from govengine.compile.constants import read, restore
from govengine.conditions import runtime
from govengine.model.verdict import ENFORCEMENTS, SEVERITIES, Enforcement, Severity
from govengine.model.vocabulary import Vocabulary, vocabularies

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType


class Rulebook:
    """The rules of a mesh. `code` is `plan["source"]`, compiled."""

    def __init__(self, plan: Mapping[str, Any], code: CodeType) -> None:
        self.plan = plan
        self.rules: list[dict[str, Any]] = plan["rules"]
        self.policies: dict[str, dict[str, Any]] = {p["name"]: p for p in plan["policies"]}
        namespace: dict[str, Any] = dict(runtime.NAMESPACE)
        namespace["__builtins__"] = {}
        namespace["Q"] = [read(kind, text) for kind, text in plan["quantities"]]
        # Only source that `Generator` wrote reaches this line: names and constants of our own making.
        exec(code, namespace)  # noqa: S102
        self._namespace = namespace
        self._levels = {name: rank for rank, name in enumerate(plan["levels"])}
        self._base = {address: restore(value) for address, value in plan["settings"].items()}
        self._by_domain: dict[str, dict[str, Any]] = {}
        self._allows = {
            domain: [{**a, "grant": restore(a["grant"])} for a in held] for domain, held in plan["allows"].items()
        }
        self.products: frozenset[str] = frozenset()
        """The names of all products of the mesh, where they are known."""

    def function(self, condition: Mapping[str, Any]) -> Callable[..., Any]:
        """The function of a condition of the plan."""
        return cast("Callable[..., Any]", self._namespace[condition["function"]])

    def settings(self, domain: str) -> dict[str, Any]:
        """Settings by address as they hold in a domain, with the ranks of levels under "levels"."""
        if domain not in self._by_domain:
            moved = self.plan["domains"].get(domain, {}).get("settings", {})
            merged = {**self._base, **{address: restore(value) for address, value in moved.items()}}
            self._by_domain[domain] = {**merged, "levels": self._levels}
        return self._by_domain[domain]

    def allows(self, domain: str) -> list[dict[str, Any]]:
        """What a domain allows: `name`, `place`, and `grant`, which has the fields of a spec's grant."""
        return self._allows.get(domain, [])

    def adopted(self, policy: str, domain: str) -> bool:
        """Whether a domain takes a policy for all of its products."""
        return policy in self.plan["domains"].get(domain, {}).get("adopts", ())

    def severity(self, rule: Mapping[str, Any], domain: str) -> Severity:
        """A rule's severity in a domain."""
        moved = self.plan["domains"].get(domain, {}).get("severities", {}).get(rule["address"])
        return max((rule["severity"], moved or rule["severity"]), key=SEVERITIES.index)

    def enforcement(self, rule: Mapping[str, Any], domain: str, as_of: date) -> Enforcement:
        """How a rule is enforced in a domain on a day: advisory before the day that its `enforce` names."""
        moved = self.plan["domains"].get(domain, {}).get("enforcements", {}).get(rule["address"])
        if moved is not None:  # the domain takes it on now, whatever day the council has set
            return cast("Enforcement", max((moved, "advisory"), key=ENFORCEMENTS.index))
        if rule["from"] is not None and as_of < date.fromisoformat(rule["from"]):
            return "advisory"
        return cast("Enforcement", rule["enforcement"])

    def vocabularies(self) -> dict[str, Vocabulary]:
        """The closed lists that specs are read by."""
        return vocabularies(tuple(self.plan["levels"]), tuple(self.plan["frameworks"]))
