"""No value of the data reaches a report, a message, the cache or a file left behind."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from govengine.cli.main import cli
from govengine.expectations.registry import EXPECTATIONS
from govengine.language.parser import parse
from govengine.language.source import Source
from govengine.language.syntax import Expect
from govengine.report.formats import FORMATS

from .meshes import command, environment, run, write_mesh

if TYPE_CHECKING:
    from pathlib import Path

CARDS = ["4111111111111111", "5500005555555559", "340000000000009", "6011000990139424", "4012888888881881"]
MAILS = ["kim.moss@mail.example", "noor.lind@post.example", "ada.fern@web.example"]
IBANS = ["DE89370400440532013000", "GB82WEST12345698765432", "FR1420041010050500013M02606"]
WORDS = ["Zwiebelturm", "Quittenbrot", "Mondkalb"]
PLANTED = [*CARDS, *MAILS, *IBANS, *WORDS]

SPEC = """\
apiVersion: datamesh.io/v1
kind: DataProduct
metadata: {name: payments-events, domain: payments, owner: payments@company.com, version: "1.0.0"}
spec:
  description: "Rows with secrets"
  interfaces:
    - {type: file, dataset: events, format: csv, location: data/events.csv}
    - {type: file, dataset: broken, format: csv, location: data/broken.csv}
    - {type: file, dataset: headless, format: csv, location: data/headless.csv}
    - {type: file, dataset: words, format: csv, location: data/words.csv}
    - {type: file, dataset: lines, format: ndjson, location: data/lines.ndjson}
    - {type: file, dataset: cut, format: csv, location: data/cut.csv.gz}
    - {type: file, dataset: fake, format: parquet, location: data/fake.parquet}
    - {type: file, dataset: quoted, format: csv, location: data/quoted.csv}
    - {type: file, dataset: nested, format: json, location: data/nested.json}
    - {type: file, dataset: parts, format: csv, location: "data/parts/*.csv"}
    - {type: file, dataset: latin, format: csv, location: data/latin.csv}
    - {type: file, dataset: torn, format: csv, encoding: latin-1, location: data/torn.csv}
    - {type: file, dataset: doubled, format: json, location: data/doubled.json}
    - {type: file, dataset: gone, format: csv, location: data/event.csv}
    - {type: file, dataset: hive, format: parquet, location: "data/hive/*/*.parquet"}
    - {type: file, dataset: many, format: csv, location: "data/many/*.csv"}  # kept by 4012888888881881
    - {type: file, dataset: keys, format: json, location: data/keys.json}
    - {type: file, dataset: named, format: parquet, location: data/named.parquet}
    - {type: file, dataset: deep, format: ndjson, location: data/deep.ndjson}
  schema:
    - {name: id, dataset: events, logical_type: string, primary_key: true}
    - {name: amount, dataset: events, logical_type: integer}
    - {name: note, dataset: events, logical_type: string}
    - {name: word, dataset: words, logical_type: string}
    - {name: id, dataset: broken, logical_type: string}
    - {name: amount, dataset: broken, logical_type: integer}
    - {name: booked, dataset: broken, logical_type: date, tags: [time.event]}
  governance: {classification: internal}
