"""GOV2xx: YAML that cannot be read, specs and meshes that say what the format does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics import Diagnostic, Label, Span
from govengine.diagnostics.codes.syntax import listing

if TYPE_CHECKING:
    from collections.abc import Sequence


def malformed(why: str, span: Span, *, help_: str | None = None) -> Diagnostic:
    """Text that is no YAML."""
    return Diagnostic(
        "GOV201",
        "malformed-yaml",
        "error",
        f"this is not valid YAML: {why}",
        span,
        why,
        (),
        (),
        help_ or "look at this line and the one above",
    )


def unreadable(file: str, why: str, *, help_: str | None = None) -> Diagnostic:
    """A file that cannot be opened or decoded."""
    return Diagnostic(
        "GOV202",
        "unreadable-file",
        "error",
        f"`{file}` cannot be read: {why}",
        Span(file, 1, 1, 1, 1),
        why,
        (),
        (),
        help_ or "mend the file, or the rights to it",
    )


def duplicate_key(key: str, span: Span, first: Span) -> Diagnostic:
    """A key that stands twice in one map."""
    return Diagnostic(
        "GOV203",
        "duplicate-key",
        "error",
        f"`{key}` stands twice",
        span,
        "again here",
        (Label(first, "first here"),),
        ("most readers keep the last one and say nothing",),
        "keep one of them",
    )


def too_much(what: str, span: Span) -> Diagnostic:
    """Nesting, size or alias expansion beyond any honest spec."""
    return Diagnostic(
        "GOV204", "too-large", "error", f"the file {what}", span, "too much", (), (), "write it out, or split it"
    )


def unsupported(what: str, span: Span, *, help_: str) -> Diagnostic:
    """YAML that is valid and not read here."""
    return Diagnostic("GOV205", "unsupported-yaml", "error", f"{what} are not read", span, "not read", (), (), help_)


def unknown_field(field: str, owner: str, span: Span, *, suggestion: str | None, known: Sequence[str]) -> Diagnostic:
    """A field that the format does not know: a typo would switch a control off."""
    return Diagnostic(
        "GOV210",
        "unknown-field",
        "error",
        f"`{field}` is no field of {owner}",
        span,
        f"did you mean `{suggestion}`?" if suggestion else "no such field",
        (),
        (
            "a field of your own is written `x-…`",
            *((f"known: {listing([f'`{k}`' for k in known])}",) if len(known) <= 14 else ()),
        ),
        f"write `{suggestion}`" if suggestion else f"take it out, or write `x-{field}`",
    )


def wrong_type(path: str, wanted: str, found: str, span: Span, *, help_: str | None = None) -> Diagnostic:
    """A value of another type than the field's."""
    return Diagnostic(
        "GOV211",
        "wrong-type",
        "error",
        f"`{path}` must be {wanted}; this is {found}",
        span,
        f"must be {wanted}",
        (),
        (),
        help_ or f"write {wanted}",
    )


def bad_quantity(path: str, text: str, why: str, span: Span) -> Diagnostic:
    """A quantity that cannot be read."""
    return Diagnostic(
        "GOV212", "bad-quantity", "error", f"`{path}: {text}` cannot be read", span, "cannot be read", (), (), why
    )


def unknown_value(
    path: str,
    value: str,
    span: Span,
    *,
    suggestion: str | None,
    known: Sequence[str],
    help_: str | None = None,
    why: str | None = None,
) -> Diagnostic:
    """A word outside a closed vocabulary; `why` says more of it."""
    return Diagnostic(
        "GOV213",
        "unknown-value",
        "error",
        f"`{value}` is not known as `{path}`",
        span,
        f"did you mean `{suggestion}`?" if suggestion else "not known",
        (),
        (
            *((why,) if why else ()),
            *((f"known: {listing([f'`{k}`' for k in known])}",) if 0 < len(known) <= 30 else ()),
        ),
        help_
        or (f"write `{suggestion}`" if suggestion else "write a word that is known, or have the council declare it"),
    )


def missing_field(path: str, span: Span, doc: str) -> Diagnostic:
    """A field that the format cannot do without."""
    return Diagnostic(
        "GOV214",
        "missing-field",
        "error",
        f"`{path}` is missing",
        span,
        "belongs here",
        (),
        (f"`{path.rpartition('.')[2]}`: {doc}",) if doc else (),
        f"add `{path.rpartition('.')[2]}:`",
    )


