"""`govengine scan`: products and files, confidence, lines for the spec, exit codes; and no value anywhere."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from click.testing import CliRunner, Result

from govengine.cli.main import cli
from govengine.detectors.registry import kinds
from tests.detectors import searching

EXAMPLES = Path(__file__).parents[2] / "examples"


def _scan(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["scan", *arguments], standalone_mode=False)


def _found(result: Result) -> dict[tuple[str, str], dict[str, Any]]:
    return {(f["column"], f["detector"]): f for f in json.loads(result.output)["findings"]}


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    """A mesh of one product with something in every column."""
    chance = random.Random(1)
    rows = [
        {
            "paid_to": searching.iban(chance),
            "person": searching.dutch(chance),
            "card": searching.card(chance),
            "mail": f"someone{i}@example.com",
            "remark": "password=correct-horse-battery" if i == 3 else f"text {i}",
        }
        for i in range(30)
    ]
    (tmp_path / "data").mkdir()
    header = ",".join(rows[0])
    (tmp_path / "data/d.csv").write_text(header + "\n" + "\n".join(",".join(r.values()) for r in rows) + "\n")
    (tmp_path / "data/clean.csv").write_text("a,b\n1,x\n2,y\n")
    (tmp_path / "data/empty.csv").write_text("a,b\n")
    (tmp_path / "data/torn.csv").write_text("a,b\n1,x\n2\n")
    owner = "owner@company.com"
    (tmp_path / "govengine.yaml").write_text(
        "mesh: m\ndomains:\n  payments: {products: [products], owner: owner@company.com, stewards: [owner@company.com]}\n"
    )
    (tmp_path / "policies/global").mkdir(parents=True)
    (tmp_path / "policies/global/p.gov").write_text(
        'policy p "P" {\n  version "1"\n  owner "o@company.com"\n  levels public < internal\n'
        '  rule undescribed "Described" { severity low require has(spec.description) }\n}\n'
    )
    (tmp_path / "products").mkdir()
    spec = {
        "apiVersion": "datamesh.io/v1",
        "kind": "DataProduct",
        "metadata": {"name": "payments-a", "domain": "payments", "owner": owner, "version": "1.0.0"},
        "spec": {
            "interfaces": [{"type": "file", "dataset": "d", "format": "csv", "location": "data/d.csv"}],
            "schema": [
                {"name": "mail", "logical_type": "string", "semantic_type": "person.contact.email"},
                {"name": "card", "logical_type": "string", "semantic_type": "pan"},
            ],
            "governance": {"pii_fields": ["mail"]},
        },
    }
    (tmp_path / "products/a.yaml").write_text(yaml.safe_dump(spec, sort_keys=False))
    return tmp_path


def test_each_kind_is_found_in_its_column(mesh: Path) -> None:
    result = _scan("--root", str(mesh), "payments-a", "--format", "json")
    found = _found(result)
    assert set(found) == {
        ("paid_to", "iban"), ("person", "national-id"), ("card", "pan"), ("mail", "email"), ("remark", "secret"),
    }  # fmt: skip
    assert {k[1]: v["confidence"] for k, v in found.items()} == {
        "iban": "likely", "national-id": "likely", "pan": "likely", "email": "likely", "secret": "possible",
    }  # fmt: skip
    assert found["mail", "email"]["declared"] is True
    assert found["mail", "email"]["open"] is False
    assert found["card", "pan"]["declared"] is True
    assert found["card", "pan"]["open"] is True, "declared, and in clear"
    assert (found["paid_to", "iban"]["rows"], found["paid_to", "iban"]["tested"]) == (30, 30)
    assert found["remark", "secret"]["rows"] == 1
    assert result.return_value == 1


def _pasted(mesh: Path, found: dict[tuple[str, str], dict[str, Any]]) -> None:
    """The lines, put into the spec as text: a column at the end of the schema, a field under its column."""
    file = mesh / "products/a.yaml"
    text = file.read_text()
    for section, line in dict.fromkeys((a["section"], a["line"]) for f in found.values() for a in f["lines"]):
        if section == "spec.schema":
            text = text.replace("  governance:\n", f"  {line}\n  governance:\n")
        elif section.startswith("spec.schema, column "):
            name = section.removeprefix("spec.schema, column ")
            text = text.replace(f"  - name: {name}\n", f"  - name: {name}\n    {line}\n")
        else:
            assert section == "spec.governance"
            text = text.replace("    pii_fields:\n    - mail\n", f"    {line}\n")
            assert line in text, "one line for all columns"
    file.write_text(text)


_FIELDS = "pii_fields: [mail, paid_to, person, card]"


def test_the_lines_mend_the_spec(mesh: Path) -> None:
    """Pasted as they stand: then the spec is accepted, and nothing is left that it does not declare."""
    found = _found(_scan("--root", str(mesh), "payments-a", "--format", "json"))
    assert found["card", "pan"]["lines"] == [{"section": "spec.governance", "line": _FIELDS}]
    _pasted(mesh, found)
    again = _found(_scan("--root", str(mesh), "payments-a", "--format", "json"))
    assert {k for k, v in again.items() if not v["declared"]} == {("remark", "secret")}
    assert [v["lines"] for v in again.values()] == [[]] * len(again)
    checked = CliRunner().invoke(cli, ["check", "--root", str(mesh), "--format", "json"])
    report = json.loads(checked.output)
    assert [d for d in report["diagnostics"] if d["level"] == "error"] == []


CHANCE = "chance alone gives as many"


def test_what_may_not_be_kept_is_to_go_and_chance_is_blamed_only_where_it_explains(tmp_path: Path) -> None:
    """Tracks and card numbers among other texts; identity numbers that are no more than random ones."""
    chance = random.Random(2)
    cards = [searching.closed(f"4{chance.randrange(10**14):014d}") for _ in range(24)]
    rows = [
        {
            "note": f"{c}=2712101{chance.randrange(10**9)}?" if i < 6 else "nothing",
            "text": f"paid with {c} thanks" if i < 6 else "nothing",
            "card": c,
            "ids": str(4000000000000000 + 7 * i),
            "card_cvv": f"{chance.randrange(1000):03d}",
        }
        for i, c in enumerate(cards)
    ]
    file = tmp_path / "d.csv"
    file.write_text(",".join(rows[0]) + "\n" + "".join(",".join(r.values()) + "\n" for r in rows))
    found = _found(_scan(str(file), "--format", "json"))
    assert (found["note", "track-data"]["confidence"], found["note", "track-data"]["lines"]) == ("likely", [])
    taken_out = "take them out, as they may not be kept once a payment is authorised, even encrypted"
    assert found["note", "track-data"]["advice"] == taken_out
    assert found["text", "pan"]["confidence"] == "likely"
    assert found["text", "pan"]["lines"] == [], "`pii_fields` would excuse what must go"
    assert found["text", "pan"]["advice"].startswith("take the numbers out")
    assert [a["line"] for a in found["card", "pan"]["lines"]] == [
        "- {name: card, dataset: d, semantic_type: pan}", "pii_fields: [card]",
    ]  # fmt: skip
    clear = "they stand in clear: protect them or take them out first, and only then say how (`protection:`)"
    assert found["card", "pan"]["advice"] == clear
    assert found["card_cvv", "cvv"]["advice"].startswith("if they are what they look like: take them out")
    assert (found["ids", "pan"]["confidence"], found["ids", "pan"]["lines"]) == ("possible", [])
    assert found["ids", "pan"]["advice"].startswith(CHANCE)
    output = _scan(str(file)).output
    assert output.count(CHANCE) == sum(f["advice"].startswith(CHANCE) for f in found.values())
    assert "tokenise" not in output, "no protection is proposed that the values do not have"
    assert not [c for c in cards if c in output]


def test_lines_say_the_class_that_the_rules_of_the_mesh_ask_for(mesh: Path) -> None:
    """The lowest with which they pass; where no rule asks for one, that it is missing."""
    policy = mesh / "policies/global/p.gov"
    policy.write_text(
        policy.read_text()[:-2].replace("public < internal", "public < internal < secret")
        + '  rule classed "Classed" { severity high for each column in columns require has(column.classification) }\n'
        '  rule personal "Personal" {\n    severity high\n    for each column in columns\n'
        '      where has(column.semantic_type) && under(column.semantic_type, ["person"])\n'
        '    require level(column.classification) >= level("internal")\n  }\n}\n'
    )
    result = _scan("--root", str(mesh), "payments-a", "--format", "json")
    found = _found(result)
    assert found["person", "national-id"]["lines"][0]["line"] == (
        "- {name: person, dataset: d, semantic_type: person.national_id, classification: internal}"
    )
    assert (
        found["paid_to", "iban"]["lines"][0]["line"] == "- {name: paid_to, dataset: d, semantic_type: finance.account}"
    )
    assert {k[1]: v["unclassified"] for k, v in found.items()} == {
        "iban": True, "national-id": False, "pan": False, "email": False, "secret": False,
    }  # fmt: skip
    missing = "where a line above says no `classification`, add it:"
    said = _scan("--root", str(mesh), "payments-a").output
    assert f"{missing} one of public, internal, secret; no rule says which" in said
    assert f"{missing} no policies were read that could say which" in _scan(str(mesh / "data/d.csv")).output
    assert missing not in _scan(str(mesh / "data/clean.csv")).output


def test_the_packs_ask_for_the_highest_class_for_card_data(tmp_path: Path) -> None:
    mesh = tmp_path / "mesh"
    shutil.copytree(EXAMPLES, mesh, ignore=shutil.ignore_patterns("data"))
    shutil.copytree(EXAMPLES.parent / "policies", tmp_path / "policies")
    chance = random.Random(4)
    (mesh / "data").mkdir()
    spec = mesh / "products/customer-service/support-interactions.yaml"
    location = next(i["location"] for i in yaml.safe_load(spec.read_text())["spec"]["interfaces"] if "location" in i)
    file = mesh / location
    file.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(
        "COPY (SELECT unnest($numbers) AS number, unnest($mails) AS reach) TO '" + str(file) + "'",
        params={
            "numbers": [searching.card(chance) for _ in range(30)],
            "mails": [f"p{i}@example.com" for i in range(30)],
        },
    )
    found = _found(_scan("--root", str(mesh), "customer-service-support-interactions", "--format", "json"))
    assert "semantic_type: pan, classification: restricted}" in found["number", "pan"]["lines"][0]["line"]
    assert "person.contact.email, classification: confidential}" in found["reach", "email"]["lines"][0]["line"]


def test_what_is_looked_for_and_what_cannot_be_seen_is_said(mesh: Path) -> None:
    """Beside findings, and where there are none: nothing found is not nothing there."""
    for file in ("d.csv", "clean.csv"):
        last = _scan(str(mesh / "data" / file)).output.splitlines()[-1]
        assert last.startswith("looked for: pan, track-data, iban, email, phone, ip-address, national-id,")
        assert last.endswith("never found: names, addresses, dates of birth and other free words")
    told = json.loads(_scan(str(mesh / "data/clean.csv"), "--format", "json").output)
    assert told["looked_for"] == kinds()
    assert told["not_recognised"] == ["names", "addresses", "dates of birth", "other free words"]
    help_ = " ".join(CliRunner().invoke(cli, ["scan", "--help"]).output.split())
    for detector, kind in kinds().items():
        assert f"{detector} {kind}" in help_
    assert "never found: names, addresses, dates of birth" in help_


def test_names_that_yaml_reads_otherwise_are_quoted(tmp_path: Path) -> None:
    """Norway's problem: a column called `no`."""
    names = ["no", "1st", "plain_name", 'quo"te', "Null", "-dash", "späť"]
    data = tmp_path / "d.csv"
    header = ",".join('"' + n.replace('"', '""') + '"' for n in names)
    data.write_text(header + "\n" + "".join(",".join([f"p{i}@example.com"] * len(names)) + "\n" for i in range(30)))
    found = _found(_scan(str(data), "--format", "json"))
    lines = {(a["section"], a["line"]) for f in found.values() for a in f["lines"]}
    fields = [yaml.safe_load(line)["pii_fields"] for section, line in lines if section == "spec.governance"]
    assert fields == [names]
    assert sorted(yaml.safe_load(line)[0]["name"] for s, line in lines if s == "spec.schema") == sorted(names)