"""


def _expect(number: int, dataset: str, clause: str) -> str:
    return (
        f'  rule r{number} "Rule {number}" {{ severity high on payments-events.{dataset}\n    expect {clause}\n  }}\n'
    )


CLAUSES = [
    ("events", "rows `amount > 100000`"),
    ("events", "rows `CAST(note AS INTEGER) > 0`"),
    ("events", "rows `CAST(id AS DATE) > DATE '2026-01-01'`"),
    ("events", "rows `CAST(note AS BOOLEAN)`"),
    ("events", "rows `CAST(note AS DECIMAL(4, 2)) > 0`"),
    ("events", "rows `strptime(note, '%Y-%m-%d') IS NOT NULL`"),
    ("events", "rows `regexp_full_match(id, note)`"),
    ("events", "rows `note > amount`"),
    ("events", "rows `id`"),
    ("events", "rows `1 // (amount - amount) = 1`"),
    ("events", "rows `amount * 9223372036854775807 * amount > 0`"),
    ("events", "rows `make_date(amount, 40, 40) IS NULL`"),
    ("events", "rows `substring(note, 1, amount * 4000000000) = ''`"),
    ("events", "rows `list_extract([note], amount) = date_part(note, DATE '2026-01-01')::VARCHAR`"),
    ("events", "note filled"),
    ("events", "id unique"),
    ("events", "id, note unique"),
    ("events", "id found in lending-loans.loans(id)"),
    ("events", "amount found in lending-loans.loans(id)"),
    ("events", "rows `nota = ''`"),
    ("broken", "rows `amount > 0`"),
    ("broken", "booked filled"),
    ("broken", "id unique"),
    ("headless", "rows `amount > 0`"),
    ("headless", "rows `Swiebelturm = ''`"),
    ("headless", "Nondkalb filled"),
    ("words", "rows `Swiebelturm = ''`"),
    ("words", "word filled"),
    ("lines", "rows `amount > 0`"),
    ("cut", "rows `amount > 0`"),
    ("fake", "rows `amount > 0`"),
    ("quoted", "rows `amount > 0`"),
    ("nested", "rows `amount > 0`"),
    ("events", "rows `note <> id and id = ''`"),
    ("events", "id, note never looks like pan, email, iban"),
    ("events", "id found in payments-events.words(word)"),
    ("events", "id never found in lending-loans.loans(id)"),
    ("events", "query `select * from events where note <> ''` returns no rows"),
    ("events", "`max(amount)` per id at most 3"),
    ("parts", "rows `amount > 0`"),
    ("latin", "rows `amount > 0`"),
    ("torn", "rows `amount > 0`"),
    ("doubled", "rows `amount > 0`"),
    ("gone", "rows `amount > 0`"),
    ("hive", "rows `amount > 5`"),
    ("hive", "rows `cast(who as integer) > 5`"),
    ("hive", "id unique"),
    ("hive", "who filled"),
    ("hive", "rows as declared"),
    ("many", "rows `amount > 5`"),
    ("many", "rows `cast(id as integer) > 5`"),
    ("keys", "rows as declared"),
    ("keys", "rows `amount > 5`"),
    ("named", "rows as declared"),
    ("named", "rows `amount > 5`"),
    ("deep", "rows as declared"),
    ("deep", "rows `cast(tree as integer) > 5`"),
    ("deep", "rows `amount > 5`"),
    ("deep", "tree unique"),
    ("events", "newest note within 1 day"),
    ("events", "amount without gaps"),
    ("events", "promise spec.quality.completeness kept"),
]
POLICY = (
    'policy leaks "Leaks" {\n  version "1"\n  owner "council@company.com"\n'
    + "".join(_expect(i, *clause) for i, clause in enumerate(CLAUSES, 1))
    + '  rule each "Each column is classified" { severity high\n    for each column in columns\n'
    '    require has(column.classification)\n    finding "{column.name} has no class"\n  }\n'
    '  rule whole "Each column is filled" { severity high\n    for each column in columns\n'
    "    expect {column} filled\n  }\n}\n"
)

ROWS = "id,amount,note\n" + "".join(
    f"{PLANTED[i % len(PLANTED)]},{i + 1},{PLANTED[(i * 5 + 2) % len(PLANTED)]}\n" for i in range(60)
)
BROKEN = (
    "id,amount,booked\n"
    + "".join(f"e{i},{i},2026-01-01\n" for i in range(1, 5))
    + "".join(f"{value},1\n" for value in PLANTED)  # too few fields
    + "".join(f"e,1,2026-01-01,{value}\n" for value in PLANTED)  # too many
    + "".join(f"{value},{value},{value}\n" for value in PLANTED)  # of other types
    + f'e,1,2026-01-01"{CARDS[0]}\n'  # a quote that does not fit
)


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = "".join(json.dumps({"id": value, "amount": value}) + "\n" for value in PLANTED)
    files: dict[str, str | bytes] = {
        "products/payments/events.yaml": SPEC,
        "policies/global/leaks.gov": POLICY,
        "data/events.csv": ROWS,
        "data/broken.csv": BROKEN,
        "data/latin.csv": f"id,amount\ncaf\u00e9{MAILS[0]},1\n{CARDS[0]},2\n".encode("latin-1"),
        "data/torn.csv": f'id,amount\ncaf\u00e9{MAILS[0]},1\n"{CARDS[0]}"{IBANS[0]},2\ne3,3\n'.encode("latin-1"),
        "data/doubled.json": f'[{{"{MAILS[0]}": "{CARDS[0]}", "{MAILS[0]}": "{CARDS[1]}"}}]',
        "data/headless.csv": f"{WORDS[0]},{CARDS[0]},{WORDS[2]}\n{WORDS[1]},{CARDS[1]},{MAILS[0]}\n",
        "data/words.csv": "\n".join(WORDS) + "\n",
        "data/lines.ndjson": lines + f'{{"id": "{CARDS[2]}", "amount": {IBANS[0]}\n',
        "data/cut.csv.gz": gzip.compress(ROWS.encode(), mtime=0)[:-20],
        "data/fake.parquet": ROWS,
        "data/quoted.csv": f'id,amount\ne1,10\n"{MAILS[1]},{CARDS[3]}\n',
        "data/nested.json": json.dumps([{"id": v, "amount": {"card": v}} for v in PLANTED]) + f'"{IBANS[1]}',
        f"data/parts/{MAILS[2]}.csv": f"id,amount\n{CARDS[4]},1\n",
        f"data/parts/{CARDS[3]}.csv": f"nr,{MAILS[0]},x\n{CARDS[4]},1,2\n",
        **{f"data/{value}.csv": f"id\n{value}\n" for value in PLANTED},
        f"data/event{CARDS[0]}.csv": "id,amount\n",
        "data/loans.csv": "id,amount\n" + "".join(f"{value},1\n" for value in PLANTED[:2]),
    }
    files |= {f"data/many/{value}.csv": f"id,amount\n{value},1\n" for value in PLANTED}
    files["data/keys.json"] = json.dumps([{"amount": 1, **dict.fromkeys([*CARDS, *MAILS, *IBANS], 1)}])
    files["data/deep.ndjson"] = "".join(
        json.dumps({"amount": 1, "tree": {v: dict.fromkeys(WORDS, v)}, "list": [{v: 1}]}) + "\n" for v in PLANTED
    )
    root = write_mesh(tmp_path_factory.mktemp("leaks") / "mesh", files)
    _write_parquet(root / "data")
    return root


def _write_parquet(data: Path) -> None:
    """Values in names of folders, files and columns, in cells and in what a file says of itself."""
    import duckdb

    with duckdb.connect() as connection:
        for value in PLANTED:
            folder = data / f"hive/who={value}"
            folder.mkdir(parents=True)
            connection.execute(
                f"COPY (SELECT 1 AS amount, '{value}' AS id) TO '{folder}/{value}.parquet' "
                f"(FORMAT parquet, KV_METADATA {{owner: '{value}'}})"
            )
        named = ", ".join(f'1 AS "{value}"' for value in (*CARDS, *MAILS, *IBANS))
        connection.execute(f"COPY (SELECT 1 AS amount, {named}) TO '{data}/named.parquet' (FORMAT parquet)")


def _found(text: str) -> list[str]:
    """Planted values in a text: whole, as the longer half that a cut message would show, or as a digest without key."""
    lower = text.lower()
    return [
        value
        for value in PLANTED
        if value in text
        or value[:8] in text
        or (value in (*CARDS, *IBANS) and value[-8:] in text)
        or any(
            hashlib.new(n, t.encode()).hexdigest() in lower for n in DIGESTS for t in (value, f"{len(value)}:{value},")
        )
    ]


DIGESTS = ("md5", "sha1", "sha256", "blake2b")
DAY = ("--as-of", "2026-11-01")
CALLS: dict[tuple[str, ...], list[tuple[str, ...]]] = {
    ("check",): [
        ("--verbose",), (*DAY, "--sample", "20"), (*DAY, "--evidence-key", "../secret"), ("--timeout", "0.01"),
        ("--memory-limit", "40MB"), ("data/events.csv",), ("--product", CARDS[0][:4]), ("--no-data",),
    ],
    ("audit",): [("--verbose",), (*DAY, "--seed", "x", "--sample", "7")],
    ("explain",): [("payments-events",), ("leaks/r1", "--product", "payments-events"), ("leaks/r15",)],
    ("fix",): [("payments-events",)],
    ("waivers",): [()],
    ("waivers", "request"): [("leaks/r1", "payments-events")],
    ("waivers", "sign"): [
        (name, "--key", key, "--by", "council@company.com")
        for name in ("leaks-r1", CARDS[0][:4]) for key in ("../secret", "data/events.csv", "data/fake.parquet")
    ],
    ("effective",): [("payments-events",)],
    ("prove",): [()],
    ("impact",): [("--base", "HEAD"), ("--base", "HEAD", "--no-data")],
    ("authors",): [("--base", "HEAD")],
    ("bundle", "build"): [("--output", "../made.bundle")],
    ("bundle", "inspect"): [("../made.bundle",), ("data/events.csv",)],
    ("bundle", "verify"): [("../made.bundle", "--digest", f"sha256:{'0' * 64}"), ("data/events.csv", "--digest", "x")],
    ("scan",): [("payments-events",), ("data/events.csv",), ("data/broken.csv", "data/headless.csv"), ("data/fake.parquet",)],
    ("test",): [(), ("data",)],
    ("fmt",): [("--check",), ("--diff",), ("--check", "data/events.csv")],
    ("lint",): [(), ("data/events.csv",)],
    ("glossary",): [()],
    ("init",): [("../made",), ("data",)],
}  # fmt: skip
"""How each command is called; each of its formats is added."""


def _leaves(group: click.Group, before: tuple[str, ...] = ()) -> dict[tuple[str, ...], click.Command]:
    """The commands that can be called, by their words, as the command line itself knows them."""
    found: dict[tuple[str, ...], click.Command] = {}
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if not isinstance(command, click.Group) or command.invoke_without_command:
            found[(*before, name)] = command
        if isinstance(command, click.Group):
            found |= _leaves(command, (*before, name))
    return found


LEAVES = _leaves(cli)


def _formats(command: click.Command) -> list[tuple[str, ...]]:
    """Each value of `--format`, as arguments; nothing where a command has one format only."""
    choices = [p.type.choices for p in command.params if p.name == "format_" and isinstance(p.type, click.Choice)]
    return [("--format", str(choice)) for choice in choices[0]] if choices else [()]


def test_no_kind_of_expect_is_forgotten() -> None:
    parsed, said = parse(Source("leaks.gov", POLICY))
    assert not said
    asked = {e.kind for p in parsed.policies for r in p.rules for e in r.evidence if isinstance(e, Expect)}
    assert asked == set(EXPECTATIONS.names())


def test_no_command_is_forgotten() -> None:
    assert set(CALLS) == set(LEAVES)


def _kept(*folders: Path) -> dict[Path, bytes]:
    return {p: p.read_bytes() for folder in folders for p in folder.rglob("*") if p.is_file() and ".git" not in p.parts}


@pytest.fixture(scope="module")
def versioned(mesh: Path) -> Path:
    """The mesh under version control, one policy changed since, with a secret beside it."""
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "first")):
        author = ("-c", "user.name=A", "-c", "user.email=a@company.com", "-c", "commit.gpgsign=false")
        subprocess.run(("git", *author, *words), cwd=mesh, check=True, capture_output=True)
    policy = mesh / "policies/global/leaks.gov"
    policy.write_text(policy.read_text(encoding="utf-8").replace("amount > 100000", "amount > 90000"), encoding="utf-8")
    (mesh.parent / "secret").write_text("0123456789abcdef0123")
    return mesh


@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_no_command_lets_a_planted_value_out(words: tuple[str, ...], versioned: Path, tmp_path: Path) -> None:
    """In any format; nor into the cache, the folder of temporary files, the mesh, or a file that is written."""
    cache, spill = tmp_path / "cache", tmp_path / "spill"
    spill.mkdir()
    settings = {"GOVENGINE_CACHE": str(cache), "TMPDIR": str(spill)}
    if words[0] == "bundle":
        run(versioned, "bundle", "build", "--output", "../made.bundle", **settings)
    before = _kept(versioned.parent)
    for given in CALLS[words]:
        for format_ in _formats(LEAVES[words]):
            ran = run(versioned, *words, *given, *format_, **settings)
            assert _found(ran.out + ran.err) == [], (words, given, format_)
    after = _kept(versioned.parent, cache, spill)
    written = [path for path, content in after.items() if before.get(path) != content]
    assert [p for p in written if _found(p.read_bytes().decode("latin-1") + p.name)] == []
    assert list(spill.iterdir()) == []


@pytest.mark.parametrize("format_", FORMATS.names())
def test_no_written_report_holds_a_planted_value(format_: str, mesh: Path, tmp_path: Path) -> None:
    cache, output = tmp_path / "cache", tmp_path / "report"
    ran = run(mesh, "check", "--format", format_, "--output", str(output), GOVENGINE_CACHE=str(cache))
    assert _found(ran.out + ran.err + output.read_text(encoding="utf-8")) == []
    kept = _kept(cache)
    assert kept, "nothing was cached, so nothing was looked at"
    assert [path.name for path, content in kept.items() if _found(content.decode("latin-1"))] == []


@pytest.mark.skipif(sys.platform == "win32", reason="there are no terminals of this kind")
def test_no_planted_value_gets_onto_a_terminal(mesh: Path) -> None:
    """In colour, with the line that says how far the work is."""
    ours, theirs = os.openpty()
    env = {k: v for k, v in environment().items() if k != "NO_COLOR"}
    with subprocess.Popen(command("check", "--verbose"), cwd=mesh, env=env, stdout=theirs, stderr=theirs) as running:
        os.close(theirs)
        seen = b""
        with contextlib.suppress(OSError):  # how a terminal ends
            while piece := os.read(ours, 65536):
                seen += piece
        running.wait(timeout=60)
    os.close(ours)
    text = seen.decode()
    assert "\x1b[" in text
    assert _found(re.sub(r"\x1b\[[0-9;]*[mK]", "", text)) == []


def test_evidence_was_collected(mesh: Path) -> None:
    """The tests above mean something only where failing rows left something; no shape is a value."""
    parts = [p for v in run(mesh, "check", "--format", "json").report()["verdicts"] for p in v["parts"]]
    shapes = {s["shape"] for p in parts for s in p["evidence"].get("shapes", ())}
    assert {"9{16}", "A{2}9{20}"} <= shapes
    assert not shapes & set(PLANTED)
    hashes = {h for p in parts for h in p["evidence"].get("row_key_hashes", ()) if len(h) == 64}
    assert hashes
    assert any("rows_query" in p["evidence"] for p in parts)
    assert not [p["evidence"] for p in parts if "no_evidence" in p["evidence"]]
    files = {p["evidence"]["last_file"]["name"] for p in parts if "last_file" in p["evidence"]}
    assert files == {"data/hive/who=*/*.parquet", "data/many/*.csv"}


def test_a_column_whose_name_reads_like_a_value_is_not_named(mesh: Path) -> None:
    """It is refused, as a CSV's is, unless the spec declares it."""
    report = run(mesh, "check", "--format", "json").report()
    for dataset in ("keys", "named"):
        (said,) = (d for d in report["diagnostics"] if f"`{dataset}`" in d["message"])
        assert "reads like a value" in said["message"] + str(said["label"])