def wrong_kind(found: str, span: Span) -> Diagnostic:
    """A file that is no product spec."""
    return Diagnostic(
        "GOV215",
        "wrong-kind",
        "error",
        f"this is no product spec: {found}",
        span,
        "not known",
        (),
        ("read are `apiVersion: datamesh.io/v1` with `kind: DataProduct`",),
        "write `apiVersion: datamesh.io/v1` and `kind: DataProduct`, or move the file out of the products folder",
    )


def bare_retention(text: str, span: Span) -> Diagnostic:
    """`retention: 7_years` says neither minimum nor maximum."""
    return Diagnostic(
        "GOV216",
        "bare-retention",
        "warning",
        f"`retention: {text}` says neither minimum nor maximum",
        span,
        "read as a minimum",
        (),
        ("storage limitation asks for a maximum, record keeping for a minimum",),
        f"write `retention: {{min: {text}}}`, with a `max` where data must go",
    )


def unquoted_bound(text: str, span: Span) -> Diagnostic:
    """`completeness: >99.5%` is read here, and refused by other YAML readers."""
    return Diagnostic(
        "GOV217",
        "unquoted-bound",
        "warning",
        f"other YAML readers refuse `{text}` without quotes",
        span,
        "needs quotes elsewhere",
        (),
        ("a plain `>` opens a block of text in YAML",),
        f'write `"{text}"`',
    )


def wrong_domain(declared: str, folder: str, span: Span) -> Diagnostic:
    """`metadata.domain` disagrees with where the file stands."""
    return Diagnostic(
        "GOV220",
        "wrong-domain",
        "error",
        f"`metadata.domain` is `{declared}`, and the file stands in a folder of `{folder}`",
        span,
        f"the folder is that of `{folder}`",
        (),
        ("a product's domain is where `govengine.yaml` puts its file; so no edit of a spec escapes a domain's rules",),
        f"write `domain: {folder}`, or move the file",
    )


def duplicate_product(name: str, span: Span, first: Span) -> Diagnostic:
    """Two products share a name."""
    return Diagnostic(
        "GOV221",
        "duplicate-product",
        "error",
        f"two products are named `{name}`",
        span,
        "again here",
        (Label(first, "first here"),),
        (),
        "give one of them another name",
    )


def listed_without_spec(name: str, domain: str, span: Span) -> Diagnostic:
    """`data_products` lists a product that has no spec."""
    return Diagnostic(
        "GOV222",
        "listed-without-spec",
        "error",
        f"`{domain}` lists the product `{name}`, which has no spec",
        span,
        "no spec",
        (),
        ("an entry names `metadata.name`, or with `_` for `-` the name less its domain",),
        f"write its spec into the folder of `{domain}`, or take the entry out",
    )


def missing_folder(folder: str, domain: str, span: Span) -> Diagnostic:
    """A products folder that does not exist or cannot be listed."""
    return Diagnostic(
        "GOV223",
        "missing-folder",
        "error",
        f"the products folder `{folder}` of `{domain}` cannot be listed",
        span,
        "no such folder, or no rights",
        (),
        (),
        "make the folder, or mend the path",
    )


def shared_folder(folder: str, first: str, second: str, span: Span) -> Diagnostic:
    """Two domains claim one folder."""
    return Diagnostic(
        "GOV224",
        "shared-folder",
        "error",
        f"`{folder}` belongs to `{first}` and to `{second}`",
        span,
        "claimed twice",
        (),
        (),
        "give each domain its own folder",
    )


def stray_spec(file: str) -> Diagnostic:
    """A spec outside all product folders: nobody would judge it."""
    return Diagnostic(
        "GOV225",
        "stray-spec",
        "error",
        f"`{file}` describes a product and stands in no domain's folder",
        Span(file, 1, 1, 1, 1),
        "nobody judges it here",
        (),
        (),
        "move it into a folder that `govengine.yaml` lists, or list its folder",
    )


def ignores_mesh(folder: str, held: str, span: Span) -> Diagnostic:
    """An ignored folder that holds policies, registers or all products of a domain."""
    return Diagnostic(
        "GOV238",
        "ignored-mesh",
        "error",
        f"`paths.ignore` lists `{folder}`, which holds `{held}` of this mesh",
        span,
        "what is in it would be judged by nobody",
        (),
        (),
        "list only folders that hold nothing of the mesh",
    )


