"""Files of text as UTF-8, whatever they were written in.

DuckDB reads UTF-8; its own readers of other encodings know few of them, and refuse files that begin or end otherwise
than they expect. What is of another encoding is written anew, piece by piece, into a folder of the run that nobody else
can read and that goes when the file has been loaded. A byte that its encoding does not have is never replaced: the
file cannot be read.
"""

from __future__ import annotations

import codecs
import gzip
import tempfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from govengine.backends.zstd_frames import is_whole
from govengine.model.encoding import encoding_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORMATS = ("csv", "json", "ndjson")
"""Formats of text."""
_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
"""Byte-order marks, the longest first: what they say, and its name where either order will do."""
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
DECLARE = "mend the file, or declare at its interface what it was written in, for example `encoding: windows-1252`"
BROKEN = "its compression is broken, or it was cut off"
_CUT_GZIP = "gzip: cut off or broken"
_REPACK = "pack the file with gzip, or write it as UTF-8"


class TextError(Exception):
    """A file whose text cannot be read; the text says why, without a word of the file. `help_` says how to mend it."""

    def __init__(self, why: str, help_: str | None = None) -> None:
        super().__init__(why)
        self.help_ = help_


def packed(file: str) -> str | None:
    """How a file is packed, by its ending: "gzip", "zstd" or None."""
    ending = file.rpartition(".")[2].lower()
    return {"gz": "gzip", "gzip": "gzip", "zst": "zstd"}.get(ending)


class _Gzip(gzip.GzipFile):
    """One that says in one way that it is broken: by an OSError."""

    def read(self, size: int | None = -1) -> bytes:
        """As the base, which may raise two more errors."""
        try:
            return super().read(size)
        except (EOFError, zlib.error) as error:
            raise OSError(_CUT_GZIP) from error

    def read1(self, size: int = -1) -> bytes:
        """As the base, which may raise two more errors; this is what a reader of text calls."""
        try:
            return super().read1(size)
        except (EOFError, zlib.error) as error:
            raise OSError(_CUT_GZIP) from error


def unpacked(file: str) -> BinaryIO:
    """The bytes of a file, of gzip unpacked on the way; not of zstd, which only DuckDB can.

    Raises:
        OSError: it cannot be opened; reading on raises it too, where the file is cut off or broken.

    """
    return cast("BinaryIO", _Gzip(file)) if packed(file) == "gzip" else Path(file).open("rb")


@contextmanager
def as_utf8(
    files: tuple[str, ...],
    encoding: str | None,
    folder: str,
    in_time: Callable[[], None] | None = None,
    *,
    marks: bool = True,
) -> Iterator[tuple[str, ...]]:
    """The same files where they are UTF-8, else copies that are, below `folder`, gone afterwards.

    `encoding` is as declared, or None: then a byte-order mark decides, else it is UTF-8. Whether a file of UTF-8 holds
    it is not looked at here: see `fault`. Without `marks`, UTF-8 that begins with its mark is written anew without it.
    `in_time` is called now and then, and raises when it is too late.

    Raises:
        TextError: a file is of another encoding than is declared, or holds bytes that its encoding does not have.
        OSError: a file cannot be opened or unpacked, or a copy cannot be written.

    """
    written = [_written_in(file, encoding, which(i, files), marks=marks) for i, file in enumerate(files)]
    if not any(written):
        yield files
        return
    with tempfile.TemporaryDirectory(prefix="text-", dir=folder) as room:
        made = []
        for i, (file, held) in enumerate(zip(files, written, strict=True)):
            if held is None:
                made.append(file)
                continue
            copy = Path(room, f"{i}.txt")
            with copy.open("wb") as out:
                for piece in _decoded(file, *held, which(i, files)):
                    out.write(piece.encode())
                    if in_time is not None:
                        in_time()
            made.append(str(copy))
        yield tuple(made)


def fault(files: tuple[str, ...]) -> TextError | None:
    """Where the first byte stands that is not UTF-8, in files that are meant to be; None where none is found."""
    for i, file in enumerate(files):
        if packed(file) == "zstd":
            continue
        try:
            for _ in _decoded(file, "utf-8", 0, which(i, files)):
                pass
        except TextError as error:
            return error
        except OSError:
            continue
    return None


def which(i: int, files: tuple[str, ...]) -> str:
    """Which of several files is meant, by number: a name that `*` found may hold a value."""
    return f" of file {i + 1} of {len(files)}" if len(files) > 1 else ""


def _written_in(file: str, declared: str | None, which: str, *, marks: bool) -> tuple[str, int] | None:
    """The encoding that a file is to be decoded by, from which byte on; or None where DuckDB reads it as it stands."""
    wanted = None if declared is None else encoding_of(declared)
    plain = wanted in (None, "utf-8", "utf-8-sig")
    if packed(file) == "zstd":
        if not is_whole(file):
            raise TextError(BROKEN + which)
        if plain:
            return None
        raise TextError(f"of files packed with zstd only UTF-8 is read, and it is declared as `{declared}`", _REPACK)
    with unpacked(file) as opened:
        head = opened.read(4)
    if packed(file) is None and head.startswith((_GZIP, _ZSTD)):
        kind, ending = ("gzip", ".gz") if head.startswith(_GZIP) else ("zstd", ".zst")
        raise TextError(f"it is packed with {kind}, and its name does not end so", f"let the name end in `{ending}`")
    family, either, length = next(((f, e, len(m)) for m, f, e in _MARKS if head.startswith(m)), (None, None, 0))
    if family is not None and wanted not in (None, family, either):
        told = "UTF-8" if family == "utf-8" else str(either).upper()
        why = f"it is declared as `{declared}`, and the beginning{which} is marked as {told}"
        raise TextError(why, "mend `encoding` in the spec, or take it out: the mark tells")
    if family is None and not plain:
        # Without a mark, Python would take the order of bytes of the machine it runs on.
        return f"{wanted}-le" if wanted in ("utf-16", "utf-32") else str(wanted), 0
    if family in (None, "utf-8"):
        # Endings that DuckDB does not know: this one, and any behind a `?`, where it looks for no ending.
        known = not file.lower().endswith(".gzip") and not (packed(file) and "?" in file)
        return None if known and (marks or not length) else ("utf-8", length)
    return family, length


def _decoded(file: str, codec: str, first: int, which: str) -> Iterator[str]:
    """The text of a file, in pieces, from its byte `first` on."""
    decoder = codecs.getincrementaldecoder(codec)()
    before, lines = first, 0
    with unpacked(file) as opened:
        opened.read(first)
        while True:
            chunk = opened.read(_CHUNK)
            held = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                at = before - held + error.start + 1
                line = lines + error.object[: error.start].decode(codec, errors="ignore").count("\n") + 1
                name = "UTF-8" if codec == "utf-8" else f"`{codec}`"
                # Not `from error`, which holds what was read.
                raise TextError(f"byte {at:,}{which}, in line {line:,}, is not {name}", DECLARE) from None
            if text:
                yield text
            if not chunk:
                return
            before, lines = before + len(chunk), lines + text.count("\n")