def test_the_faults_are_met(mesh: Path) -> None:
    """The test above means something only where the planted rows were judged, and in every way that can go wrong."""
    ran = run(mesh, "check", "--format", "json")
    report = ran.report()
    assert {d["code"] for d in report["diagnostics"]} >= {"GOV501", "GOV502"}
    outcomes = [v["outcome"] for v in report["verdicts"] if v["product"] == "payments-events"]
    assert outcomes.count("error") >= 8
    assert outcomes.count("fail") >= 4
    assert outcomes.count("unknown") >= 6
    broken = next(d for d in report["diagnostics"] if d["code"] == "GOV502" and "`broken`" in d["message"])
    for kind in ("too few fields", "too many fields", "a value of another type"):
        assert kind in broken["message"]
    unread = " ".join(d["message"] for d in report["diagnostics"] if d["code"] == "GOV501")
    for why in ("is not UTF-8", "a quote does not fit", "has a key twice", "was cut off"):
        assert why in unread


def test_a_traceback_asked_for_is_the_only_one(mesh: Path) -> None:
    """`GOVENGINE_TRACEBACK` is for a broken engine; broken data does not bring one out."""
    assert _found(str(run(mesh, "check", GOVENGINE_TRACEBACK="1"))) == []


@pytest.mark.parametrize(
    "clause",
    ["newest who within 24 hours", "who without gaps", "newest tree within 24 hours", "rows as declared"],
)
@pytest.mark.parametrize("format_", ["console", "json"])
def test_no_label_of_a_type_comes_out(tmp_path: Path, clause: str, format_: str) -> None:
    """The labels of an ENUM, and keys of a STRUCT, are data; messages name the type of a column."""
    import duckdb

    spec = SPEC.split("  interfaces:", maxsplit=1)[0] + (
        "  interfaces: [{type: duckdb, dataset: events, location: data/rows.duckdb, table: t}]\n"
        "  schema: [{name: who, logical_type: integer}, {name: tree, logical_type: integer}]\n"
        "  governance: {classification: internal}\n"
    )
    policy = 'policy p "P" {\n  owner "council@company.com"\n' + _expect(1, "events", clause) + "}\n"
    root = write_mesh(tmp_path, {"products/payments/events.yaml": spec, "policies/global/p.gov": policy})
    (root / "data").mkdir(exist_ok=True)
    with duckdb.connect(str(root / "data" / "rows.duckdb")) as connection:
        connection.execute(f"CREATE TYPE mail AS ENUM ('{MAILS[0]}', '{MAILS[1]}')")
        connection.execute(f"CREATE TABLE t AS SELECT '{MAILS[0]}'::mail AS who, {{'{MAILS[2]}': 1}} AS tree")
    ran = run(root, "check", "--format", format_)
    assert ("and holds ENUM; " if clause == "rows as declared" else "holds no") in ran.out
    assert [p for p in PLANTED if p in ran.out + ran.err] == []
