"""Entries of the policy cache that are not ours, not whole or not for this engine are made anew, with one result."""

from __future__ import annotations

import contextvars
import hashlib
import hmac
import marshal
import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import govengine
from govengine.run import policies
from govengine.run.session import Request, judge
from govengine.sources import cache_key, compile_cache

MESH = "mesh: house\ndomains:\n  payments: {products: [products/payments]}\n"
POLICY = """\
policy house "House" {
  version "1.0.0"
  owner "council@example.com"
  levels public < internal < restricted
  setting kept: period, at least 90 days
  rule unclassified "Every product carries a classification" {
    severity high
    require has(spec.governance.classification)
  }
  rule short-retention "Kept long enough" {
    severity medium
    require spec.governance.retention.min >= setting.kept
  }
}
"""
SPEC = """\
apiVersion: datamesh.io/v1
kind: DataProduct
metadata: {name: payments-events, domain: payments, owner: a@example.com, version: "1"}
spec: {governance: {classification: public, retention: {min: 30 days}}}
"""


class House:
    """A mesh, its cache, and how often policies were compiled."""

    def __init__(self, root: Path, cache: Path) -> None:
        self.root, self.cache, self.compiled = root, cache, 0

    def judge(self) -> dict[str, Any]:
        """What comes of a run, with all that a cached plan could change."""
        report = judge(Request(self.root, date(2026, 3, 31), data=False)).report
        verdicts = {v.rule: (v.outcome, v.severity, [p.message for p in v.parts]) for v in report.verdicts}
        said = [(d.code, d.message, d.span) for d in report.diagnostics]
        return {"verdicts": verdicts, "said": said, "exit": report.exit_code, "digest": report.policy_digest}

    @property
    def entry(self) -> Path:
        """The one entry that there is."""
        (found,) = self.cache.glob("*.bundle")
        return found


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    root = tmp_path / "mesh"
    for path, text in {
        "govengine.yaml": MESH,
        "policies/global/house.gov": POLICY,
        "products/payments/events.yaml": SPEC,
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    made = House(root, tmp_path / "cache" / "govengine")
    compile_ = policies._compile

    def counted(*arguments: Any) -> Any:
        made.compiled += 1
        return compile_(*arguments)

    monkeypatch.setattr(policies, "_compile", counted)
    monkeypatch.setenv("GOVENGINE_CACHE", str(made.cache))
    return made


def test_an_entry_is_made_once_and_used(house: House) -> None:
    first = house.judge()
    assert first["verdicts"]["house/unclassified"][0] == "pass"
    assert first["verdicts"]["house/short-retention"][0] == "fail"
    assert house.judge() == first
    assert house.compiled == 1


def test_an_entry_is_nobody_elses(house: House) -> None:
    house.judge()
    assert house.entry.stat().st_mode & 0o077 == 0
    assert house.cache.stat().st_mode & 0o077 == 0
    assert [p.name for p in house.cache.iterdir()] == [house.entry.name]  # nothing half-written is left


def _secret() -> bytes:
    return Path(os.environ["XDG_STATE_HOME"], "govengine", "cache.key").read_bytes()


def _signed(name: str, body: bytes, secret: bytes | None = None) -> bytes:
    code = hmac.digest(secret or _secret(), name.encode() + b"\n" + body, "sha256").hex().encode()
    return b"govengine bundle 2\n" + code + body


def _plain_digest(name: str, body: bytes) -> bytes:
    return hashlib.sha256(name.encode() + body).hexdigest().encode()


DAMAGE: dict[str, Callable[[bytes, str], bytes]] = {
    "empty": lambda data, _: b"",
    "cut in the head": lambda data, _: data[:10],
    "cut in the digest": lambda data, _: data[:50],
    "without a body": lambda data, _: data[:83],
    "cut by one byte": lambda data, _: data[:-1],
    "one byte more": lambda data, _: data + b"\0",
    "one bit turned": lambda data, _: data[:-40] + bytes([data[-40] ^ 1]) + data[-39:],
    "of another kind": lambda data, _: b"PK\x03\x04" + data,
    "of an older form": lambda data, _: data.replace(b"govengine bundle 2\n", b"govengine bundle 1\n", 1),
    "under another name": lambda data, name: _signed("0" * 64, data[83:]),
    "no code at all": lambda data, name: _signed(name, b"\xff\xff\xff"),
    "cut and signed": lambda data, name: _signed(name, data[83:-20]),
    "under another key": lambda data, name: _signed(name, data[83:], b"k" * 32),
    "under its digest alone": lambda data, name: data[:19] + _plain_digest(name, data[83:]) + data[83:],
    "a number": lambda data, name: _signed(name, marshal.dumps(7)),
    "text": lambda data, _: b"plan: everything passes\n",
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_entry_is_made_anew(house: House, how: str) -> None:
    first = house.judge()
    entry = house.entry
    whole = entry.read_bytes()
    damaged = DAMAGE[how](whole, entry.stem)
    assert damaged != whole
    entry.write_bytes(damaged)

    assert house.judge() == first
    assert house.compiled == 2
    assert compile_cache.load(entry.stem, house.root) is not None  # mended on the way
    assert house.judge() == first
    assert house.compiled == 2


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666, 0o777])
def test_an_entry_that_others_may_write_is_not_read(house: House, mode: int) -> None:
    first = house.judge()
    house.entry.chmod(mode)
    assert house.judge() == first
    assert house.compiled == 2
    assert house.entry.stat().st_mode & 0o022 == 0


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_folder_that_others_may_write_is_not_used(house: House, mode: int) -> None:
    first = house.judge()
    before = house.entry.read_bytes()
    house.cache.chmod(mode)
    assert house.judge() == first
    assert house.compiled == 2
    assert house.entry.read_bytes() == before  # nor is anything put there


