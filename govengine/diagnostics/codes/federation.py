"""GOV3xx: who may say what: layers, names that must be unique, overlays that tighten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics import Diagnostic, Label, Span
from govengine.diagnostics.codes.syntax import listing

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXAMPLES = {
    "a period": ", for example `7 years`",
    "a percentage": ", for example `99.9%`",
    "a date": ", for example `2027-03-31`",
    "text": ' in quotes, for example `"tokenise"`',
}


def weakened(address: str, lost: str, span: Span, original: Span, kept: str, direction: str) -> Diagnostic:
    """An overlay moves a setting, severity or enforcement the wrong way."""
    return Diagnostic(
        "GOV301",
        "weakened",
        "error",
        f"an overlay may tighten `{address}`, not weaken it",
        span,
        lost,
        (Label(original, f"the council's `{address}`"),),
        (f"its direction is `{direction}`: domains may move it that way only",),
        f"write {kept}, or ask the council for a waiver",
    )


def fixed_setting(address: str, span: Span, original: Span) -> Diagnostic:
    """An overlay moves what is fixed."""
    return Diagnostic(
        "GOV302",
        "fixed-setting",
        "error",
        f"`{address}` is fixed and cannot be tightened",
        span,
        "moved here",
        (Label(original, "fixed here"),),
        (),
        "leave it as it is",
    )


def unknown_address(
    what: str, name: str, span: Span, *, suggestion: str | None, known: Sequence[str] = ()
) -> Diagnostic:
    """`adopt`, `tighten` or `control` names something that does not exist."""
    return Diagnostic(
        "GOV303",
        "unknown-address",
        "error",
        f"there is no {what} `{name}`",
        span,
        f"did you mean `{suggestion}`?" if suggestion else f"no such {what}",
        (),
        (f"known: {listing([f'`{k}`' for k in known])}",) if 0 < len(known) <= 20 else (),
        f"write `{suggestion}`" if suggestion else "write a name that is declared, or declare this one",
    )


def duplicate(what: str, name: str, span: Span, first: Span) -> Diagnostic:
    """Two declarations share a name that must be unique."""
    return Diagnostic(
        "GOV304",
        "duplicate-name",
        "error",
        f"the {what} `{name}` is declared twice",
        span,
        "declared again",
        (Label(first, "declared first here"),),
        (),
        "give one of them another name, or take one out",
    )


def wrong_layer(what: str, name: str, layer: str, span: Span) -> Diagnostic:
    """A policy in a domain's folder, an overlay in the council's."""
    if what == "overlay":
        note = "the council's folder holds policies; an overlay stands in `domains/<domain>/`"
        repair = f"move the file to `domains/{name}/`"
    else:
        note = "a domain's folder holds its overlay and its requests for waivers, nothing else"
        repair = "move the file to `global/`, or write its rules into the overlay"
    return Diagnostic(
        "GOV305",
        "wrong-layer",
        "error",
        f"`{what} {name}` cannot stand in {layer}",
        span,
        "not here",
        (),
        (note,),
        repair,
    )


def foreign_overlay(domain: str, folder: str, span: Span) -> Diagnostic:
    """An overlay in another domain's folder."""
    return Diagnostic(
        "GOV306",
        "foreign-overlay",
        "error",
        f"the overlay of `{domain}` stands in the folder of `{folder}`",
        span,
        f"this folder is that of `{folder}`",
        (),
        ("a domain writes its own overlay only",),
        f"name it `overlay {folder}`, or move the file to `domains/{domain}/`",
    )


def shadowed(what: str, name: str, span: Span, first: Span) -> Diagnostic:
    """A term that hides another of the same name."""
    return Diagnostic(
        "GOV307",
        "shadowed-name",
        "error",
        f"the {what} `{name}` would hide the council's",
        span,
        "hides it",
        (Label(first, "declared by the council here"),),
        ("one word means one thing in the whole mesh",),
        "give it another name",
    )


def level_missing(setting: str, missing: Sequence[str], span: Span) -> Diagnostic:
    """A setting by level that leaves levels out."""
    return Diagnostic(
        "GOV308",
        "level-missing",
        "error",
        f"`{setting}` says nothing for {listing([f'`{m}`' for m in missing])}",
        span,
        "every level is required",
        (),
        (),
        f"add a value for {listing([f'`{m}`' for m in missing])}",
    )


def unknown_level(name: str, span: Span, *, suggestion: str | None, known: Sequence[str]) -> Diagnostic:
    """A level that `levels` does not declare."""
    return Diagnostic(
        "GOV309",
        "unknown-level",
        "error",
        f"`{name}` is no level",
        span,
        f"did you mean `{suggestion}`?" if suggestion else "no such level",
        (),
        (f"levels are {' < '.join(known)}" if known else "no policy declares `levels`",),
        f"write `{suggestion}`" if suggestion else "write a level that is declared, or have the council declare it",
    )


