"""Whether two versions of govengine judge alike: compares their JSON reports, and tells texts from everything else.

python scripts/compare_reports.py BEFORE AFTER [--inputs TREE] [--only WORDS] [--texts] [--work FOLDER]

BEFORE and AFTER are checkouts, each with its own `.venv`. Both judge the same inputs: the example mesh, the mesh over
real data sets (if the data is there), the starter mesh and every Markdown case. The inputs are those of BEFORE, unless
`--inputs` names another checkout. Exit code: 0 if nothing but message texts differs, 1 if something else does, 2 if the
reports cannot be compared. Members that only AFTER has are listed and do not count as a difference; a member that only
BEFORE has does.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS = frozenset({"message", "label", "notes", "help", "cause", "why", "no_evidence", "no_row_keys"})
"""Members of a report that hold words for people. A text that appears or disappears is a difference, though."""
PASSED_OVER = frozenset({"engine"})
KEYS = {
    "verdicts": ("product", "rule"),
    "parts": ("clause", "element"),
    "products": ("domain", "name", "file"),
    "waivers": ("kind", "name", "product", "element"),
    "diagnostics": ("code", "level", "location"),
    "controls": ("framework", "control"),
}
"""What tells the items of a list apart, by the member that holds the list; other items are told by position."""
AS_OF = "2026-11-01"

_LAY_OUT = """
import json, shutil, sys
from pathlib import Path
from govengine.cases.layout import Layout
from govengine.cases.markdown import CaseError
from govengine.cases.run import case_files, read_file

tree, work, as_of = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
meshes = []

def add(name, root, day=as_of):
    meshes.append({"name": name, "root": str(root), "as_of": day})

together = work / "example"
for folder in ("examples", "policies"):
    shutil.copytree(tree / folder, together / folder)
add("the example mesh", together / "examples")

data = tree.resolve().parent / "shared" / "data"
if data.is_dir():
    real = work / "real"
    shutil.copytree(tree / "tests/real/mesh", real)
    (real / "data").symlink_to(data, target_is_directory=True)
    spec = real / "govengine.yaml"
    spec.write_text(spec.read_text(encoding="utf-8").replace("data: [data]", f"data: ['{data}']"), encoding="utf-8")
    add("the mesh over real data sets", real)

