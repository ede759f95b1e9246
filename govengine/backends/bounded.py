"""The one way to DuckDB: whatever is asked ends at a limit of time or on Ctrl-C, be it that DuckDB hears or not.

Statements run in a thread of their own: with several threads DuckDB hears of Ctrl-C only many seconds later, and of
`interrupt` at once, while rows flow. It is deaf while it looks into a file to guess its columns, which takes minutes
for a long JSON file: such a statement is left to itself, and what follows goes over another connection.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import duckdb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_T = TypeVar("_T")
_PATIENCE_SECONDS = 5.0
"""How long a statement that took too long may take to hear of it; what is left to itself keeps a core busy."""
_IMPATIENCE_SECONDS = 0.5
"""The same after Ctrl-C, when nothing else is to be done."""
_AGAIN_SECONDS = 0.05
_deaf: list[Future[object]] = []


def any_deaf() -> bool:
    """Whether a statement that was left to itself still runs, which a plain exit would wait for, or break in."""
    return any(not running.done() for running in _deaf)


class Answer(NamedTuple):
    """What a statement gave: its rows, and the name and type of each of its columns."""

    rows: list[tuple[object, ...]]
    description: list[tuple[object, ...]]

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        return self.rows[0] if self.rows else None

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows."""
        return self.rows


class Bounded:
    """A DuckDB connection whose statements end in time. Only one thread may ask."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, timeout: float) -> None:
        """`timeout` is in seconds, for each statement, or for all those that stand `within` one limit."""
        self._connection, self._timeout = connection, timeout
        self._worker = ThreadPoolExecutor(1)
        self._until: float | None = None
        self._left: list[Future[object]] = []

    @contextmanager
    def within(self) -> Iterator[None]:
        """Have all statements inside share one limit of time, beginning now."""
        self._until = time.monotonic() + self._timeout
        try:
            yield
        finally:
            self._until = None

    def in_time(self) -> None:
        """For work beside DuckDB that stands `within` a limit.

        Raises:
            duckdb.InterruptException: the time is over.

        """
        if self._until is not None and time.monotonic() > self._until:
            raise _late()

    def execute(self, statement: str) -> Answer:
        """All that a statement gives; for statements that give little.

        Raises:
            duckdb.Error: as DuckDB says; InterruptException where the time is over.
            KeyboardInterrupt: the user broke it off.

        """

        def ask(connection: duckdb.DuckDBPyConnection) -> Answer:
            answer = connection.execute(statement)
            return Answer(answer.fetchall(), list(answer.description or ()))

        return self._run(ask)

    def one(self, query: str) -> tuple[object, ...]:
        """The first row of a query, without making the others. Raises what `execute` raises."""
        row = self._run(lambda connection: connection.execute(query).fetchone())
        assert row is not None
        return row

    def hand(self, name: str, table: object) -> None:
        """Let statements read a table in memory under a name.

        Raises:
            duckdb.Error: DuckDB cannot read it.
            KeyboardInterrupt: the user broke it off.

        """
        self._run(lambda connection: connection.register(name, table))

    def take_back(self, name: str) -> None:
        """End what `hand` began."""
        self._connection.unregister(name)

    def close(self) -> None:
        """Let go of the database, unless a statement that hears nothing still holds it."""
        held = any(not running.done() for running in self._left)
        self._worker.shutdown(wait=not held)
        if not held:
            self._connection.close()

    def _run(self, ask: Callable[[duckdb.DuckDBPyConnection], _T]) -> _T:
        remaining = self._timeout if self._until is None else self._until - time.monotonic()
        if remaining <= 0:
            raise _late()
        running = self._worker.submit(_asking, ask, self._connection)
        try:
            wait([running], remaining)
        except BaseException:
            self._break_off(running, _IMPATIENCE_SECONDS)
            raise
        if not running.done():
            self._break_off(running, _PATIENCE_SECONDS)
        if not running.done():
            raise _late()
        return running.result()

    def _break_off(self, running: Future[Any], seconds: float) -> None:
        """Interrupt a statement again and again, since what has not begun cannot be; leave it if it does not hear."""
        until = time.monotonic() + seconds
        try:
            while not running.done() and time.monotonic() < until:
                self._connection.interrupt()
                wait([running], _AGAIN_SECONDS)
        finally:  # also where the user is less patient yet
            if not running.done():
                self._leave(running)

    def _leave(self, running: Future[object]) -> None:
        deaf = self._connection
        self._left.append(running)
        _deaf.append(running)
        self._worker.shutdown(wait=False)
        self._connection, self._worker = deaf.cursor(), ThreadPoolExecutor(1)

        def call() -> None:
            while not running.done():
                deaf.interrupt()
                time.sleep(_AGAIN_SECONDS)

        # Else it would go on with its rows once it has made out its columns.
        Thread(target=call, daemon=True).start()


def _asking(ask: Callable[[duckdb.DuckDBPyConnection], _T], connection: duckdb.DuckDBPyConnection) -> _T:
    try:
        return ask(connection)
    except MemoryError as error:  # the machine has less than the limit allows
        raise duckdb.OutOfMemoryException("the machine has no more memory") from error


def _late() -> duckdb.InterruptException:
    return duckdb.InterruptException("the time is over")
