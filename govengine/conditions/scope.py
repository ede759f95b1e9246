"""What the names in a condition stand for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.conditions import later
from govengine.conditions.ir import form, opened
from govengine.conditions.types import COLUMN, DATE, INT, Type, from_schema
from govengine.model import sugar
from govengine.model.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.conditions.ir import IR
    from govengine.language.syntax import Term


class Argument(NamedTuple):
    """What a parameter of a term, or the variable of a macro, stands for."""

    ir: IR
    type: Type


@dataclass(frozen=True, slots=True)
class SettingType:
    """A setting as conditions see it: its address, the type of one value, and whether it is by level."""

    address: str
    type: Type
    by_level: bool

    @property
    def seen(self) -> Type:
        """The type of `setting.x` itself."""
        return ("map", self.type) if self.by_level else self.type


@dataclass(frozen=True, slots=True)
class Schema:
    """The types of all that conditions can select: objects by name, roots by name, closed vocabularies."""

    objects: Mapping[str, Mapping[str, tuple[Type, bool]]]
    roots: Mapping[str, tuple[Type, bool]]
    vocabularies: Mapping[str, Vocabulary]
    later: Mapping[str, tuple[Type, str]] = field(default_factory=dict)
    """Roots that nothing reads yet: their type, and what would have to be read."""

    @staticmethod
    def of(product: Mapping[str, Any], mesh: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]) -> Schema:
        """From the tables that `govengine.model.schema` gives for a product and a mesh."""
        objects: dict[str, dict[str, tuple[Type, bool]]] = {
            "Version": {"major": (INT, True), "minor": (INT, True), "patch": (INT, True)}
        }
        for table in (product, mesh):
            for name, described in table["objects"].items():
                objects[name] = {
                    key: (from_schema(f["type"]), bool(f.get("required"))) for key, f in described["fields"].items()
                }
        # A dataset's tags lead to columns, so `{dataset.tags["audit.maker"]}` names one.
        objects["Dataset"]["tags"] = (("map", COLUMN), False)
        objects |= {name: {key: (ty, False) for key, ty in fields.items()} for name, fields in later.OBJECTS.items()}
        objects["EffectiveGrant"] = {**objects["Grant"], **{key: (ty, False) for key, ty in later.EFFECTIVE.items()}}
        root = objects[product["root"]]
        roots: dict[str, tuple[Type, bool]] = {
            "metadata": (root["metadata"][0], True),
            "spec": (root["spec"][0], True),
            "mesh": (("object", mesh["root"]), True),
            "columns": (("list", ("object", "Column")), False),
            "datasets": (("list", ("object", "Dataset")), False),
            "as_of": (DATE, True),
        }
        return Schema(objects, roots, vocabularies, later.ROOTS)

    def of_mesh(self) -> Schema:
        """The same, as a policy sees it that judges the mesh: no product of its own, all products of the mesh."""
        roots = {name: self.roots[name] for name in ("mesh", "as_of")}
        return Schema(self.objects, roots, self.vocabularies, {**self.later, **later.MESH_ROOTS})

    def vocabulary_of(self, type_: Type) -> Vocabulary | None:
        """The closed list that texts of a type come from, or None where any text may stand."""
        if type_[0] == "enum":
            plain = set(sugar.EVOLUTION_WORDS.values())
            other = sugar.EVOLUTION_WORDS if plain <= set(type_[1]) else {}
            return Vocabulary("value of this field", frozenset(type_[1]), synonyms=other)
        if type_[0] == "str" and len(type_) > 1:
            return self.vocabularies.get(type_[1])
        return None


@dataclass(slots=True)
class Scope:
    """The names that one condition may use.

    `policy` is the block's name for messages. `selection` tells a `when` or `where` from evidence: there, the level
    of something undeclared counts as the highest. `locals` are variables with their types.
    """

    schema: Schema
    policy: str
    settings: Mapping[str, SettingType]
    terms: Mapping[str, Term]
    selection: bool
    locals: Mapping[str, Type | Argument] = field(default_factory=dict)
    expanding: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    """Variables of those who use the term: no names in it, and not to be mistaken for its roots."""

    def folded(self, ir: IR, type_: Type) -> IR:
        """A text, or a list of texts, compared with a type: other words for those of its list become those."""
        vocabulary = self.schema.vocabulary_of(type_)
        if vocabulary is None or not vocabulary.synonyms:
            return ir
        node = opened(ir)
        if node[0] == "list":
            return form(("list", tuple(self.folded(item, type_) for item in node[1])))
        if node[0] == "k" and isinstance(node[1], str):
            return form(("k", self.word(node[1], type_)))
        return ir

    def word(self, text: str, type_: Type) -> str:
        """A text compared with a type: the word of its list that it is another word for, or itself."""
        vocabulary = self.schema.vocabulary_of(type_)
        return text if vocabulary is None else vocabulary.synonyms.get(text, text)

    def inside(self, name: str, type_: Type | Argument) -> Scope:
        """The scope within a macro or `for each`."""
        return Scope(
            self.schema,
            self.policy,
            self.settings,
            self.terms,
            self.selection,
            {**self.locals, name: type_},
            self.expanding,
            self.hidden,
        )
