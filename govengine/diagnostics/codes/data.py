"""GOV5xx: datasets that cannot be read, or not whole. No message holds a value of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics import Diagnostic, Span
from govengine.diagnostics.counted import plural

if TYPE_CHECKING:
    from collections.abc import Sequence


def unreadable_dataset(dataset: str, why: str, span: Span, *, help_: str | None = None) -> Diagnostic:
    """A dataset of which no row can be read."""
    return Diagnostic(
        "GOV501",
        "unreadable-dataset",
        "error",
        f"the rows of `{dataset}` cannot be read: {why}",
        span,
        why,
        (),
        ("rules about its rows stay unknown",),
        help_ or "mend the file, or `location` and `format` in the spec",
    )


def rejected_rows(dataset: str, count: int, first: str | None, kinds: Sequence[str], span: Span) -> Diagnostic:
    """Rows that could not be read: counted, and never passed over in silence."""
    rows = plural(count, "row")
    where = f", the first at {first}" if first else ""
    return Diagnostic(
        "GOV502",
        "rejected-rows",
        "error",
        f"{rows} of `{dataset}` cannot be read{where}: {', '.join(kinds)}",
        span,
        f"{rows} rejected",
        (),
        ("rules are judged on the whole rows; where the rejected ones could decide, the verdict is unknown",),
        "mend the file, or load it again from its source"
        + (", or mend `logical_type` in the spec" if any("another type" in kind for kind in kinds) else ""),
    )


def empty_dataset(dataset: str, span: Span) -> Diagnostic:
    """A dataset without a row."""
    return Diagnostic(
        "GOV503",
        "empty-dataset",
        "warning",
        f"`{dataset}` has no rows",
        span,
        "nothing to judge",
        (),
        ("rules about its rows stay unknown: an empty table proves nothing",),
        "load its rows, or take the interface out of the spec",
    )


def outside(dataset: str, location: str, span: Span) -> Diagnostic:
    """A location that leaves the mesh."""
    return Diagnostic(
        "GOV504",
        "outside-the-mesh",
        "error",
        f"`{location}` lies outside the mesh, so `{dataset}` is not read",
        span,
        "outside the mesh",
        (),
        ("a spec must not make the engine read any file of the machine",),
        "move the data below the mesh root, or list its folder in `govengine.yaml` under `paths: {data: [...]}`",
    )


def unknown_format(
    dataset: str,
    location: str,
    span: Span,
    *,
    declared: str | None = None,
    read: str | None = None,
    what: str | None = None,
) -> Diagnostic:
    """A file of a kind that is not read, or by its name of another kind (`read`) than the spec says (`declared`).

    `what` is what its first bytes tell of it, as "an Avro file".
    """
    message, note = (
        f"`{location}` of `{dataset}` is of no format that is read",
        "read are CSV, TSV, Parquet, JSON and NDJSON, plain or compressed with gzip or zstd",
    )
    help_ = "write `format: csv`, `parquet`, `json` or `ndjson`"
    if what is not None:
        message = f"`{location}` of `{dataset}` is {what}, which is not read"
        help_ = "store its rows in one of these formats, and name that file"
    if read is not None:
        message = f"`{dataset}` is declared as `format: {declared}`, and `{location}` would be read as {read}"
        note = "read in another format than its own, a file gives some rows and loses others"
        help_ = f"write `format: {read}`, or name the file that is in the declared format"
    return Diagnostic("GOV505", "unknown-format", "error", message, span, "not read", (), (note,), help_)


def served_twice(dataset: str, first: str, second: str, span: Span) -> Diagnostic:
    """Two interfaces of one product that serve the same dataset from different files."""
    return Diagnostic(
        "GOV510",
        "served-twice",
        "error",
        f"two interfaces serve `{dataset}`: `{first}` and `{second}`",
        span,
        "a second source of the same dataset",
        (),
        ("the rows of one would be judged and those of the other passed over, so rules about its rows stay unknown",),
        "name all its files in one `location` with `*`, or give the second interface a `dataset` of its own",
    )


def markers_passed_over(dataset: str, count: int, span: Span) -> Diagnostic:
    """Files that a pattern matches and that writers put there as markers; they hold no rows."""
    files = plural(count, "marker file")
    return Diagnostic(
        "GOV511",
        "marker-files",
        "warning",
        f"{files} of writers, such as `_SUCCESS`, {'is' if count == 1 else 'are'} not read as data of `{dataset}`",
        span,
        "matches marker files",
        (),
        ("all other files that match are read, those that begin with `_` or `.` too",),
        "nothing is wrong; a pattern with an ending, such as `*.csv`, matches no marker",
    )


def missing_columns(dataset: str, columns: Sequence[str], span: Span) -> Diagnostic:
    """Columns that the spec declares and the data lacks."""
    names = ", ".join(f"`{c}`" for c in columns)
    return Diagnostic(
        "GOV506",
        "missing-columns",
        "warning",
        f"`{dataset}` declares {names}, and the data has no such column",
        span,
        "not in the data",
        (),
        ("rules about them stay unknown",),
        "mend the spec's `schema`, or the data",
    )


def uneven_files(dataset: str, columns: Sequence[tuple[str, int]], files: int, span: Span) -> Diagnostic:
    """Files of one dataset of which some lack columns that others have."""
    told = ", ".join(f"`{name}` in {count:,}" for name, count in columns)
    return Diagnostic(
        "GOV508",
        "uneven-files",
        "warning",
        f"of the {files:,} files of `{dataset}`, some lack columns that others have: {told}",
        span,
        "files of unlike columns",
        (),
        ("where a file lacks a column, its rows have no value there: `filled` counts them, `unique` passes over them",),
        "write all files of the dataset with the same columns",
    )


def twin_registers(file: str, files: Sequence[str]) -> Diagnostic:
    """Several files that claim to be one register."""
    listed = ", ".join(f"`{f}`" for f in files)
    return Diagnostic(
        "GOV515",
        "twin-registers",
        "error",
        f"{len(files):,} files claim to be one register: {listed}",
        Span(file, 1, 1, 1, 2),
        "which one counts is not known",
        (),
        ("a register's name is its file's up to the first dot, whatever its case: a second file could replace it",),
        "keep one file of a register, and name the others differently",
    )


def unreadable_register(file: str, why: str) -> Diagnostic:
    """A register that says who is who cannot be read."""
    return Diagnostic(
        "GOV507",
        "unreadable-register",
        "error",
        f"`{file}` cannot be read: {why}",
        Span(file, 1, 1, 1, 2),
        "not read",
        (),
        ("waivers rest on who is who: until it can be read, nobody is known and they are void",),
        "mend the file",
    )
