"""Where a product's rows stand: interfaces of type `file` and `duckdb`, resolved to files of the mesh."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from govengine.diagnostics import Diagnostic, Span
from govengine.diagnostics.codes import data as codes
from govengine.model.dataset import DatasetSource

if TYPE_CHECKING:
    from govengine.model.values import Mesh, Product

FORMATS = {
    "csv": "csv", "tsv": "csv", "txt": "csv", "parquet": "parquet", "pq": "parquet", "json": "json",
    "ndjson": "ndjson", "jsonl": "ndjson", "duckdb": "duckdb", "db": "duckdb",
}  # fmt: skip
_COMPRESSIONS = ("gz", "zst", "gzip")
_ALIKE = {"ndjson": "json"}
"""JSON is read by what the file holds, one value a line or not."""


def datasets_of(product: Product, root: Path, mesh: Mesh) -> list[DatasetSource]:
    """The datasets of a product that local files serve, in the order of its interfaces."""
    found: list[DatasetSource] = []
    served: set[str] = set()
    interfaces = product.data["spec"].get("interfaces", [])
    names = [d["name"] for d in product.datasets]
    for i, interface in enumerate(interfaces):
        if interface["type"] not in ("file", "duckdb") or "location" not in interface:
            continue
        position = product.places.get(("spec", "interfaces", i, "location"), (1, 1, 2))
        span = Span(product.file, position[0], position[1], position[0], position[2])
        name = str(interface.get("dataset") or interface.get("table") or _stem(interface["location"]))
        if name in served or name not in names:
            continue
        served.add(name)
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
        source = _source(f"{product.name}.{name}", name, interface, types, span, root, mesh)
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
    return DatasetSource(key, name, kind or "", (str(path.resolve()),), table, {}, span, problem)


def register_names(root: Path, mesh: Mesh) -> list[str]:
    """The names of all registers that stand in the mesh, sorted."""
    folder = root / mesh.path("registers")
    return sorted({f.name.split(".")[0] for f in folder.glob("*.*") if f.is_file()}) if folder.is_dir() else []


def registers(root: Path, mesh: Mesh, names: set[str]) -> list[DatasetSource]:
    """The registers of some names: tables beside the specs."""
    folder = root / mesh.path("registers")
    found = []
    for name in sorted(names):
        files = sorted(f for f in folder.glob(f"{name}.*") if f.name.split(".")[0] == name and f.is_file())
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
        here = f"{mesh.path('registers')}/{files[0].name}"
        found.append(
            DatasetSource(
                name, name, kind or "", (str(files[0]),), None, {}, span, problem, location=here, names=(here,)
            )
        )
    return found


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

    if kind is None:
        return refused(codes.unknown_format(name, location, span))
    if declared is not None and not _same(FORMATS.get(declared.lower()), kind):
        return refused(codes.unknown_format(name, location, span, declared=declared, read=kind))
    try:
        files, names, outside = _resolve(location, root, mesh)
    except PermissionError:
        return refused(codes.unreadable_dataset(name, "there are no rights to read it", span))
    if outside:
        return refused(codes.outside(name, location, span))
    if not files:
        what = "no file fits the pattern" if _is_glob(location) else "there is no such file"
        if (root / location).is_dir():
            what = "it is a folder"
            return refused(
                codes.unreadable_dataset(name, what, span, help_=f"name its files: `{location.rstrip('/')}/*.csv`")
            )
        return refused(
            codes.unreadable_dataset(name, what, span, help_="mend `location`, which counts from the mesh root")
        )
    if kind == "duckdb" and len(files) > 1:
        what = f"the pattern fits {len(files):,} DuckDB files, and only one can be read"
        return refused(codes.unreadable_dataset(name, what, span, help_="name one file"))
    return DatasetSource(
        key,
        name,
        kind,
        tuple(files),
        interface.get("table") or name,
        types,
        span,
        location=location,
        names=tuple(names),
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


def _is_glob(location: str) -> bool:
    return any(letter in location for letter in "*?[")


def _resolve(location: str, root: Path, mesh: Mesh) -> tuple[list[str], list[str], bool]:
    """Files that a location names, their paths from the root, and whether any lies outside the folders to be read."""
    allowed = [root.resolve(), *((root / folder).resolve() for folder in mesh.data_folders)]
    path = Path(location)
    if path.is_absolute():
        return [], [], True
    plain = []
    for part in path.parts:
        if _is_glob(part):
            break
        plain.append(part)
    base = root.joinpath(*plain)
    pattern = "/".join(path.parts[len(plain) :])
    candidates = sorted(base.glob(pattern)) if pattern else [base]
    if not any(_inside(base.resolve(), folder) for folder in allowed):
        return [], [], True
    files, names = [], []
    for candidate in candidates:
        real = candidate.resolve()
        if not any(_inside(real, folder) for folder in allowed):
            return [], [], True
        if real.is_file():
            files.append(str(real))
            names.append(candidate.relative_to(root).as_posix())
    return files, names, False


def _inside(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents
