"""The pages show what the commands print. `GOVENGINE_UPDATE_GOLDEN=1 pytest tests/docs/test_samples.py` rewrites them."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

import pytest

from .samples import OMITTED, ROOT, as_printed, replayed

UPDATE = bool(os.environ.get("GOVENGINE_UPDATE_GOLDEN"))
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs" / "how-to").glob("*.md")),
    *sorted((ROOT / "docs" / "reference").glob("*.md")),
    *(ROOT / folder / "README.md" for folder in ("policies", "examples", "reports", "rules-dsl")),
]
WITH_SAMPLES = [path for path in PAGES if re.search(r"^```console$", path.read_text(encoding="utf-8"), re.MULTILINE)]


@pytest.mark.parametrize("path", WITH_SAMPLES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_page_shows_what_its_commands_print(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    now = replayed(text, tmp_path)
    if UPDATE:
        path.write_text(now, encoding="utf-8")
    difference = "\n".join(
        difflib.unified_diff(text.splitlines(), now.splitlines(), "the page", "now", lineterm="", n=1)
    )
    assert UPDATE or not difference, difference


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_output_is_shown_without_its_command(path: Path) -> None:
    """A block of bare text would drift. Messages about a wrong `gov` block are compared by the test of the tour."""
    bare = re.findall(
        r"(^GOV\d{3}[^\n]*\n\n)?^```text\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert [shown for codes, shown in bare if not codes] == []


@pytest.mark.parametrize(
    ("shown", "printed", "now"),
    [
        ([], ["a"], []),
        (["a"], ["b", "c"], ["b", "c"]),
        (["a", ""], ["a"], ["a"]),
        (
            [OMITTED, "rule 2 fails", OMITTED],
            ["x", "rule 1 holds", "rule 3 fails", "y"],
            [OMITTED, "rule 3 fails", OMITTED],
        ),
        ([OMITTED, "b", OMITTED], ["b", "b", "b"], [OMITTED, "b", OMITTED]),
        (["a", OMITTED, "z"], ["b", "c", "d"], ["b", OMITTED, "d"]),
        ([OMITTED, "z"], ["z", "y"], [OMITTED, "y"]),
    ],
)
def test_a_sample_becomes_what_is_printed(shown: list[str], printed: list[str], now: list[str]) -> None:
    assert as_printed(shown, printed) == now


def test_a_page_is_one_session(tmp_path: Path) -> None:
    page = (
        "<!-- run\nmkdir there\n-->\n\n```csv there/a.csv\nid\n1\n```\n\n"
        "```console\n$ cat there/a.csv\nid\n2\n$ echo two; echo lines >&2\ntwo\n```\n"
    )
    now = page.replace("\n2\n", "\n1\n").replace("\ntwo\n```", "\ntwo\nlines\n```")
    assert replayed(page, tmp_path) == now


def test_a_failed_preparation_is_no_sample(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        replayed("<!-- run\necho no such thing; false\n-->\n", tmp_path)
