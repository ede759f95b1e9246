"""Grants against what a domain allows: a ceiling for declared grants, and each allow judged as a grant itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.compile.constants import read
from govengine.conditions.explain import Explainer, TracedValue
from govengine.conditions.runtime import ConditionError
from govengine.evaluate.dossier import Element
from govengine.model.reasons import Reason
from govengine.model.verdict import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.evaluate.dossier import Dossier
    from govengine.plan.clauses import AllowClause
    from govengine.plan.rules import PlanForEach


class ReachingAllows(NamedTuple):
    """The allows of a domain that reach a product, as elements that a rule's `for each` selects."""

    items: list[Element]
    stop: Part | None
    """What is to be said where it cannot be told which of them are meant."""


def reaching(dossier: Dossier, each: PlanForEach) -> ReachingAllows:
    """The allows that a rule over grants judges for a product, each named `grant allow NAME`.

    The rule's own list is evaluated with the allows in place of the declared grants, so that a list that is filtered
    (`spec.access.grants.filter(…)`) selects among them alike.
    """
    allows = [a for a in dossier.book.allows(dossier.product.domain) if _reaches(dossier, a.grant)]
    if not allows or not each["grants"]:
        return ReachingAllows([], None)
    spec = dossier.roots["spec"]
    access = {**spec.get("access", {}), "grants": [a.grant for a in allows]}
    explainer = Explainer({**dossier.roots, "spec": {**spec, "access": access}}, dossier.settings, read)
    try:
        selected = [item.value for item in explainer.items(each["list"]["ir"])]
    except ConditionError as error:
        message = f"cannot tell which `allow` of the domain to judge: {error}"
        place = dossier.place(("allow", allows[0].name))
        return ReachingAllows([], Part("for each", None, "unknown", "declared", message, place, cause=error.reason))
    meant = [a for a in allows if any(a.grant is value for value in selected)]
    names = [f"{each['variable']} allow {a.name}" for a in meant]
    return ReachingAllows(
        [Element(name, TracedValue(a.grant, ("allow", a.name))) for name, a in zip(names, meant, strict=True)], None
    )


def inside(dossier: Dossier, clause: AllowClause, element: Element) -> Part:
    """Whether the domain allows all that a declared grant gives."""
    traced = element.traced
    assert traced is not None
    place, evidence = dossier.place(traced.path), {"condition": clause["text"]}
    for field in ("actions", "resources"):
        if field not in traced.value:
            absent = Reason("undeclared", (f"grant.{field}",))
            return Part("allow", element.name, "fail", "declared", absent.text, place, evidence, absent, "open")
    excess = _excess(dossier, traced.value)
    if not excess:
        return Part("allow", element.name, "pass", "declared", "", place, evidence)
    principal = traced.value["principal"]
    if not any(a.grant["principal"] == principal for a in dossier.book.allows(dossier.product.domain)):
        message = f"no `allow` of `{dossier.product.domain}` names `{principal}`"
    else:
        message = f"no `allow` of `{dossier.product.domain}` lets `{principal}` {_listed(excess)}"
    return Part("allow", element.name, "fail", "declared", message, place, evidence, None, "open")


def fix(dossier: Dossier, traced: TracedValue) -> str | None:
    """The smallest repair of a grant that exceeds what is allowed; None where nothing is known that would do."""
    for field, words in (("actions", "what it lets the principal do"), ("resources", "on what")):
        if field not in traced.value:
            return f"declare `{field}:` of the grant, {words}"
    excess = _excess(dossier, traced.value)
    if not excess:
        return None
    actions, resources = traced.value["actions"], traced.value["resources"]
    # One field is shortened where that is enough and leaves something: an action that is nowhere allowed goes first.
    wrong = list(dict.fromkeys(action for action, _ in excess))
    if len(wrong) < len(actions):
        return f"take {_quoted(wrong)} out of the grant's `actions`, or have the domain allow it"
    wrong = list(dict.fromkeys(resource for _, resource in excess))
    if len(wrong) < len(resources):
        return f"take {_quoted(wrong)} out of the grant's `resources`, or have the domain allow it"
    return "end the grant, or have the domain allow it"


def covers(pattern: str, resource: str) -> bool:
    """Whether a pattern takes in a resource, or all that another pattern takes in; both with their domain in front.

    By segments: `*` at the end stands for one or more segments, elsewhere for exactly one.
    """
    asked, given = pattern.split("."), resource.split(".")
    if asked[-1] == "*":
        if len(given) < len(asked):
            return False
        asked, given = asked[:-1], given[: len(asked) - 1]
    elif len(given) != len(asked) or given[-1] == "*":
        return False
    return all(a in ("*", g) for a, g in zip(asked, given, strict=True))


def _excess(dossier: Dossier, grant: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Actions and resources of a grant, pair by pair, that no allow for its principal gives."""
    held = [a.grant for a in dossier.book.allows(dossier.product.domain) if a.grant["principal"] == grant["principal"]]
    return [
        (action, resource)
        for resource in grant["resources"]
        for action in grant["actions"]
        if not any(
            (action in a["actions"] or "*" in a["actions"])
            and any(covers(pattern, _whole(dossier, resource)) for pattern in a["resources"])
            for a in held
        )
    ]


def _whole(dossier: Dossier, resource: str) -> str:
    """A resource with its domain in front: a product may name itself without."""
    product = dossier.product
    first = resource.split(".", 1)[0]
    return f"{product.domain}.{resource}" if first == product.name and first not in dossier.mesh.domains else resource


def _reaches(dossier: Dossier, grant: Mapping[str, Any]) -> bool:
    """Whether a grant of the domain may reach the product: not where it names other products of the mesh alone."""
    named = {resource.split(".")[1] for resource in grant["resources"]}
    return not named <= dossier.book.products - {dossier.product.name}


def _listed(excess: list[tuple[str, str]]) -> str:
    by_resource: dict[str, list[str]] = {}
    for action, resource in excess:
        by_resource.setdefault(resource, []).append(action)
    return "; ".join(f"{_quoted(actions)} on `{resource}`" for resource, actions in by_resource.items())


def _quoted(words: list[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
