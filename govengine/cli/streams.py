"""Standard output and error as they are found: closed, a pipe whose reader went away, or a device that is full."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from _typeshed import ReadableBuffer

_GONE = (errno.EPIPE, errno.EBADF, errno.ECONNRESET, errno.ESHUTDOWN)


class OutputError(Exception):
    """What was to be printed could not be written; the message is the system's reason, in its words."""


def prepare() -> None:
    """Make both streams safe to write to.

    Whoever closes standard output does not want to read it: what is written there is dropped, and the exit code is the
    verdict's. A free number below 3 would be given to the next file that is opened, so it is taken first.
    """
    for number, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, mode)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
    sys.stdout = _wrapped(sys.stdout, 1, required=True)
    sys.stderr = _wrapped(sys.stderr, 2, required=False)


def _wrapped(stream: TextIO | None, number: int, *, required: bool) -> TextIO:
    if stream is not None:
        try:
            own = stream.fileno() == number
        except (OSError, ValueError):
            own = False
        if not own:  # replaced by whoever calls `main` from Python
            return stream
    return io.TextIOWrapper(
        io.BufferedWriter(_Output(number, required=required)),
        encoding=stream.encoding if stream is not None else "utf-8",
        errors=stream.errors if stream is not None else "replace",
        line_buffering=stream is not None and stream.isatty(),
        write_through=number == 2,
    )


class _Output(io.FileIO):
    """A standard stream that drops what nobody reads any longer."""

    def __init__(self, number: int, *, required: bool) -> None:
        super().__init__(number, "wb", closefd=False)
        self._required, self._gone = required, False

    def write(self, data: ReadableBuffer, /) -> int:
        """Write, or drop the bytes when the reader is gone.

        Raises:
            OutputError: standard output takes no more for another reason, such as a full disk.

        """
        size = memoryview(data).nbytes
        if self._gone:
            return size
        try:
            return super().write(data) or 0
        except OSError as error:
            self._gone = True
            if self._required and error.errno not in _GONE:
                raise OutputError(error.strerror or "write failed") from error
            return size
