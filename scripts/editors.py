"""Write the keywords of the grammar into the editor's grammar, so that a new clause is coloured.

python scripts/editors.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from govengine.language.grammar import keywords

PATH = Path(__file__).parents[1] / "rules-dsl/editors/vscode/syntaxes/govengine.tmLanguage.json"
ALSO_NAMES = {"product", "version", "level", "rules", "mesh"}
"""Keywords that conditions use as names: the pattern `word` and `phrase` colour them where they are keywords."""


def main() -> None:
    """Write the file."""
    PATH.write_text(grammar(), encoding="utf-8")


def grammar() -> str:
    """The editor's grammar as it stands, with the keywords that the language has today: longer ones first."""
    held: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    known = {word for name, word in keywords().items() if name.startswith("_KW_")} - ALSO_NAMES
    words = sorted(known, key=lambda word: (-len(word), word))
    held["repository"]["keyword"]["match"] = rf"(?<![\w./-])(?:{'|'.join(words)})(?![\w-]|\s*\.[A-Za-z_])"
    return json.dumps(held, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
