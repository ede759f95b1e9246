"""The table that the fast reader runs on is what the pydantic models give."""

from __future__ import annotations

import json
import os
from importlib.resources import files
from pathlib import Path

from govengine.model.schema import mesh_schema, product_schema


def test_the_stored_table_is_that_of_the_models() -> None:
    table = {"product": product_schema(), "mesh": mesh_schema()}
    made = json.dumps(table, indent=1, ensure_ascii=False) + "\n"
    stored = Path(str(files("govengine.model").joinpath("schema_table.json")))
    if os.environ.get("GOVENGINE_UPDATE_GOLDEN") == "1":
        stored.write_text(made, encoding="utf-8")
    assert stored.read_text(encoding="utf-8") == made, "run `python scripts/schema_table.py`"


def test_every_type_of_the_table_can_be_read() -> None:
    """A kind that the reader does not know would be taken for a date."""
    known = {"str", "enum", "bool", "int", "double", "date", "period", "bound", "rate", "list", "map", "object"}
    for table in (product_schema(), mesh_schema()):
        for described in table["objects"].values():
            for field in described["fields"].values():
                type_ = field["type"]
                while type_[0] in ("list", "map"):
                    type_ = type_[1]
                assert type_[0] in known
                assert type_[0] != "object" or type_[1] in table["objects"]
