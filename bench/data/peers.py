"""What is measured, and how each is started over the same rules and files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import environments
import rules

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent


class Peer(NamedTuple):
    """One of those measured.

    `key` is what it is called on the command line, `environment` whose programs it needs. A slow one is measured in
    fewer rounds; one with `most` rows is left out above them.
    """

    key: str
    title: str
    environment: str = ""
    slow: bool = False
    most: int | None = None


OURS = Peer("govengine", "govengine check")
HAND = Peer("hand", "DuckDB, one query by hand")
SODA = Peer("soda", "soda-core, Python API", "soda")
SODA_CLI = Peer("soda-cli", "soda-core, command line", "soda")
PANDERA = Peer("pandera", "pandera on polars", "pandera")
DATACONTRACT = Peer("datacontract", "datacontract-cli, Python API", "datacontract", slow=True)
GX = Peer("gx", "great-expectations on pandas", "gx", slow=True, most=2_000_000)

ALL = (OURS, HAND, SODA, SODA_CLI, PANDERA, DATACONTRACT, GX)
USUAL = (OURS, HAND, SODA, SODA_CLI)
# Some send usage figures home, and where they cannot reach it, try again for seconds. datacontract-cli and pandera send
# none.
QUIET = {"SODA_CORE_TELEMETRY_ENABLED": "false", "GX_ANALYTICS_ENABLED": "false"}


class Work(NamedTuple):
    """One set of rules: its `size`, `work` for what is written, `data` with the files, `folder` of environments."""

    work: Path
    data: Path
    folder: Path
    size: int

    @property
    def asked(self) -> tuple[rules.Rule, ...]:
        """The rules."""
        return rules.SETS[self.size]

    @property
    def mesh(self) -> Path:
        """The mesh that govengine judges."""
        return self.work / f"mesh-{self.size}"

    def answer(self, peer: Peer) -> Path:
        """The file in which a peer leaves what it found."""
        return self.work / f"answer-{peer.key}.json"


def commands(at: Work, chosen: Sequence[Peer]) -> dict[Peer, list[str]]:
    """Write the rules for those chosen, and say how each is started."""
    return {peer: _command(at, peer) for peer in chosen}


def _command(at: Work, peer: Peer) -> list[str]:
    programs = environments.programs(peer.environment, at.folder) if peer.environment else Path()
    answer = str(at.answer(peer))
    match peer.key:
        case "govengine":
            rules.write_mesh(at.mesh, at.data, at.asked)
            return [sys.executable, "-m", "govengine.cli.main", *judged(at.mesh)]
        case "hand":
            return by_hand(at.work / f"fused-{at.size}.sql", rules.fused(at.data, at.asked), at.answer(peer))
        case "soda":
            return [str(programs / "python"), str(HERE / "peer_soda.py"), str(at.data), str(_contract(at)), answer]
        case "soda-cli":
            source = at.work / "source.yml"
            views = {"database": str(_views(at, peer, programs))}
            source.write_text(json.dumps({"type": "duckdb", "name": "bench", "connection": views}), "utf-8")
            return [str(programs / "soda"), "contract", "verify", "-c", str(_contract(at)), "-ds", str(source)]
        case "datacontract":
            script, database = str(HERE / "peer_datacontract.py"), str(_views(at, peer, programs))
            return [str(programs / "python"), script, database, str(at.size), answer]
        case _:
            script = str(HERE / f"peer_{peer.key}.py")
            return [str(programs / "python"), script, str(at.data), str(at.size), answer]


def judged(mesh: Path) -> list[str]:
    """The arguments of govengine: counts alone, as the others give them."""
    return ["check", "--root", str(mesh), "--as-of", "2026-11-01", "--format", "json", "--no-evidence"]


def by_hand(file: Path, query: str, answer: Path) -> list[str]:
    """How a query is run in a process of its own."""
    file.write_text(query, "utf-8")
    return [sys.executable, str(HERE / "fused.py"), str(file), str(answer)]


def _contract(at: Work) -> Path:
    file = at.work / f"contract-{at.size}.yml"
    rules.write_contract(file, at.asked)
    return file


def _views(at: Work, peer: Peer, programs: Path) -> Path:
    """A database, in the format of the peer's DuckDB, that holds views alone: the Parquet files are read in place."""
    database = at.work / f"views-{peer.key}.duckdb"
    database.unlink(missing_ok=True)
    views = "; ".join(
        f"CREATE VIEW {f.stem} AS SELECT * FROM read_parquet('{f}')" for f in sorted(at.data.glob("*.parquet"))
    )
    made = f"import duckdb; duckdb.connect({str(database)!r}).execute({views!r})"
    subprocess.run([str(programs / "python"), "-c", made], check=True)
    return database
