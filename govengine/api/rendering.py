"""A report as text, in any of the formats that the command line writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.api.errors import RequestError
from govengine.diagnostics import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.model.verdict import Report


def render(report: Report, format: str = "json", *, texts: Mapping[str, str] | None = None) -> str:  # noqa: A002 - as the option
    """The text of a report.

    Args:
        report: what a mesh gave.
        format: `json`, `console` or `html`, as `govengine check --format` takes it.
        texts: texts of files by path from the mesh root, that `console` may quote.

    Raises:
        RequestError: there is no such format.

    """
    from govengine.report.format import Presentation
    from govengine.report.formats import FORMATS

    found = FORMATS.get(format)
    if found is None:
        raise RequestError("format", f"there is no format `{format}`", nearest(format, FORMATS.names()))
    return found.write(Presentation(report, texts or {}))