def test_a_spec_and_its_name_are_one(mesh: Path) -> None:
    by_name = _scan("--root", str(mesh), "payments-a", "--format", "json").output
    assert _scan("--root", str(mesh), str(mesh / "products/a.yaml"), "--format", "json").output == by_name


def test_a_file_needs_no_mesh(mesh: Path) -> None:
    result = _scan(str(mesh / "data/d.csv"), "--format", "json")
    assert ("mail", "email") in _found(result)
    assert all(f["product"] is None and f["declared"] is False for f in _found(result).values())
    assert result.return_value == 1


@pytest.mark.parametrize(
    ("file", "exit_code", "says"),
    [
        ("clean.csv", 0, "nothing found"),
        ("empty.csv", 2, "an empty table proves nothing"),
        ("torn.csv", 2, "1 more could not be read"),
    ],
)
def test_exit_codes_of_files(mesh: Path, file: str, exit_code: int, says: str) -> None:
    result = _scan(str(mesh / "data" / file))
    assert result.return_value == exit_code
    assert says in result.output


def test_one_is_told_in_the_singular(mesh: Path) -> None:
    (mesh / "data/one.csv").write_text("a\n4111111111111111\n")
    output = _scan(str(mesh / "data/one.csv")).output
    assert "one.csv: 1 column, 1 row\n" in output
    assert "`a` may hold card numbers in 1 of 1 row (100 %): 1 of 1 different candidate, which" in output