def test_an_entry_that_the_engine_would_write_is_what_the_tests_sign(house: House) -> None:
    house.judge()
    data = house.entry.read_bytes()
    assert data == _signed(house.entry.stem, data[83:])  # else the damage above shows nothing


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user's own key is kept."""
    folder = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


def test_the_users_key_is_made_once_and_is_nobody_elses(house: House, state: Path) -> None:
    house.judge()
    key = state / "govengine" / "cache.key"
    held = key.read_bytes()
    assert len(held) == 32
    assert key.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in key.parent.iterdir()] == [key.name]
    house.judge()
    assert house.compiled == 1
    assert key.read_bytes() == held


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_without_a_secret_key_nothing_is_read_or_kept(house: House, state: Path, mode: int) -> None:
    first = house.judge()
    entry = house.entry
    (state / "govengine" / "cache.key").chmod(mode)
    assert house.judge() == first
    assert house.compiled == 2
    entry.unlink()
    house.judge()
    assert not entry.exists()


def test_another_key_makes_entries_again(house: House, state: Path) -> None:
    house.judge()
    (state / "govengine" / "cache.key").write_bytes(b"x" * 32)
    house.judge()
    assert house.compiled == 2


@pytest.mark.parametrize("inside", ["cache/govengine/state", "mesh/state"])
def test_a_key_beside_the_entries_or_in_the_checkout_is_none(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / inside))
    assert house.judge() == house.judge()
    assert house.compiled == 2
    assert not (tmp_path / inside).exists()


def test_in_ci_only_a_named_key_counts(house: House, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house.judge()
    monkeypatch.setenv("CI", "true")
    house.judge()
    assert house.compiled == 2
    contextvars.copy_context().run(_judged_twice_under, house, (state / "govengine" / "cache.key").read_bytes())
    assert house.compiled == 2  # the entry made before is authenticated with it


def _judged_twice_under(house: House, key: bytes) -> None:
    cache_key.use(key)
    assert house.judge() == house.judge()


def test_an_entry_of_another_user_is_not_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    first = house.judge()
    me = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: me + 1)
    assert house.judge() == first
    assert house.compiled == 2


def test_an_entry_that_is_a_folder_costs_only_time(house: House) -> None:
    first = house.judge()
    entry = house.entry
    entry.unlink()
    entry.mkdir()
    assert house.judge() == first
    assert house.compiled == 2


def test_a_cache_that_cannot_be_written_costs_only_time(house: House) -> None:
    house.cache.parent.mkdir(parents=True)
    house.cache.write_text("a file stands here")
    first = house.judge()
    assert house.judge() == first
    assert house.compiled == 2
    assert house.cache.read_text() == "a file stands here"


def test_the_cache_can_be_switched_off(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVENGINE_CACHE", "off")
    assert house.judge() == house.judge()
    assert house.compiled == 2
    assert not house.cache.exists()


def test_a_change_of_policy_is_seen(house: House) -> None:
    first = house.judge()
    policy = house.root / "policies/global/house.gov"
    state = policy.stat()
    changed = POLICY.replace("90 days", "20 days")
    assert len(changed) == len(POLICY)
    policy.write_text(changed, encoding="utf-8")
    os.utime(policy, ns=(state.st_atime_ns, state.st_mtime_ns))  # content counts, not its time
    second = house.judge()
    assert house.compiled == 2
    assert second["verdicts"]["house/short-retention"][0] == "pass"
    assert second["digest"] != first["digest"]


def test_an_entry_depends_on_all_that_it_is_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def key(text: str = "a", path: str = "p.gov", layer: str = "global", schema: str = "s") -> str:
        return compile_cache.key({path: text}, {path: layer}, schema)

    keys = [key(), key(text="b"), key(path="q.gov"), key(layer="payments"), key(schema="t")]
    keys += [compile_cache.key({"p.gov": "a", "q.gov": ""}, {"p.gov": "global", "q.gov": "global"}, "s")]
    for name in ("__version__", "LANGUAGE_VERSION"):
        with monkeypatch.context() as changed:
            changed.setattr(govengine, name, "0.0.0-other")
            keys.append(key())
    with monkeypatch.context() as changed:
        changed.setattr(compile_cache, "_code", lambda: ["compile/plan.py:1:1"])
        keys.append(key())
    assert len(set(keys)) == len(keys)
    assert key() == keys[0]


def test_an_entry_depends_on_all_code_that_compiles() -> None:
    """A package that the compiler imports and the key leaves out would keep an old plan alive."""
    package = Path(govengine.__file__).parent
    waiting, seen = [package / "compile/plan.py", package / "backends/duckdb_sql.py"], set()
    while waiting:
        module = waiting.pop()
        if module in seen or not module.exists():
            continue
        seen.add(module)
        for name in re.findall(
            r"^\s*(?:from|import) govengine\.([\w.]+)", module.read_text(encoding="utf-8"), re.MULTILINE
        ):
            path = package / name.replace(".", "/")
            waiting += [*path.glob("*.py")] if path.is_dir() else [path.with_suffix(".py")]
    used = {module.relative_to(package).parts[0] for module in seen}
    listed = {line.partition("/")[0] for line in compile_cache._code()}
    assert {"compile", "conditions", "language", "model"} <= used
    assert used <= listed


def test_mistakes_are_reported_from_the_cache_too(house: House) -> None:
    policy = house.root / "policies/global/house.gov"
    policy.write_text(POLICY.replace("severity high", "sevrity high"), encoding="utf-8")
    first = house.judge()
    assert "GOV101" in [code for code, _, _ in first["said"]]
    assert house.judge() == first
    assert house.compiled == 1
