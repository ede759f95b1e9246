"""Whether a file of zstd is whole, by the lengths that its frames and blocks give of themselves.

DuckDB takes the end of such a file for the end of its rows wherever it comes, even in the middle of a frame: the rows
behind a cut would vanish without a word. The format is that of RFC 8878; nothing is unpacked here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

_FRAME = 0xFD2FB528
_SKIPPABLE = range(0x184D2A50, 0x184D2A60)
_RAW, _REPEATED, _PACKED = 0, 1, 2


def is_whole(file: str) -> bool:
    """Whether a file consists of whole frames, at least one.

    Raises:
        OSError: it cannot be opened.

    """
    path = Path(file)
    size = path.stat().st_size
    with path.open("rb") as opened:
        try:
            while opened.tell() < size:
                _pass_frame(opened)
        except ValueError:
            return False
        return 0 < opened.tell() == size  # seeking goes beyond the end


def _pass_frame(opened: BinaryIO) -> None:
    magic = _number(opened, 4)
    if magic in _SKIPPABLE:
        opened.seek(_number(opened, 4), 1)
        return
    if magic != _FRAME:
        raise ValueError
    described = _number(opened, 1)
    one_segment = bool(described & 0x20)
    content = (1 if one_segment else 0, 2, 4, 8)[described >> 6]
    opened.seek((0 if one_segment else 1) + (0, 1, 2, 4)[described & 3] + content, 1)
    last = False
    while not last:
        block = _number(opened, 3)
        last, kind, length = bool(block & 1), block >> 1 & 3, block >> 3
        if kind not in (_RAW, _REPEATED, _PACKED):
            raise ValueError
        opened.seek(1 if kind == _REPEATED else length, 1)
    if described & 4:
        opened.seek(4, 1)


def _number(opened: BinaryIO, size: int) -> int:
    read = opened.read(size)
    if len(read) < size:
        raise ValueError
    return int.from_bytes(read, "little")