def test_what_may_be_is_undecided(mesh: Path) -> None:
    (mesh / "data/one.csv").write_text("a\n4111111111111111\nx\n")
    result = _scan(str(mesh / "data/one.csv"))
    assert result.return_value == 2
    assert "possible  a: pan (not declared)" in result.output


def test_rows_that_nothing_serves_are_undecided(mesh: Path) -> None:
    file = mesh / "products/a.yaml"
    file.write_text(file.read_text().replace("type: file", "type: rest-api"))
    result = _scan("--root", str(mesh), "payments-a")
    assert result.return_value == 2
    assert "no interface of type `file` or `duckdb` serves it" in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--root", str(EXAMPLES), "payments-merchant-directry"], "did you mean `payments-merchant-directory`?"),
     (["nowhere.csv"], "there is no file `nowhere.csv`")],
)  # fmt: skip
def test_what_is_not_there_is_a_mistake_of_the_call(arguments: list[str], says: str) -> None:
    result = _scan(*arguments)
    assert says in str(result.exception)


def test_the_planted_card_numbers_are_found() -> None:
    result = _scan("--root", str(EXAMPLES), "customer-service-support-interactions", "--format", "json")
    finding = _found(result)["note", "pan"]
    assert (finding["confidence"], finding["rows"], finding["declared"]) == ("likely", 5, False)


