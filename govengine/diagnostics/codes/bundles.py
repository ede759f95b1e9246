"""GOV35x: the council's layer from elsewhere: whether it is there, whole, and what the mesh asks for."""

from __future__ import annotations

from govengine.diagnostics import Diagnostic, Span


def no_source(source: str, why: str, span: Span) -> Diagnostic:
    """The place that `policy.global.source` names cannot be read."""
    return Diagnostic(
        "GOV350",
        "no-policy-source",
        "error",
        f"the council's policies cannot be read from `{source}`: {why}",
        span,
        why,
        (),
        ("without the council's layer nothing is judged",),
        "name a policy bundle, or a folder that holds `global/`, by its path from the mesh root",
    )


def broken_bundle(source: str, why: str, span: Span) -> Diagnostic:
    """A bundle that is not whole, was changed, or holds what a bundle does not."""
    return Diagnostic(
        "GOV351",
        "broken-bundle",
        "error",
        f"`{source}` is no whole policy bundle",
        span,
        why,
        (),
        ("nothing of a bundle is used unless all of it is what its manifest says",),
        "fetch it again from the council, who make it with `govengine bundle build`",
    )


def unsigned(source: str, span: Span, *, folder: bool) -> Diagnostic:
    """The mesh asks for signed policies, and these carry no signature."""
    why = "a folder carries no signature" if folder else "it carries no signature"
    return Diagnostic(
        "GOV352",
        "unsigned-policy",
        "error",
        f"`{source}` is not signed, and this mesh takes signed policies only",
        span,
        why,
        (),
        ("a signature that was taken off looks like one that never was, so both are refused",),
        "use the bundle that the council signed",
    )


def wrong_signature(source: str, span: Span) -> Diagnostic:
    """The signature of a bundle is not by the key that the mesh names."""
    return Diagnostic(
        "GOV353",
        "wrong-signature",
        "error",
        f"the signature of `{source}` is not by the key that this mesh names",
        span,
        "signed by another key, or changed since",
        (),
        ("these may not be the council's policies",),
        "fetch the bundle again from the council; where its key is a new one, have the council hand it over",
    )


def other_digest(source: str, found: str, span: Span) -> Diagnostic:
    """The policies are others than `policy.global.digest` says."""
    return Diagnostic(
        "GOV354",
        "other-policies",
        "error",
        f"`{source}` holds other policies than `digest` names",
        span,
        "not these policies",
        (),
        (f"their digest is `{found}`",),
        "use the policies that were meant, or write their digest here once you have seen what changes "
        "(`govengine impact`)",
    )


def bad_digest(text: str, why: str, span: Span) -> Diagnostic:
    """What `policy.global.digest` names is no digest."""
    return Diagnostic(
        "GOV358",
        "bad-digest",
        "error",
        f"`{text}` is no digest: {why}",
        span,
        why,
        (),
        ("a digest pins the council's policies: `sha256:` and 64 hexadecimal digits, all of them",),
        "copy it whole from `govengine bundle build` or `govengine bundle inspect`",
    )


def bad_public_key(why: str, span: Span) -> Diagnostic:
    """A signature is asked for, and there is no key to check it with."""
    return Diagnostic(
        "GOV355",
        "bad-public-key",
        "error",
        f"the council's signature cannot be checked: {why}",
        span,
        why,
        (),
        (),
        "name the council's public Ed25519 key, a PEM file, as `public_key`",
    )


def no_cryptography(span: Span) -> Diagnostic:
    """The library that checks signatures is not installed."""
    return Diagnostic(
        "GOV356",
        "no-cryptography",
        "error",
        "the council's signature cannot be checked: the library `cryptography` is not installed",
        span,
        "a signature is asked for here",
        (),
        ("a signature that nobody checks is none",),
        "install it with `pip install 'govengine[sign]'`",
    )


def two_councils(file: str, span: Span) -> Diagnostic:
    """Policies stand in the council's folder of a mesh that takes them from elsewhere."""
    return Diagnostic(
        "GOV357",
        "two-councils",
        "error",
        f"`{file}` stands in the council's folder, and this mesh takes the council's policies from elsewhere",
        span,
        "they come from here",
        (),
        ("else whoever may write this folder could add to the council's policies, waivers included",),
        "take the file out, or propose it to the council",
    )
