"""A spec or `govengine.yaml` as a caller has it, written as the text that the engine reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum

from govengine.api.errors import SpecError

_DEEPEST = 64
"""Specs that nest deeper than this are refused; the engine's own reader has a limit too."""


def spec_bytes(spec: object) -> bytes:
    """The bytes of a spec that is given as text, bytes, a mapping or a pydantic model.

    Raises:
        SpecError: it is none of these, or holds a value that YAML has no form for.

    """
    if isinstance(spec, bytes):
        return spec
    if isinstance(spec, str):
        return spec.encode("utf-8", errors="surrogatepass")
    dump = getattr(spec, "model_dump", None)
    if callable(dump):
        # What was not set is not declared: a default of the model is no word of the owner's.
        spec = dump(mode="json", by_alias=True, exclude_unset=True)
    if not isinstance(spec, Mapping):
        raise SpecError(f"a spec is text, bytes, a mapping or a pydantic model, not {type(spec).__name__}", "")
    import yaml

    dumper: object = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(_plain(spec, "", 0), Dumper=dumper, sort_keys=False, allow_unicode=True)
    return text.encode()


def _plain(value: object, place: str, depth: int) -> object:
    if depth > _DEEPEST:
        raise SpecError(f"`{place}` nests too deeply, or holds itself", place)
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, Mapping):
        written = {}
        for key, held in value.items():
            if not isinstance(key, str):
                raise SpecError(f"a key in `{place or 'the spec'}` is {type(key).__name__}, not text", place)
            written[key] = _plain(held, f"{place}.{key}" if place else key, depth + 1)
        return written
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_plain(item, f"{place}[{i}]", depth + 1) for i, item in enumerate(value)]
    raise SpecError(f"`{place}` is {type(value).__name__}, which a spec has no form for", place)
