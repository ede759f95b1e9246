"""`govengine lint`: in a mesh and on files, what it says, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from govengine.cli.init import starter
from govengine.cli.lint import command

POLICY = """policy refunds "Refunds" {
  owner "a@b.c"

  rule loose-refund "Loose" {
    severity high   control HOUSE "1"
    require  has(spec.governance.classification)
    fix      "classify it"
  }
}
framework HOUSE "House" {
  control "1" "One"
}
"""
CASES = """# Refunds

```yaml product
apiVersion: datamesh.io/v1
kind: DataProduct
metadata: {name: payments-refunds, domain: payments, owner: a@company.com, version: "1.0.0"}
spec:
  interfaces: [{type: file, dataset: refunds, format: csv, location: data/refunds.csv}]
```

## A product without a class

```verdicts
refunds/loose-refund  fail
```
"""
MESH = "mesh: bank\ndomains:\n  payments: {products: [products]}\n"
SPEC = """apiVersion: datamesh.io/v1
kind: DataProduct
metadata: {name: payments-NAME, domain: payments, owner: a@b.c, version: "1.0.0"}
spec:
  status: active
  interfaces: [{type: file, dataset: rows, format: csv, location: data/rows.csv}]
  schema: [{name: id, logical_type: string}]
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOVENGINE_CACHE", "off")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--as-of", "2026-11-01"], standalone_mode=False)