@pytest.mark.parametrize("format_", ["console", "json"])
def test_no_value_comes_out(mesh: Path, format_: str) -> None:
    values = {cell for line in (mesh / "data/d.csv").read_text().splitlines()[1:] for cell in line.split(",")}
    for subject in (["--root", str(mesh), "payments-a"], [str(mesh / "data/d.csv")]):
        result = _scan(*subject, "--format", format_)
        assert result.return_value == 1
        assert not [v for v in values if v in result.output]
        assert "correct-horse" not in result.output


def test_no_value_comes_out_of_an_audit(mesh: Path) -> None:
    policy = mesh / "policies/global/p.gov"
    every = "pan, track-data, cvv, pin, iban, email, phone, ip-address, national-id, birth-number, secret"
    policy.write_text(
        policy.read_text()[:-2]
        + f'  rule anything "Nothing personal" {{ severity low for each column in columns expect {{column}} never looks like {every} }}\n}}\n'
    )
    values = {cell for line in (mesh / "data/d.csv").read_text().splitlines()[1:] for cell in line.split(",")}
    for format_ in ("console", "json", "html"):
        result = CliRunner().invoke(
            cli, ["audit", "--root", str(mesh), "--format", format_, "--verbose"], standalone_mode=False
        )
        assert result.return_value == 1, result.output
        assert "holds IBANs" in result.output
        assert not [v for v in values if v in result.output]


def test_memory_and_time_are_bounded_as_in_check(mesh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from govengine.backends import duckdb

    given: list[dict[str, object]] = []

    class Heard(duckdb.Warehouse):
        def __init__(self, **bounds: object) -> None:
            given.append(bounds)
            super().__init__(**bounds)  # type: ignore[arg-type]

    monkeypatch.setattr(duckdb, "Warehouse", Heard)
    file = str(mesh / "data/clean.csv")
    assert _scan(file, "--memory-limit", "512MB", "--timeout", "20").return_value == 0
    assert given == [{"memory_limit": "512MB", "timeout": 20.0}]


def test_a_memory_limit_that_is_no_size_is_refused(mesh: Path) -> None:
    result = _scan(str(mesh / "data/clean.csv"), "--memory-limit", "lots")
    assert "`lots` is not a valid size; write, for example, 512MB or 4GB" in str(result.exception)


def test_what_the_council_declares_is_looked_for(mesh: Path, tmp_path: Path) -> None:
    """In products, and in files where the mesh is named; a file by itself knows the built-in kinds only."""
    (mesh / "policies" / "global").mkdir(parents=True, exist_ok=True)
    (mesh / "policies" / "global" / "own.gov").write_text(
        'policy own "Own" {\n  owner "council@company.com"\n'
        '  detector ticket "tickets": `TICKET-[0-9]{4}` chance 0.1%\n}\n',
        encoding="utf-8",
    )
    table = tmp_path / "tickets.csv"
    table.write_text("note\n" + "".join(f"see TICKET-{i:04}.\n" for i in range(20)), encoding="utf-8")
    alone = _found(_scan(str(table), "--format", "json"))
    within = _found(_scan(str(table), "--root", str(mesh), "--format", "json"))
    assert ("note", "ticket") not in alone
    assert within["note", "ticket"]["confidence"] == "likely"
    told = json.loads(_scan(str(table), "--root", str(mesh), "--format", "json").output)
    assert told["looked_for"]["ticket"] == "tickets"
    assert "TICKET-0001" not in _scan(str(table), "--root", str(mesh)).output
