"""The pages of `docs/errors`: one for each code, and every example is what it says it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from govengine.diagnostics.registry import Code, all_codes, gaps
from govengine.diagnostics.render import render
from govengine.run.session import Outcome, Request, judge

from . import pages
from .pages import BadPageError, Example, Page

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 1)
UPDATE = bool(os.environ.get("GOVENGINE_UPDATE_GOLDEN"))
CODES = all_codes()
PAGES = sorted(pages.FOLDER.glob("GOV*.md"))


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache would keep messages as they were worded before."""
    monkeypatch.setenv("GOVENGINE_CACHE", "off")


def _page(path: Path) -> Page:
    return pages.read(path)


EXAMPLES = [path for path in PAGES if "\n## Wrong" in path.read_text(encoding="utf-8")]


def _id(path: Path) -> str:
    return path.stem


def test_every_diagnostic_is_finished_and_has_its_page() -> None:
    assert len(CODES) > 50
    assert gaps(pages.FOLDER) == []


def test_no_code_is_made_elsewhere() -> None:
    named = set()
    for path in (ROOT / "govengine").rglob("*.py"):
        named |= set(re.findall(r"GOV\d{3}\b", path.read_text(encoding="utf-8")))
    assert named == {c.code for c in CODES}


@pytest.mark.parametrize("path", PAGES, ids=_id)
def test_the_title_is_the_code_and_its_name(path: Path) -> None:
    page = _page(path)
    assert path.stem == page.code
    assert (page.code, page.name) in {(c.code, c.name) for c in CODES}


@pytest.mark.parametrize("path", [p for p in PAGES if p not in EXAMPLES], ids=_id)
def test_a_page_without_examples_names_a_test_that_has_the_code(path: Path) -> None:
    page = _page(path)
    assert page.tested is not None
    assert page.code in (ROOT / page.tested).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", EXAMPLES, ids=_id)
def test_the_wrong_example_gives_the_code_at_its_place(path: Path, tmp_path: Path) -> None:
    page = _page(path)
    if page.wrong.call:
        said = _said_by_the_command(page.wrong, tmp_path)
        shown = [text for code, text in said if code == page.code]
        others = {code for code, text in said if text.startswith("error")} - {page.code}
        places = [at[1] for text in shown if (at := re.search(r"--> (\S+)", text))]
    else:
        outcome = _judged(page.wrong, tmp_path)
        found = [d for d in outcome.report.diagnostics if d.code == page.code]
        others = {d.code for d in outcome.report.diagnostics if d.level == "error"} - {page.code}
        places = [f"{d.span.file}:{d.span.line}:{d.span.column}" for d in found if d.span]
        shown = [render(d, outcome.texts, "", False) for d in found]
        failed = any(d.level == "error" for d in outcome.report.diagnostics)
        assert outcome.report.exit_code != 0 or not failed
        assert all(d.help for d in found), "the message must say what to write instead"
    assert shown, f"{page.code} was not given, but {sorted(others)}"
    assert others == page.besides
    assert places[:1] == ([page.place] if page.place else [])
    if UPDATE:
        _show(page, shown[0])
    else:
        assert page.wrong.shown == shown[0] + "\n"


@pytest.mark.parametrize("path", EXAMPLES, ids=_id)
def test_the_right_example_gives_nothing(path: Path, tmp_path: Path) -> None:
    page = _page(path)
    if page.right.call:
        assert _said_by_the_command(page.right, tmp_path) == []
        return
    report = _judged(page.right, tmp_path).report
    assert [(d.code, d.message) for d in report.diagnostics] == []
    assert report.exit_code == 0, [(v.rule, v.outcome) for v in report.verdicts]


def test_the_list_names_every_code() -> None:
    path = pages.FOLDER / "README.md"
    head, mark, below = path.read_text(encoding="utf-8").partition(pages.GENERATED)
    assert mark
    if UPDATE:
        path.write_text(head + mark + _listed(), encoding="utf-8")
    else:
        assert below == _listed()


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("# GOV210 unknown-field", "# GOV210"),
        ("## Why\n", "## Why not\n"),
        ("```yaml products", "```yml products"),
        ("\n```\n\n## Right", "\n\n## Right"),
        ("## How to mend it\n", "## How to mend it\n\nMend it.\n\n## More\n"),
        ("## Why\n", "## Why\n\nSee above.\n\n## Wrong\n"),
    ],
    ids=["title", "section", "block", "open", "another-section", "repeated-section"],
)
def test_a_page_that_cannot_be_read_is_refused(was: str, now: str, tmp_path: Path) -> None:
    text = (pages.FOLDER / "GOV210.md").read_text(encoding="utf-8")
    assert was in text
    path = tmp_path / "GOV210.md"
    path.write_text(text.replace(was, now, 1), encoding="utf-8")
    with pytest.raises(BadPageError):
        pages.read(path)


def _write(example: Example, root: Path) -> None:
    for name, content in {**pages.defaults(), **example.files}.items():
        if content is not None:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")


def _judged(example: Example, root: Path) -> Outcome:
    _write(example, root)
    return judge(Request(root, DAY))


def _said_by_the_command(example: Example, root: Path) -> list[tuple[str, str]]:
    """Codes and the text of their diagnostics, as the command says them."""
    _write(example, root)
    environment = {**os.environ, "GOVENGINE_CACHE": "off", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "govengine.cli.main", *example.call]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=120, check=False)
    text = done.stdout + done.stderr
    # What hangs on where the example was written says nothing to a reader.
    blocks = re.findall(
        r"^(?:error|warning)\[(GOV\d{3})\](.*(?:\n +\S.*)*)", text.replace(str(root), "/mesh"), re.MULTILINE
    )
    starts = re.findall(r"^(error|warning)\[GOV\d{3}\]", text, re.MULTILINE)
    findings = 1 if starts and example.call[0] == "lint" else 0
    assert done.returncode == (2 if "error" in starts else findings), text
    return [(code, f"{level}[{code}]{rest}") for level, (code, rest) in zip(starts, blocks, strict=True)]


def _show(page: Page, text: str) -> None:
    held = page.path.read_text(encoding="utf-8")
    block = f"```console\n{text}\n```\n"
    head, wrong, rest = held.partition("\n## Wrong\n")
    body, right, tail = rest.partition("\n## Right\n")
    if "```console\n" in body:
        body = re.sub(r"```console\n.*?^```\n", lambda _: block, body, flags=re.MULTILINE | re.DOTALL)
    else:
        body = body.rstrip("\n") + "\n\n" + block
    page.path.write_text(head + wrong + body + right + tail, encoding="utf-8")


def _listed() -> str:
    families: dict[str, list[Code]] = {}
    for code in CODES:
        families.setdefault(code.family, []).append(code)
    lines = ["", ""]
    for title, listed in families.items():
        lines += [f"## {title}", "", "| code | name | what it is |", "|---|---|---|"]
        lines += [f"| [{c.code}]({c.code}.md) | {c.name} | {c.summary.rstrip('.')} |" for c in listed]
        lines.append("")
    return "\n".join(lines)
