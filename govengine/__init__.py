"""govengine: policy as code for federated data governance.

    import govengine

    mesh = govengine.open_mesh("path/to/mesh")
    report = mesh.check()            # or mesh.audit(), mesh.validate(spec), mesh.explain("policy/rule")
    print(govengine.render(report))  # or look at report.exit_code, report.products, report.verdicts

See docs/how-to/use-from-python.md. Names are imported when they are asked for, so that the command line starts fast;
their types are in `__init__.pyi`.
"""

from __future__ import annotations

__version__ = "0.1.0"
LANGUAGE_VERSION = "0.1"
"""Version of the rule language, apart from the package's."""

_NAMES = {
    "open_mesh": ("govengine.api.mesh", "open_mesh"),
    "Mesh": ("govengine.api.mesh", "Mesh"),
    "Report": ("govengine.model.verdict", "Report"),
    "Product": ("govengine.model.verdict", "ProductResult"),
    "Verdict": ("govengine.model.verdict", "Verdict"),
    "Part": ("govengine.model.verdict", "Part"),
    "Diagnostic": ("govengine.diagnostics", "Diagnostic"),
    "Policy": ("govengine.api.policy", "Policy"),
    "Explanation": ("govengine.answers.explain", "Explanation"),
    "render": ("govengine.api.rendering", "render"),
    "GovengineError": ("govengine.api.errors", "GovengineError"),
    "NoMeshError": ("govengine.api.errors", "NoMeshError"),
    "RequestError": ("govengine.api.errors", "RequestError"),
    "SpecError": ("govengine.api.errors", "SpecError"),
}
"""Public names, each with its module and its name there."""


def __getattr__(name: str) -> object:
    """A public name, imported now."""
    if name not in _NAMES:
        raise AttributeError(f"module 'govengine' has no attribute '{name}'")
    import importlib

    module, there = _NAMES[name]
    return getattr(importlib.import_module(module), there)


def __dir__() -> list[str]:
    return sorted({*globals(), *_NAMES})


__all__ = [*_NAMES, "LANGUAGE_VERSION", "__version__"]  # noqa: PLE0604 - strings, and the stub lists them
