"""The tables by which specs and `govengine.yaml` are read."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from typing import Any, NamedTuple


class Schemas(NamedTuple):
    """The tables of product specs and of `govengine.yaml`, made from the pydantic models, and their digest."""

    product: dict[str, Any]
    mesh: dict[str, Any]
    digest: str


def schemas() -> Schemas:
    """The tables of this engine."""
    text = files("govengine.model").joinpath("schema_table.json").read_text(encoding="utf-8")
    table = json.loads(text)
    return Schemas(table["product"], table["mesh"], hashlib.sha256(text.encode()).hexdigest())