def write(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def mesh(policy: str, *products: str) -> None:
    write("govengine.yaml", MESH)
    write("policies/global/p.gov", policy)
    for product in products or ("one",):
        write(f"products/{product}.yaml", SPEC.replace("NAME", product))


def found(*arguments: str) -> list[tuple[str, str, int]]:
    result = run("--format", "json", *arguments)
    assert result.return_value in (0, 1), result.stderr
    findings = json.loads(result.stdout)["findings"]
    assert result.return_value == (1 if findings else 0)
    return [(f["name"], f["file"], f["line"]) for f in findings]


def test_a_file_and_the_cases_beside_it() -> None:
    write("refunds.gov", POLICY)
    assert found() == [("rule-without-case", "refunds.gov", 4)]
    assert "GOV613" in run().stdout
    write("refunds.cases.md", CASES)
    assert found() == []
    assert run().stdout == "no findings in 1 files\n"


def test_findings_of_the_files_that_are_meant_with_terms_of_the_layer() -> None:
    write("p/global/terms.gov", 'policy terms "T" { term t "T": spec.a term u "U": spec.b }')
    write("p/global/a.gov", 'policy a "A" { owner "a@b.c" rule r "R" { when t require spec.x } }')
    names = {n for n, _, _ in found("p/global/a.gov")}
    assert "unused-term" not in names
    assert ("unused-term", "p/global/terms.gov", 1) in found("p/global/terms.gov")
    assert [n for n, _, _ in found("p/global/terms.gov", "--only", "unused-term")] == ["unused-term"]


def test_selections_are_tried_on_every_product_of_the_mesh() -> None:
    mesh(
        """policy all "All" {
  rule none "N" { severity low
    when spec.status == "draft" require has(spec.status) }
  rule some "S" { severity low
    when spec.status == "active" require has(spec.status) }
  rule silent "S" { severity low
    when spec.description == "x" require has(spec.status) }
  rule columns "C" { severity low
    for each column in columns where column.name == "gone" require column.name != "" }
  rule column "C" { severity low
    for each column in columns where column.name == "id" require column.name != "" }
  rule found "F" { severity low
    for each column in columns where !column.declared require column.name != "" }
  rule inner "I" { severity low
    when spec.status == "draft"
    for each column in columns where column.name == "gone" require column.name != "" }
}
policy drafts "Drafts" {
  when spec.status == "draft"
  rule r "R" { severity low
    when spec.status == "retired" require has(spec.status) }
}
""",
        "one",
        "two",
    )
    lines = [line for _, _, line in found("--only", "vacuous-selector")]
    assert lines == [3, 9, 15, 19]
    shown = run("--only", "vacuous-selector").stdout
    assert "true for none of 2 products" in shown
    assert "true for none of 2 elements" in shown


def test_a_policy_that_a_domain_adopts_is_tried_by_its_rules() -> None:
    text = """policy drafts "Drafts" {
  when spec.status == "draft"
  rule r "R" { severity low
    require has(spec.status) }
}
"""
    mesh(text)
    assert [line for _, _, line in found("--only", "vacuous-selector")] == [2]
    write("policies/domains/payments/p.gov", 'overlay payments "P" { adopt drafts }')
    assert found("--only", "vacuous-selector") == []


def test_nothing_is_called_vacuous_while_a_spec_cannot_be_read() -> None:
    mesh('policy a "A" { rule r "R" { severity low when spec.status == "draft" require has(spec.status) } }')
    assert len(found("--only", "vacuous-selector")) == 1
    write("products/broken.yaml", "kind: [")
    assert found("--only", "vacuous-selector") == []


def test_a_bare_retention_is_found_in_the_specs_of_the_mesh() -> None:
    mesh('policy a "A" { rule r "R" { severity low require has(spec.status) } }')
    write("products/one.yaml", SPEC.replace("NAME", "one") + "  governance: {retention: 7_years}\n")
    assert found("--only", "bare-retention") == [("bare-retention", "products/one.yaml", 8)]
    assert found("--only", "bare-retention", "policies") == []


def test_the_mesh_may_allow_a_finding_everywhere() -> None:
    mesh('policy a "A" { rule r "R" { severity low require has(spec.status) } }')
    write("govengine.yaml", MESH + "lint:\n  allow:\n    policy-without-owner: the council owns all of them\n")
    names = [n for n, _, _ in found()]
    assert "policy-without-owner" not in names
    assert "rule-without-fix" in names
    allow = "lint: {allow: {mixed-operators: none there, policy-without-owners: misspelt}}\n"
    write("govengine.yaml", MESH + allow)
    assert found("--only", "idle-allowance") == [("idle-allowance", "govengine.yaml", 4)]
    assert found("--only", "unreadable-allowance") == [("unreadable-allowance", "govengine.yaml", 4)]


def test_from_elsewhere_files_are_named_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mesh('policy a "A" { rule r "R" { severity low require has(spec.status) } }')
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert found("--only", "policy-without-owner") == [("policy-without-owner", "../policies/global/p.gov", 1)]
    assert found("--root", "..", "--only", "policy-without-owner") == [
        ("policy-without-owner", "../policies/global/p.gov", 1)
    ]


@pytest.mark.parametrize("in_mesh", [True, False])
def test_what_cannot_be_read_is_said(in_mesh: bool) -> None:
    broken = 'policy a "A" { rule r "R" { severty low } }'
    if in_mesh:
        mesh(broken)
    else:
        write("p.gov", broken)
    result = run()
    assert (result.return_value, result.stdout) == (2, "")
    assert "error[GOV101]" in result.stderr


def test_what_does_not_compile_in_a_mesh_is_said() -> None:
    mesh('policy a "A" { rule r "R" { severity low require spec.nonsense } }')
    result = run()
    assert result.return_value == 2
    assert "error[GOV401]" in result.stderr


def test_a_mistake_in_a_spec_is_not_a_mistake_of_the_policies() -> None:
    mesh('policy a "A" { rule r "R" { severity low require has(spec.status) } }')
    write("products/one.yaml", SPEC.replace("NAME", "one") + "  nonsense: 1\n")
    assert run().return_value == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gone.gov",), "there is no `gone.gov`"),
        (("--only", "mixed-operator", "."), "did you mean `mixed-operators`?"),
        (("--root", "gone"), "there is no `govengine.yaml` in `gone`"),
        ((".",), "holds no `.gov` file"),
    ],
)
def test_a_call_that_means_nothing_is_refused(arguments: tuple[str, ...], said: str) -> None:
    assert said in str(run(*arguments).exception)


def test_no_finding_changes_the_exit_code_of_check() -> None:
    from govengine.cli.check import command as check

    mesh('policy a "A" { levels low < high rule r "R" { severity low when a || b && c require has(spec.status) } }'
         .replace("a || b && c", 'spec.status == "active" || spec.status == "draft" && has(spec.description)'))  # fmt: skip
    assert run().return_value == 1
    result = CliRunner().invoke(check, ["--no-data", "--as-of", "2026-11-01"], standalone_mode=False)
    assert result.return_value == 0, result.output
    assert "GOV6" not in result.output


def test_the_mesh_that_init_makes_is_clean() -> None:
    for name, content in starter().items():
        path = Path("mesh", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert found("--root", "mesh") == []


def test_the_policies_of_this_repository_are_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    assert found("--root", "examples", "policies") == []
    assert found("policies") == []
