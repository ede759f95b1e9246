"""Prints what CHANGELOG.md says about a version. Exit code 1 if tag, package and changelog do not agree.

python scripts/release_notes.py v0.1.0
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def notes(tag: str, version: str, changelog: str) -> str:
    """The changelog's section about a tag's version, without its heading.

    Raises:
        ValueError: the tag is not `v` and the package's version, or the changelog has no finished section for it.

    """
    if tag != f"v{version}":
        raise ValueError(f"the tag is `{tag}`, but the package has version `{version}`: the tag must be `v{version}`")
    if re.search(rf"^## +{re.escape(version)} +\(unreleased\)", changelog, flags=re.MULTILINE):
        raise ValueError(f"CHANGELOG.md says `{version} (unreleased)`: write the day of the release")
    parts = re.split(r"^## +(.+?)[ \t]*$", changelog, flags=re.MULTILINE)
    sections = {heading.split()[0].strip("[]"): text for heading, text in zip(parts[1::2], parts[2::2], strict=True)}
    if not sections.get(version, "").strip():
        raise ValueError(f"CHANGELOG.md has no section `## {version}`, or it is empty")
    return sections[version].strip()


def main(arguments: list[str]) -> int:
    """Print the notes of the tag that is given."""
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    try:
        print(notes(arguments[0], package, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
    except ValueError as error:
        print(f"release_notes: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
