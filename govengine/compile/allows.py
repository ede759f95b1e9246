"""`allow`: what a domain grants on its own resources, and the rule that holds declared grants inside it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from govengine.compile.constants import store
from govengine.conditions.ir import form
from govengine.diagnostics import nearest
from govengine.diagnostics.codes import conditions as condition_codes
from govengine.diagnostics.codes import federation as codes
from govengine.model.vocabulary import ACTIONS
from govengine.plan.places import store_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.conditions.generate import Generator
    from govengine.conditions.ir import IR
    from govengine.diagnostics import Diagnostic, Span
    from govengine.language.syntax import Allow, GrantField, Overlay
    from govengine.model.table import SchemaField
    from govengine.plan.decisions import PlanAllow
    from govengine.plan.rules import PlanRule
    from govengine.plan.settings import StoredValue

RULE = "grant-outside-allow"
"""The name of the rule that a domain has as soon as it has an `allow`."""
TITLE = "Every grant stays inside what the domain allows"
_IN_HEAD = ("principal", "actions", "resources")
_TYPES: dict[str, tuple[type, str]] = {"str": (str, "text"), "bool": (bool, "true or false"), "date": (date, "a date")}


def address(domain: str) -> str:
    """The address of a domain's rule about its allows."""
    return f"{domain}/{RULE}"


class AllowCompiler:
    """Compiles the allows of one overlay. `fields` are those of a grant in the product schema's table."""

    def __init__(self, overlay: Overlay, fields: Mapping[str, SchemaField]) -> None:
        self._overlay, self._domain = overlay, overlay.domain.text
        self._fields = {
            name: field["type"]
            for name, field in fields.items()
            if name not in _IN_HEAD and (field["type"][0] in _TYPES or field["type"][0] == "enum")
        }
        self.diagnostics: list[Diagnostic] = []

    def compile(self) -> list[PlanAllow]:
        """Each allow as the grant that it is, ready to be stored, in the order written."""
        seen: dict[str, Span] = {}
        allows = []
        for allow in self._overlay.allows:
            name = allow.name.text
            if name in seen:
                self.diagnostics.append(codes.duplicate("allow", name, allow.name.span, seen[name]))
            seen.setdefault(name, allow.name.span)
            allows.append(self._allow(allow))
        if allows:
            own = next((r for r in self._overlay.rules if r.name.text == RULE), None)
            if own is not None:  # the rule's address must name one rule
                first = self._overlay.allows[0].name.span
                self.diagnostics.append(codes.duplicate("rule", RULE, own.name.span, first))
        return allows

    def rule(self, generator: Generator, fresh: str) -> PlanRule | None:
        """The rule that holds the domain's declared grants inside its allows; None where there are none."""
        if not self._overlay.allows:
            return None
        grants: IR = form(("sel", form(("sel", form(("var", "spec")), "access", False)), "grants", False))
        generator.function(fresh, grants, None)
        return {
            "address": address(self._domain),
            "title": TITLE,
            "policy": self._domain,
            "layer": self._domain,
            "severity": "high",
            "enforcement": "mandatory",
            "effective_from": None,
            "controls": [],
            "dimension": None,
            "because": "the domain has said who may do what on its resources, and nobody else may",
            "place": store_place(self._overlay.allows[0].name.span.place),
            "when": None,
            "each": {
                "variable": "grant",
                "list": {"function": fresh, "ir": grants},
                "where": None,
                "of": None,
                "grants": False,  # an allow is not held against itself
            },
            "every": None,
            "formerly": None,
            "on": None,
            "on_span": None,
            "evidence": [{"clause": "allow", "text": "some `allow` of the domain gives each action on each resource"}],
            "finding": None,
            "fix": ["take out of the grant what no `allow` of the domain gives, or let the domain allow it"],
        }

    def _allow(self, allow: Allow) -> PlanAllow:
        for action in allow.actions:
            if not ACTIONS.holds(action.text):
                known = sorted(ACTIONS.words)
                near = nearest(action.text, known)
                self.diagnostics.append(
                    condition_codes.not_in_vocabulary(action.text, "action", action.span, suggestion=near, known=known)
                )
        for resource in allow.resources:
            first, *rest = resource.text.split(".")
            if first != self._domain or not rest:
                self.diagnostics.append(codes.foreign_resource(resource.text, self._domain, resource.span))
            elif any(not s or s.strip() != s or ("*" in s and s != "*") for s in rest):
                self.diagnostics.append(codes.bad_resource(resource.text, resource.span))
        grant: dict[str, StoredValue] = {
            "principal": allow.principal.text,
            "actions": [a.text for a in allow.actions],
            "resources": [r.text for r in allow.resources],
        }
        stated: dict[str, Span] = {}
        for field in allow.fields:
            name = field.name.text
            if name in stated:
                self.diagnostics.append(codes.duplicate("field", name, field.name.span, stated[name]))
            stated.setdefault(name, field.name.span)
            if self._fits(field):
                value = field.value.value
                grant[name] = store(list(value) if isinstance(value, tuple) else value)
        return {"name": allow.name.text, "place": store_place(allow.name.span.place), "grant": grant}

    def _fits(self, field: GrantField) -> bool:
        name, value = field.name.text, field.value.value
        type_ = self._fields.get(name)
        if type_ is None:
            near = nearest(name, self._fields)
            self.diagnostics.append(
                condition_codes.unknown_field(
                    name, "an allow", field.name.span, suggestion=near, known=sorted(self._fields)
                )
            )
            return False
        if type_[0] == "enum":
            if value in type_[1]:
                return True
            wanted = " or ".join(f'`"{word}"`' for word in type_[1])
        else:
            python, wanted = _TYPES[type_[0]]
            if type(value) is python and value != "":
                return True
        self.diagnostics.append(codes.wrong_value(name, wanted, "another value", field.value.span))
        return False
