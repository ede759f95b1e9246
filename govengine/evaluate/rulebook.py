"""A plan made ready to run: generated conditions as functions, settings by domain."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from govengine.compile.constants import read, restore
from govengine.conditions import runtime
from govengine.diagnostics import Place
from govengine.model.verdict import ENFORCEMENTS, SEVERITIES, Enforcement, Severity
from govengine.model.vocabulary import Vocabulary, vocabularies

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType

    from govengine.plan.clauses import Condition
    from govengine.plan.document import Plan
    from govengine.plan.rules import PlanRule
    from govengine.plan.settings import SettingValue, StoredValue


class Allow(NamedTuple):
    """What a domain allows: its name, where it stands, and the grant that it is, with the fields of a spec's grant."""

    name: str
    place: Place
    grant: Mapping[str, Any]


class Rulebook:
    """The rules of a mesh. `code` is `plan["source"]`, compiled."""

    def __init__(self, plan: Plan, code: CodeType) -> None:
        self.plan = plan
        self.rules = plan["rules"]
        self.policies = {p["name"]: p for p in plan["policies"]}
        namespace: dict[str, object] = dict(runtime.NAMESPACE)
        namespace["__builtins__"] = {}
        namespace["Q"] = [read(kind, text) for kind, text in plan["quantities"]]
        # Only source that `Generator` wrote reaches this line: names and constants of our own making.
        exec(code, namespace)  # noqa: S102
        self._namespace = namespace
        self.levels = {name: rank for rank, name in enumerate(plan["levels"])}
        """The rank of each level, 0 for the lowest."""
        self._base = {address: restore(value) for address, value in plan["settings"].items()}
        self._by_domain: dict[str, dict[str, SettingValue]] = {}
        self._allows = {
            domain: [Allow(a["name"], Place(*a["place"]), _grant(a["grant"])) for a in held]
            for domain, held in plan["allows"].items()
        }
        self.products: frozenset[str] = frozenset()
        """The names of all products of the mesh, where they are known."""

    def function(self, condition: Condition) -> Callable[..., Any]:
        """The function of a condition of the plan."""
        return cast("Callable[..., object]", self._namespace[condition["function"]])

    def settings(self, domain: str) -> Mapping[str, SettingValue]:
        """Settings by address as they hold in a domain, with the ranks of levels under "levels"."""
        if domain not in self._by_domain:
            own = self.plan["domains"].get(domain)
            moved = {} if own is None else {address: restore(value) for address, value in own["settings"].items()}
            merged = {**self._base, **moved}
            self._by_domain[domain] = {**merged, "levels": dict(self.levels)}
        return self._by_domain[domain]

    def allows(self, domain: str) -> list[Allow]:
        """What a domain allows."""
        return self._allows.get(domain, [])

    def adopted(self, policy: str, domain: str) -> bool:
        """Whether a domain takes a policy for all of its products."""
        own = self.plan["domains"].get(domain)
        return own is not None and policy in own["adopts"]

    def severity(self, rule: PlanRule, domain: str) -> Severity:
        """A rule's severity in a domain."""
        own = self.plan["domains"].get(domain)
        moved = None if own is None else own["severities"].get(rule["address"])
        return max((rule["severity"], moved or rule["severity"]), key=SEVERITIES.index)

    def enforcement(self, rule: PlanRule, domain: str, as_of: date) -> Enforcement:
        """How a rule is enforced in a domain on a day: advisory before the day that its `enforce` names."""
        own = self.plan["domains"].get(domain)
        moved = None if own is None else own["enforcements"].get(rule["address"])
        if moved is not None:  # the domain takes it on now, whatever day the council has set
            return max((moved, ENFORCEMENTS[0]), key=ENFORCEMENTS.index)
        if rule["effective_from"] is not None and as_of < date.fromisoformat(rule["effective_from"]):
            return "advisory"
        return rule["enforcement"]

    def vocabularies(self) -> dict[str, Vocabulary]:
        """The closed lists that specs are read by."""
        return vocabularies(tuple(self.plan["levels"]), tuple(self.plan["frameworks"]))


def _grant(stored: Mapping[str, StoredValue]) -> Mapping[str, SettingValue]:
    return {field: restore(value) for field, value in stored.items()}
