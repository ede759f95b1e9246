"""The registers of principals and members, where a mesh has them: small CSV files."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from govengine.diagnostics.codes import data as codes
from govengine.evaluate.people import People
from govengine.sources.mesh import why

if TYPE_CHECKING:
    from govengine.diagnostics import Diagnostic
    from govengine.model.values import Mesh
    from govengine.sources.inputs import Inputs


def read_people(inputs: Inputs, mesh: Mesh) -> tuple[People, tuple[Diagnostic, ...]]:
    """Who is who, from `principals.csv` (`id`, and `aliases` separated by `;`) and `members.csv` (`group`, `member`).

    A mesh without them has no such registers: every address stands for itself. One that is there and cannot be read
    is an error, and nobody is known.
    """
    found: list[Diagnostic] = []
    principals: dict[str, list[str]] | None = None
    members: dict[str, list[str]] = {}
    for name, wanted in (("principals", ("id",)), ("members", ("group", "member"))):
        path = f"{mesh.path('registers')}/{name}.csv"
        if not inputs.exists(path):
            continue
        rows, problem = _rows(inputs, path, wanted)
        if problem is not None:
            found.append(codes.unreadable_register(path, problem))
            principals = principals or {}
            continue
        if name == "principals":
            principals = {row["id"]: [a for a in (row.get("aliases") or "").split(";") if a.strip()] for row in rows}
        else:
            for row in rows:
                members.setdefault(row["group"], []).append(row["member"])
    return People(principals, members), tuple(found)


def _rows(inputs: Inputs, path: str, wanted: tuple[str, ...]) -> tuple[list[dict[str, str]], str | None]:
    try:
        text = inputs.read(path, "register").decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], "it is not UTF-8"
    except OSError as error:
        return [], why(error)
    reader = csv.DictReader(io.StringIO(text), restval="")
    lacking = [w for w in wanted if w not in (reader.fieldnames or ())]
    if lacking:
        return [], f"it has no column `{lacking[0]}`"
    rows: list[dict[str, str]] = []
    try:
        for row in reader:
            if None in row:  # a cell too many: whose aliases are these?
                return [], f"line {reader.line_num} has more cells than the header"
            rows.append(row)
    except csv.Error:
        return [], f"line {reader.line_num} cannot be read"
    return rows, None
