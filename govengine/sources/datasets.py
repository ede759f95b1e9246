"""Where a product's rows stand: interfaces of type `file` and `duckdb`, resolved to files of the mesh."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from govengine.diagnostics import Diagnostic, Span
from govengine.diagnostics.codes import data as codes
from govengine.expectations.file_names import which_file
from govengine.model.dataset import DatasetSource
from govengine.sources import table_logs
from govengine.sources.foreign_files import foreign, what_it_is
from govengine.sources.locations import Unresolved, locate

if TYPE_CHECKING:
    from pathlib import Path

    from govengine.model.values import Mesh, Product

FORMATS = {
    "csv": "csv", "tsv": "csv", "txt": "csv", "parquet": "parquet", "pq": "parquet", "json": "json",
    "ndjson": "ndjson", "jsonl": "ndjson", "duckdb": "duckdb", "db": "duckdb",
}  # fmt: skip
_BESIDE = (".meta.yaml", ".md")
"""Endings of files that stand beside registers and are none."""
_COMPRESSIONS = ("gz", "zst", "gzip")
_ALIKE = {"ndjson": "json"}
"""JSON is read by what the file holds, one value a line or not."""
_FORMATS_READ = "name a file of CSV, TSV, Parquet, JSON or NDJSON, plain or packed with gzip or zstd, or of DuckDB"


def datasets_of(product: Product, root: Path, mesh: Mesh) -> list[DatasetSource]:
    """The datasets of a product that local files serve, in the order of its interfaces."""
    found: list[DatasetSource] = []
    served: dict[str, str] = {}
    interfaces = product.data["spec"].get("interfaces", [])
    names = [d["name"] for d in product.datasets]
    for i, interface in enumerate(interfaces):
        if interface["type"] not in ("file", "duckdb") or "location" not in interface:
            continue
        position = product.places.get(("spec", "interfaces", i, "location"), (1, 1, 2))
        span = Span(product.file, position[0], position[1], position[0], position[2])
        name = str(interface.get("dataset") or interface.get("table") or _stem(interface["location"]))
        if name not in names or served.get(name) == interface["location"]:
            continue
        if name in served:
            # Judging one of them would pass over the rows of the other.
            here = next(n for n, source in enumerate(found) if source.name == name)
            twice = codes.served_twice(name, served[name], interface["location"], span)
            found[here] = found[here]._replace(problem=found[here].problem or twice)
            continue
        served[name] = interface["location"]
        types = {
            c["name"]: c["logical_type"]
            for c in product.columns or ()
            if c.get("dataset") == name and "logical_type" in c
        }
        missing = {
            c["name"]: tuple(c["missing"])
            for c in product.columns or ()
            if c.get("dataset") == name and c.get("missing")
        }
        source = _seen(_source(f"{product.name}.{name}", name, interface, types, span, root, mesh))
        row_key, encoding = _row_key(product, name), interface.get("encoding")
        found.append(source._replace(missing=missing, row_key=row_key, encoding=encoding))
    return found


def _row_key(product: Product, dataset: str) -> tuple[str, ...]:
    """The columns declared to be the key; else the first one in which no value repeats."""
    own = [c for c in product.columns or () if c.get("dataset") == dataset]
    return tuple(c["name"] for c in own if c.get("primary_key")) or tuple(c["name"] for c in own if c.get("unique"))[:1]


def dataset_file(path: Path, table: str | None = None) -> DatasetSource:
    """A dataset that stands by itself: one file, known by its path, read by its ending; or a table in one."""
    name, span = table or _stem(path.name), Span(str(path), 1, 1, 1, 2)
    kind = _format(path.name, None)
    problem = None if kind else codes.unknown_format(name, path.name, span)
    key = str(path) if table is None else f"{path}, table {table}"
    return _seen(DatasetSource(key, name, kind or "", (str(path.resolve()),), table, {}, span, problem))


def register_names(root: Path, mesh: Mesh) -> list[str]:
    """The names of all registers that stand in the mesh, sorted."""
    return sorted({f.name.split(".")[0] for f in _register_files(root, mesh)})


def twin_registers(root: Path, mesh: Mesh) -> list[Diagnostic]:
    """Registers that more than one file claims to be, by name."""
    claims: dict[str, list[str]] = {}
    for file in _register_files(root, mesh):
        claims.setdefault(_register_key(file.name), []).append(file.name)
    folder = mesh.path("registers")
    return [
        codes.twin_registers(f"{folder}/{files[0]}", [f"{folder}/{f}" for f in files])
        for _, files in sorted(claims.items())
        if len(files) > 1
    ]


def _register_files(root: Path, mesh: Mesh) -> list[Path]:
    folder = root / mesh.path("registers")
    if not folder.is_dir():
        return []
    return sorted(
        f for f in folder.glob("*.*") if f.is_file() and not f.name.startswith(".") and not f.name.endswith(_BESIDE)
    )


def _register_key(file: str) -> str:
    """The name of a register as it compares: without case, width or form of Unicode."""
    return unicodedata.normalize("NFKC", file.split(".", maxsplit=1)[0]).casefold()


def registers(root: Path, mesh: Mesh, names: set[str]) -> list[DatasetSource]:
    """The registers of some names: tables beside the specs."""
    found = []
    for name in sorted(names):
        files = [f for f in _register_files(root, mesh) if f.name.split(".")[0] == name]
        span = Span(f"{mesh.path('registers')}/{name}", 1, 1, 1, 2)
        if not files:
            found.append(
                DatasetSource(
                    name,
                    name,
                    "csv",
                    (),
                    None,
                    {},
                    span,
                    codes.unreadable_dataset(name, "there is no such register", span),
                )
            )
            continue
        kind = _format(files[0].name, None)
        problem = None if kind else codes.unknown_format(name, files[0].name, span)
        twins = [f.name for f in _register_files(root, mesh) if _register_key(f.name) == _register_key(name)]
        if len(twins) > 1:
            what = f"{len(twins):,} files claim to be this register"
            problem = codes.unreadable_dataset(name, what, span, help_="keep one file of a register")
        here = f"{mesh.path('registers')}/{files[0].name}"
        register = DatasetSource(name, name, kind or "", (str(files[0]),), None, {}, span, problem)
        found.append(_seen(register._replace(location=here, names=(here,))))
    return found


def _seen(source: DatasetSource) -> DatasetSource:
    """The same source, refused where one of its files is of another format than it is read in."""
    if source.problem is not None:
        return source
    for i, file in enumerate(source.files):
        try:
            what = foreign(file, source.format)
        except OSError:  # which loading it will tell
            return source
        if what is not None:
            which = which_file(i, source.names, source.location) if len(source.files) > 1 else "it"
            why, name = f"{which} is {what}", source.name
            return source._replace(problem=codes.unreadable_dataset(name, why, source.span, help_=_FORMATS_READ))
    return source


def _stem(location: str) -> str:
    return location.rpartition("/")[2].partition(".")[0].replace("-", "_").replace("*", "").strip("_")


def _source(
    key: str, name: str, interface: dict[str, str], types: dict[str, str], span: Span, root: Path, mesh: Mesh
) -> DatasetSource:
    location = interface["location"]
    declared = interface.get("format")
    kind = "duckdb" if interface["type"] == "duckdb" else _format(location, declared)

    def refused(problem: Diagnostic) -> DatasetSource:
        return DatasetSource(key, name, kind or "", (), None, types, span, problem)

    def unreadable(why: str, help_: str | None = None) -> DatasetSource:
        return refused(codes.unreadable_dataset(name, why, span, help_=help_))

    if kind is not None and declared is not None and not _same(FORMATS.get(declared.lower()), kind):
        return refused(codes.unknown_format(name, location, span, declared=declared, read=kind))
    folders = [root.resolve(), *((root / folder).resolve() for folder in mesh.data_folders)]
    try:
        located = locate(location, root, folders)
    except PermissionError:
        return unreadable("permission denied", "give the engine the right to read it")
    except Unresolved as problem:
        return refused(codes.outside(name, location, span)) if problem.outside else unreadable(
            str(problem), problem.help_
        )  # fmt: skip
    table = table_logs.table_log(located.files, folders, beside=kind == "parquet")
    if table is not None:
        return unreadable(
            f"its files are part of {table.called}, whose log decides which of them, and which of their rows, count",
            table.help_,
        )
    if kind is None:
        unknown = codes.unknown_format(name, location, span, what=what_it_is(located.files[0]))
        return refused(unknown)._replace(location=location, files=located.files[:1], names=located.names[:1])
    if kind == "duckdb" and len(located.files) > 1:
        what = f"the pattern matches {len(located.files):,} DuckDB files, and only one can be read"
        return unreadable(what, "name one file")
    notices = (codes.markers_passed_over(name, len(located.markers), span),) if located.markers else ()
    return DatasetSource(
        key,
        name,
        kind,
        located.files,
        interface.get("table") or name,
        types,
        span,
        location=location,
        names=located.names,
        notices=notices,
    )


def _format(location: str, declared: str | None) -> str | None:
    """By the ending of the file; by what is declared where the ending says nothing."""
    endings = location.lower().rpartition("/")[2].split(".")[1:]
    while endings and endings[-1] in _COMPRESSIONS:
        endings.pop()
    known = FORMATS.get(endings[-1]) if endings else None
    return known or FORMATS.get((declared or "").lower())


def _same(declared: str | None, read: str) -> bool:
    return declared is not None and _ALIKE.get(declared, declared) == _ALIKE.get(read, read)
