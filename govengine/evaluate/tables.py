"""Which table a clause speaks of: the datasets of the judged product, those of others, and registers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govengine.diagnostics import nearest
from govengine.evaluate.facts import DatasetFacts, table_key
from govengine.expectations.unreachable import Unreachable
from govengine.model.dataset import as_it_is
from govengine.model.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govengine.diagnostics import Place
    from govengine.evaluate.dossier import Dossier
    from govengine.expectations.measure import Check
    from govengine.plan.clauses import PlanTarget


class LoadedDataset(NamedTuple):
    """A dataset of the judged product that was loaded: its name, table, what was found, and where it is declared."""

    dataset: str
    key: str
    found: DatasetFacts
    place: Place

    @property
    def types(self) -> dict[str, str]:
        """SQL types by column, in small letters."""
        return small(self.found.columns)


def small(columns: Mapping[str, str]) -> dict[str, str]:
    """Columns by their names in small letters: DuckDB finds columns whatever their case, so a rule may too."""
    return {name.lower(): type_ for name, type_ in columns.items()}


def dataset(dossier: Dossier, name: str) -> LoadedDataset:
    """A dataset of the judged product.

    Raises:
        Unreachable: it is not declared, or its rows cannot be read.

    """
    index = next((i for i, d in enumerate(dossier.product.datasets) if d["name"] == name), None)
    if index is None:
        hint = _hint(name, [d["name"] for d in dossier.product.datasets])
        message = f"the product declares no dataset `{name}`{hint}"
        raise Unreachable("unknown", message, Reason("no dataset", (name,)))
    place = dossier.place(("datasets", index))
    key = table_key(dossier.product.name, name)
    found = (dossier.found or {}).get(key)
    if found is None:
        message = f"the rows of `{name}` cannot be reached: no interface of type `file` or `duckdb` serves it"
        raise Unreachable("unknown", message, Reason("rows out of reach", (name,)), place)
    if found.reason is not None:
        message = f"the rows of `{name}` cannot be read: {found.reason}"
        raise Unreachable("unknown", message, Reason("unreadable because", (name, found.reason)), place)
    return LoadedDataset(name, key, found, place)


def as_found(dossier: Dossier, where: LoadedDataset) -> LoadedDataset:
    """The same dataset as its files hold it, where texts are declared to mean a missing value.

    Raises:
        Unreachable: it cannot be read so.

    """
    found = (dossier.found or {}).get(as_it_is(where.key))
    if found is None:
        return where
    if found.reason is not None:
        message = f"the rows of `{where.dataset}` cannot be read as they are: {found.reason}"
        why = Reason("unreadable as it is", (where.dataset, found.reason))
        raise Unreachable("unknown", message, why, where.place)
    return where._replace(key=as_it_is(where.key), found=found)


def meaning(dossier: Dossier, where: LoadedDataset, column: str) -> str | None:
    """The semantic type that the spec declares for a column, if any."""
    own = (c for c in dossier.product.columns or () if c["name"] == column and c.get("dataset") == where.dataset)
    return next((c.get("semantic_type") for c in own), None)


def traced(dossier: Dossier, where: LoadedDataset, check: Check) -> Check:
    """A check that knows which columns tell the rows of its dataset apart, and which one says when they happened.

    The time is the first column tagged `time.event`, else `time.posting`, else the one that retention counts from.
    """
    own = [c for c in dossier.product.columns or () if c.get("dataset") == where.dataset]
    key = tuple(c["name"] for c in own if c.get("primary_key"))
    tagged = [c["name"] for tag in ("time.event", "time.posting") for c in own if tag in c.get("tags", ())]
    start = dossier.product.data["spec"].get("governance", {}).get("retention", {}).get("starts_at")
    time = next((c for c in (*tagged, start) if c is not None and c.lower() in where.types), None)
    return check._replace(row_key=key, time=time)


def with_columns(dossier: Dossier, columns: tuple[str, ...]) -> Iterator[LoadedDataset | Unreachable]:
    """Each dataset of the product that has some columns; one that may have them, as why it cannot be read."""
    wanted = {c.lower() for c in columns}
    for described in dossier.product.datasets:
        try:
            where = dataset(dossier, described["name"])
        except Unreachable as unreachable:
            declared = {c.lower() for c in described.get("columns", ())}
            if wanted <= declared or not declared:
                yield unreachable
            continue
        if wanted <= where.types.keys():
            yield where


def require_columns(dossier: Dossier, where: LoadedDataset, columns: Iterable[str]) -> None:
    """See that a dataset has columns.

    Raises:
        Unreachable: it lacks one; `error` where the spec does not declare it either.

    """
    for column in columns:
        if column.lower() in where.types:
            continue
        declared = any(c["name"] == column and c.get("dataset") == where.dataset for c in dossier.product.columns or ())
        lacking = Reason("no column", (where.dataset, column, _hint(column, where.found.columns)))
        if declared:
            missing = f"`{column}` is declared, and not in the data of `{where.dataset}`"
            raise Unreachable("unknown", missing, lacking, where.place)
        raise Unreachable("error", lacking.text, lacking, where.place)


def parent(dossier: Dossier, target: PlanTarget) -> tuple[str, DatasetFacts]:
    """The table that `product.dataset(…)` or `register(…)` names, with its columns checked.

    Raises:
        Unreachable: it cannot be read, or lacks a column.

    """
    key = table_key(target["product"], target["table"]) if target["product"] else target["table"]
    found = (dossier.found or {}).get(key)
    if found is None or found.reason is not None:
        reason = found.reason if found is not None and found.reason else "it is not there"
        raise Unreachable("unknown", f"`{key}` cannot be read: {reason}", Reason("unreadable", (key,)))
    require_parent_columns(key, found, target["columns"])
    return key, found


def require_parent_columns(key: str, found: DatasetFacts, columns: Iterable[str]) -> None:
    """See that another table has columns.

    Raises:
        Unreachable: it lacks one.

    """
    for column in columns:
        if column.lower() not in small(found.columns):
            raise Unreachable("error", f"`{key}` has no column `{column}`{_hint(column, found.columns)}")


def by_plain_names(dossier: Dossier, names: Iterable[str]) -> dict[str, tuple[str, DatasetFacts]]:
    """The tables that a query names: datasets of the product, then registers.

    Raises:
        Unreachable: there is no such table, or it cannot be read.

    """
    own = [d["name"] for d in dossier.product.datasets]
    tables = {}
    for name in names:
        if name in own:
            where = dataset(dossier, name)
            if not where.found.rows:
                empty = Reason("no rows", (name,))
                raise Unreachable("unknown", empty.text, empty, where.place)
            tables[name] = (where.key, where.found)
            continue
        found = None if "." in name else (dossier.found or {}).get(name)
        if found is None:
            registers = [k for k in dossier.found or () if "." not in k]
            message = f"the product has no dataset `{name}`, and the mesh no such register"
            raise Unreachable("error", message + _hint(name, [*own, *registers]))
        if found.reason is not None:
            raise Unreachable("unknown", f"`{name}` cannot be read: {found.reason}", Reason("unreadable", (name,)))
        tables[name] = (name, found)
    return tables


def _hint(name: str, known: Iterable[str]) -> str:
    near = nearest(name, list(known))
    return f"; did you mean `{near}`?" if near else ""