def wrong_value(setting: str, wanted: str, found: str, span: Span) -> Diagnostic:
    """A setting's value is not of its type."""
    return Diagnostic(
        "GOV310",
        "wrong-value",
        "error",
        f"`{setting}` takes {wanted}; this is {found}",
        span,
        f"this is {found}",
        (),
        (),
        f"write {wanted}{_EXAMPLES.get(wanted, '')}",
    )


def direction_mismatch(setting: str, direction: str, wanted: str, span: Span) -> Diagnostic:
    """`at least` with a list, `one of` without one."""
    return Diagnostic(
        "GOV311",
        "direction-mismatch",
        "error",
        f"`{setting}`: `{direction}` takes {wanted}",
        span,
        f"`{direction}` takes {wanted}",
        (),
        (),
        f"write {wanted}",
    )


def no_policies(folder: str) -> Diagnostic:
    """Nothing to judge by."""
    return Diagnostic(
        "GOV312",
        "no-policies",
        "error",
        f"`{folder}` holds no policy: nothing can be judged",
        None,
        "",
        (),
        ("an empty rule book would let everything pass, so it is an error",),
        f"write a policy into `{folder}/global/`, for example with `govengine init`",
    )


def nothing_to_tighten(what: str, address: str, span: Span) -> Diagnostic:
    """`tighten` that changes nothing."""
    return Diagnostic(
        "GOV313",
        "tightens-nothing",
        "warning",
        f"this {what} of `{address}` is what the council asks already",
        span,
        "changes nothing",
        (),
        (),
        "take the line out, or write what is tighter",
    )


def unknown_target(what: str, name: str, span: Span, *, suggestion: str | None) -> Diagnostic:
    """A rule names a product, dataset or register that the mesh does not have."""
    return Diagnostic(
        "GOV314",
        "unknown-target",
        "error",
        f"there is no {what} `{name}`",
        span,
        f"did you mean `{suggestion}`?" if suggestion else f"no such {what}",
        (),
        ("a rule about what does not exist would never fail",),
        f"write `{suggestion}`" if suggestion else f"mend the name, or add the {what}",
    )


def foreign_target(product: str, domain: str, span: Span) -> Diagnostic:
    """An overlay's rule obliges another domain's product."""
    return Diagnostic(
        "GOV315",
        "foreign-product",
        "error",
        f"`{product}` belongs to another domain than `{domain}`",
        span,
        "not this domain's product",
        (),
        ("a domain may read other domains' products (`found in`), not oblige them",),
        "write the rule into that domain's overlay, or propose it to the council",
    )


def unproved_direction(setting: str, direction: str, where: str, span: Span, declared: Span) -> Diagnostic:
    """A setting stands where tightening it need not make the rule stricter."""
    return Diagnostic(
        "GOV316",
        "unproved-direction",
        "error",
        f"tightening `setting.{setting}` could weaken what stands here",
        span,
        f"in {where} a tighter value could let more pass here",
        (Label(declared, f"`{direction}` is the way domains may move it"),),
        ("domains may tighten a setting, so every place where it stands must become stricter by it",),
        "turn the comparison round, or declare the setting `fixed`",
    )


def foreign_resource(resource: str, domain: str, span: Span) -> Diagnostic:
    """An `allow` reaches beyond what its domain owns."""
    return Diagnostic(
        "GOV324",
        "foreign-resource",
        "error",
        f"`{domain}` cannot grant on `{resource}`",
        span,
        "not a resource of this domain",
        (),
        (f"a domain grants on its own resources only; they begin with `{domain}.`",),
        f"write `{domain}.*`, or `{domain}.` and a product's name; the other domain must allow the rest",
    )


def bad_resource(resource: str, span: Span) -> Diagnostic:
    """A resource that no pattern by segments is."""
    return Diagnostic(
        "GOV325",
        "bad-resource",
        "error",
        f"`{resource}` is no pattern for resources",
        span,
        "an empty segment, or a `*` that is only part of one",
        (),
        ("`*` stands for a whole segment, and at the end for all that follows",),
        "write segments between dots, each a name or `*`",
    )


def undeclared_column(
    column: str, dataset: str, span: Span, *, suggestion: str | None, in_quotes: bool = False
) -> Diagnostic:
    """A rule names a column that the dataset's spec does not declare.

    `in_quotes` where SQL has it in double ones.
    """
    text = "'" + column.replace("'", "''") + "'"
    told = (f"in SQL a text has single quotes, `{text}`; double ones hold the name of a column",) if in_quotes else ()
    mend = "declare the column in the spec, or mend the rule"
    if in_quotes:
        mend = f"write `{text}` where the text is meant, or declare the column in the spec"
    return Diagnostic(
        "GOV319",
        "undeclared-column",
        "warning",
        f"`{dataset}` declares no column `{column}`",
        span,
        f"did you mean `{suggestion}`?" if suggestion else f"`{column}` is not declared",
        (),
        (*told, "where the data has no such column either, the rule is in error"),
        f"write `{suggestion}`" if suggestion else mend,
    )
