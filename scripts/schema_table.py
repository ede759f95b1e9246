"""Write the schema table that the fast reader runs on, from the pydantic models.

python scripts/schema_table.py
"""

from __future__ import annotations

import json
from pathlib import Path

from govengine.model.schema import mesh_schema, product_schema

TABLE = Path(__file__).parents[1] / "govengine/model/schema_table.json"


def main() -> None:
    """Write the table."""
    table = {"product": product_schema(), "mesh": mesh_schema()}
    TABLE.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