def stray_policy(file: str, folder: str) -> Diagnostic:
    """A policy file outside both layers."""
    return Diagnostic(
        "GOV226",
        "stray-policy",
        "error",
        f"`{file}` stands in neither layer",
        Span(file, 1, 1, 1, 1),
        "nobody reads it here",
        (),
        (f"policies stand in `{folder}/global/`, overlays in `{folder}/domains/<domain>/`",),
        "move the file",
    )


def unknown_domain(domain: str, file: str, *, suggestion: str | None) -> Diagnostic:
    """A domain's policy folder that the mesh does not know."""
    return Diagnostic(
        "GOV227",
        "unknown-domain",
        "error",
        f"`govengine.yaml` knows no domain `{domain}`",
        Span(file, 1, 1, 1, 1),
        f"did you mean `{suggestion}`?" if suggestion else "no such domain",
        (),
        (),
        f"name the folder `{suggestion}`" if suggestion else f"add `{domain}` under `domains:`",
    )


def unseen(file: str, why: str, looked_for: str) -> Diagnostic:
    """A file that means to be a spec or a policy stands where they are looked for, and would be passed over."""
    return Diagnostic(
        "GOV228",
        "unseen-file",
        "error",
        f"`{file}` stands where {looked_for} are looked for, and would be passed over",
        Span(file, 1, 1, 1, 1),
        why,
        (),
        ("what is passed over is judged by nobody, or judges nobody",),
        "name the file plainly, put the file itself in the place of a link, or move it elsewhere",
    )


def reserved_domain(name: str, span: Span) -> Diagnostic:
    """A domain has the name of the council's layer."""
    return Diagnostic(
        "GOV229",
        "reserved-domain",
        "error",
        f"a domain cannot be called `{name}`",
        span,
        "the name of the council's layer",
        (),
        (),
        "give the domain another name",
    )


def never_kept_so(least: str, most: str, span: Span, first: Span) -> Diagnostic:
    """A retention whose longest period is shorter than its shortest."""
    return Diagnostic(
        "GOV230",
        "impossible-retention",
        "error",
        f"data that is kept at least {least} cannot be deleted after {most}",
        span,
        "shorter than `min`",
        (Label(first, "at least so long"),),
        ("`min` is how long data is kept at least, `max` how long at most",),
        "mend the one that is wrong",
    )


def not_what_it_shows(path: str, why: str, span: Span, *, help_: str) -> Diagnostic:
    """A text that shows nothing, or that looks like another one."""
    return Diagnostic(
        "GOV231",
        "text-not-as-shown",
        "error",
        f"`{path}` is not what it shows: {why}",
        span,
        "not what it shows",
        (),
        ("a text that nobody can read is no answer, and one that looks like another escapes the rules about it",),
        help_,
    )


def unlike_type(why: str, span: Span) -> Diagnostic:
    """What is declared of a column's type does not fit together."""
    return Diagnostic(
        "GOV232",
        "unlike-type",
        "error",
        f"the type of the column does not fit together: {why}",
        span,
        "does not fit the type",
        (),
        ("rows are compared with one type; of two, each reader would take another",),
        "say it once: in `logical_type`, or in the field",
    )


def known_word(name: str, word: str, known: str, span: Span) -> Diagnostic:
    """The council adds a word that its list has, or another spelling of one."""
    other = "the list has it" if word == known else f"the list has `{known}`"
    return Diagnostic(
        "GOV233",
        "known-word",
        "error",
        f"`{word}` cannot be added to `{name}`: {other}",
        span,
        "in the list already",
        (),
        ("rules compare words letter by letter: of two spellings, one would escape them",),
        "take it out" if word == known else f"take it out, and write `{known}` in the specs",
    )


def names_nothing(
    what: str, field: str, name: str, span: Span, *, suggestion: str | None, known: Sequence[str]
) -> Diagnostic:
    """A field names a column or a category that the spec does not declare."""
    where = "`schema`" if what == "column" else "`retention.per_category`"
    return Diagnostic(
        "GOV234",
        "names-nothing",
        "error",
        f"`{field}` names the {what} `{name}`, which {where} does not declare",
        span,
        f"did you mean `{suggestion}`?" if suggestion else f"no such {what}",
        (),
        (
            "what rests on it would speak of nothing",
            *((f"declared: {listing([f'`{k}`' for k in known])}",) if 0 < len(known) <= 20 else ()),
        ),
        f"write `{suggestion}`" if suggestion else f"declare the {what} in {where}, or take the name out",
    )
