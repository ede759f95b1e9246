"""Records of one kind, a file each: a report format, a detector, a kind of `expect`.

A folder holds the files of one kind and nothing else; each holds one record, in a constant that all of them call alike.
The name of the file is the name of the record, so names are known without importing anything, and a record is imported
when it is asked for. Nothing has to be written elsewhere: a file that is added is found.

A file that is not finished costs its own record, never a run: what it would have done is unknown to the engine, as any
misspelt name is. `gaps` tells what is missing in it; a test sees that there are none.
"""

from __future__ import annotations

import importlib
from dataclasses import MISSING, fields
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from dataclasses import Field
    from types import ModuleType


class Record(Protocol):
    """A frozen dataclass with a name. A field without a default may not be empty."""

    __dataclass_fields__: ClassVar[dict[str, Field[object]]]

    @property
    def name(self) -> str:
        """The name of its file, with `-`, or whatever the kind writes between words, for each `_`."""
        ...


R = TypeVar("R", bound=Record)


class Records(Generic[R]):
    """All records of a kind, by name."""

    def __init__(self, package: str, constant: str, kind: type[R], *, between: str = "-") -> None:
        """Name the folder; nothing is read yet.

        Args:
            package: the folder, as it is imported.
            constant: what each of its files calls its record.
            kind: the class of the records.
            between: what stands between the words of a name, for the `_` of the file's.

        """
        self._package, self._constant, self._kind, self._between = package, constant, kind, between
        self._modules: dict[str, str] | None = None
        self._loaded: dict[str, R | None] = {}

    def names(self) -> tuple[str, ...]:
        """The names of all files, sorted, whether they are finished or not; nothing is imported."""
        return tuple(self._found())

    def get(self, name: str) -> R | None:
        """A record, imported now; None where no file is called so, or where it is not finished."""
        if name not in self._loaded:
            stem = self._found().get(name)
            self._loaded[name] = None if stem is None else self._read(name, stem)
        return self._loaded[name]

    def all(self) -> dict[str, R]:
        """All finished records by name, sorted; every file is imported."""
        found = {name: self.get(name) for name in self.names()}
        return {name: record for name, record in found.items() if record is not None}

    def gaps(self) -> list[str]:
        """What is missing, a sentence each: in which file, and which part."""
        return [gap for name in self.names() for gap in self.gaps_of(name)]

    def gaps_of(self, name: str) -> list[str]:
        """What is missing in the file of one record; nothing where it is finished."""
        stem = self._found().get(name)
        return [f"there is no `{name}` in {self._package}"] if stem is None else list(self._gaps(name, stem))

    def _found(self) -> dict[str, str]:
        """The file of each record, without its ending, by the record's name."""
        if self._modules is None:
            folder = Path(importlib.import_module(self._package).__path__[0])
            stems = sorted(file.stem for file in folder.iterdir() if file.suffix == ".py" and file.name[0] != "_")
            self._modules = {stem.replace("_", self._between): stem for stem in stems}
        return self._modules

    def _import(self, stem: str) -> ModuleType:
        return importlib.import_module(f"{self._package}.{stem}")

    def _read(self, name: str, stem: str) -> R | None:
        if next(self._gaps(name, stem), None) is not None:
            return None
        record: R = getattr(self._import(stem), self._constant)
        return record

    def _gaps(self, name: str, stem: str) -> Iterator[str]:
        file = f"{self._package.replace('.', '/')}/{stem}.py"
        try:
            module = self._import(stem)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one file, the others can be used
            yield f"{file} cannot be imported: {type(error).__name__}: {error}"
            return
        record = getattr(module, self._constant, None)
        if not isinstance(record, self._kind):
            yield f"{file} has no `{self._constant} = {self._kind.__name__}(…)`"
            return
        if record.name != name:
            yield f"{file}: its record is called `{record.name}`, and the file `{name}`"
        if not (module.__doc__ or "").strip():
            yield f"{file} has no docstring"
        for field in fields(record):
            required = field.default is MISSING and field.default_factory is MISSING
            if required and getattr(record, field.name) in ("", (), None):
                yield f"{file}: `{field.name}` is empty"