starter = work / "starter"
shutil.copytree(tree / "govengine/starter", starter, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
add("the starter mesh", starter)

number = 0
for folder in ("policies", "rules-dsl", "govengine/starter"):
    for path in case_files(tree / folder):
        policies = next((p for p in path.parents if (p / "global").is_dir()), None)
        for case in read_file(path, str(path.relative_to(tree))):
            number += 1
            root = work / "cases" / f"{number:05}"
            root.mkdir(parents=True)
            try:
                Layout(case, policies, root)
            except CaseError as error:
                print(f"not laid out: {case.file}: {case.title}: {error}", file=sys.stderr)
                continue
            add(f"{case.file}: {case.title}", root, str(case.given.as_of))
print(json.dumps(meshes))
"""

_JUDGE = """
import json, sys
from pathlib import Path
from click.testing import CliRunner
from govengine.cli.main import cli

meshes, written = json.loads(Path(sys.argv[1]).read_text()), {}
output = Path(sys.argv[2])
for mesh in meshes:
    report = output.with_suffix(".one.json")
    report.unlink(missing_ok=True)
    call = ["check", "--root", mesh["root"], "--as-of", mesh["as_of"], "--format", "json", "--output", str(report)]
    done = CliRunner().invoke(cli, call, standalone_mode=False)
    problem = None if done.exception is None else f"{type(done.exception).__name__}: {done.exception}"
    judged = json.loads(report.read_text(encoding="utf-8")) if report.is_file() else None
    written[mesh["name"]] = {"exit_code": done.return_value, "problem": problem, "report": judged}
output.write_text(json.dumps(written), encoding="utf-8")
"""


class Difference(NamedTuple):
    """One way in which two reports differ, and where: the member, and the names of the items on the way to it."""

    kind: str
    """`text`, `value`, `only before` or `only after`."""
    member: str
    where: str
    before: Any
    after: Any


def compared(before: Any, after: Any, member: str = "report", where: str = "", key: str = "") -> Iterator[Difference]:
    """The differences of two JSON values; `key` is the member's own name.

    Lists whose items have names are compared by name, others by position.
    """
    if key in TEXTS and type(before) is type(after) and before != after:
        yield Difference("text", member, where, before, after)
    elif isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(n for n in after if n not in before)]:
            if name in PASSED_OVER:
                continue
            inner = f"{member}.{name}"
            if name not in after:
                yield Difference("only before", inner, where, before[name], None)
            elif name not in before:
                yield Difference("only after", inner, where, None, after[name])
            else:
                yield from compared(before[name], after[name], inner, where, name)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _items(before, after, member, where, key)
    elif before != after or type(before) is not type(after):
        yield Difference("value", member, where, before, after)


def _items(before: list[Any], after: list[Any], member: str, where: str, key: str) -> Iterator[Difference]:
    inner = f"{member}[]"
    first, second = _named(before, key), _named(after, key)
    for name, item in first.items():
        at = f"{where} > {name}" if where else name
        if name in second:
            yield from compared(item, second[name], inner, at)
        else:
            yield Difference("value", inner, at, item, None)
    for name, item in second.items():
        if name not in first:
            yield Difference("value", inner, f"{where} > {name}" if where else name, None, item)
    if list(first) != list(second) and sorted(first) == sorted(second):
        yield Difference("value", f"{member} (order)", where, list(first), list(second))


def _named(items: list[Any], key: str) -> dict[str, Any]:
    seen: Counter[str] = Counter()
    named = {}
    for item in items:
        names = KEYS.get(key, ()) if isinstance(item, dict) else ()
        name = " ".join(_word(item.get(n)) for n in names)
        seen[name] += 1
        named[f"{name} #{seen[name]}" if seen[name] > 1 or not names else name] = item
    return named


def _word(value: Any) -> str:
    if isinstance(value, dict):
        return ":".join(str(v) for v in value.values())
    return "-" if value is None else str(value)


def _python(tree: Path) -> Path:
    python = tree / ".venv" / "bin" / "python"
    if not python.is_file():
        raise SystemExit(f"compare_reports: `{python}` does not exist: run `make setup` in `{tree}`")
    return python


def _run(tree: Path, script: str, cache: Path, *arguments: str) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GOVENGINE_", "PYTHON"))}
    done = subprocess.run(  # noqa: S603 - the interpreter is that of a checkout that the caller named
        [str(_python(tree)), "-c", script, *arguments],
        cwd=tree, env={**kept, "GOVENGINE_CACHE": str(cache)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"compare_reports: `{tree}` failed\n{done.stderr}")
    sys.stderr.write(done.stderr)
    return done.stdout


def reports(before: Path, after: Path, inputs: Path, work: Path, words: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What each checkout says of the inputs, by their names: exit code, report, and what went wrong."""
    meshes = [
        m
        for m in json.loads(_run(inputs, _LAY_OUT, work / "cache", str(inputs), str(work), AS_OF))
        if words in m["name"]
    ]
    listed = work / "meshes.json"
    listed.write_text(json.dumps(meshes), encoding="utf-8")
    found = []
    for name, tree in (("before", before), ("after", after)):
        output = work / f"{name}.json"
        _run(tree, _JUDGE, work / f"cache-{name}", str(listed), str(output))
        found.append(json.loads(output.read_text(encoding="utf-8")))
    return found[0], found[1]


def show(differences: list[tuple[str, Difference]], limit: int) -> None:
    """Print differences, a member at a time: how many, and the first few."""
    for member, number in sorted(Counter(d.member for _, d in differences).items()):
        print(f"  {member}: {number}")
        for name, d in [(n, d) for n, d in differences if d.member == member][:limit]:
            print(f"    {name}{' > ' if d.where else ''}{d.where}")
            for sign, value in (("-", d.before), ("+", d.after)):
                if value is not None:
                    print(f"      {sign} {json.dumps(value, ensure_ascii=False)[:300]}")


def main(arguments: list[str]) -> int:
    """Compare, print what differs, and give the exit code."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("before", type=Path)
    options.add_argument("after", type=Path)
    options.add_argument("--inputs", type=Path, help="the checkout whose meshes and cases are judged. Default: BEFORE")
    options.add_argument("--only", default="", metavar="WORDS", help="only inputs whose names contain these words")
    options.add_argument("--texts", action="store_true", help="show the texts that differ, too")
    options.add_argument("--work", type=Path, help="keep the meshes and reports in this empty folder")
    options.add_argument("--limit", type=int, default=5, help="differences shown for each member. Default: 5")
    given = options.parse_args(arguments)
    before, after = given.before.resolve(), given.after.resolve()
    inputs = (given.inputs or given.before).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        work = given.work.resolve() if given.work else Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        first, second = reports(before, after, inputs, work, given.only)
    if not first or first.keys() != second.keys():
        print("compare_reports: there is nothing to compare", file=sys.stderr)
        return 2
    all_found = [(name, d) for name in first for d in compared(first[name], second[name], key="")]
    kinds = {
        kind: [(n, d) for n, d in all_found if d.kind == kind]
        for kind in ("text", "only after", "only before", "value")
    }
    verdicts = sum(len((r["report"] or {}).get("verdicts", ())) for r in first.values())
    print(
        f"{len(first)} meshes, {verdicts} verdicts; {sum(r['report'] is None for r in first.values())} without a report"
    )
    for kind, title in (
        ("only after", "members that only AFTER has"),
        ("only before", "members that only BEFORE has"),
        ("value", "values that differ"),
    ):
        print(f"{title}: {len(kinds[kind])}")
        show(kinds[kind], given.limit)
    print(f"message texts that differ: {len(kinds['text'])}")
    if given.texts:
        show(kinds["text"], given.limit)
    alike = not kinds["value"] and not kinds["only before"]
    print("nothing but message texts differs" if alike else "more than message texts differs")
    return 0 if alike else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
