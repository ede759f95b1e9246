"""A mesh that is open: judge it, judge one spec by it, ask it what a rule is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from govengine.api.errors import NoMeshError, RequestError
from govengine.api.policy import Policy
from govengine.api.spec_text import spec_bytes
from govengine.run.handed import UnknownTableError
from govengine.run.request import Given, Progress, Reading, Request, silent
from govengine.run.session import Outcome, judge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govengine.answers.explain import Explanation
    from govengine.model.verdict import Report

Data = bool | Mapping[str, object]
_SIZE = re.compile(r"[1-9][0-9]{0,8}[KMGT]i?B")
_SHORTEST_KEY = 16


class Mesh:
    """A mesh, opened by `govengine.open_mesh`.

    It holds no state but where the mesh is and what was given in memory: each call reads the files again, so any number
    of threads may call it, and a change of a file counts from the next call on.
    """

    def __init__(self, root: Path, files: Mapping[str, bytes] | None = None) -> None:
        self._root, self._files = root, files

    @property
    def root(self) -> Path:
        """The folder that holds `govengine.yaml`; of a mesh in memory, the folder that its data is read from."""
        return self._root

    def __repr__(self) -> str:
        return f"<govengine.Mesh {'in memory' if self._files is not None else str(self._root)!r}>"

    def check(
        self,
        *,
        paths: Iterable[str | Path] = (),
        domain: str | None = None,
        product: str | None = None,
        data: Data = True,
        as_of: date | None = None,
        sample: int | None = None,
        seed: str = "",
        timeout: float = 300.0,
        memory_limit: str = "4GB",
        evidence: bool = True,
        evidence_key: bytes = b"",
        accept_handed: bool = False,
        progress: Progress = silent,
    ) -> Report:
        """Judge specs, and the data of every dataset that can be reached: the gate on a change.

        Args:
            paths: specs, or folders of specs; a policy file or `govengine.yaml` means every product. Default: all.
            domain: only products of this domain.
            product: only this product, by its `metadata.name`.
            data: False judges specs only, and lists clauses about rows as not run. A mapping gives tables in place of
                the files of datasets, by "product.dataset", or of a register, by its name: a data frame of pandas or
                polars, an Arrow table, or what speaks Arrow's C stream. Other datasets are read from their files.
            as_of: the day that is judged as of. Default: today (UTC).
            sample: rows of each dataset to judge. Default: all.
            seed: draws another sample; the same one for the same seed.
            timeout: seconds, for loading each dataset and for each check of its rows.
            memory_limit: a size such as `4GB`; what does not fit goes to disk.
            evidence: whether to look up what can be told of failing rows.
            evidence_key: a secret of 16 bytes or more, for hashes in the evidence and digests of data.
            accept_handed: rows of tables that are handed over count as observed, not only as attested.
            progress: called with a phase, how much is done and how much there is.

        Raises:
            RequestError: an argument cannot be meant.

        """
        reading = _reading(sample, seed, timeout, memory_limit, evidence_key, evidence=evidence)
        if sample is not None and data is False:
            raise RequestError("sample", "a sample is of rows, and none are read without data")
        return self._judged(
            Request(
                self._root,
                _day(as_of),
                self._paths(paths),
                domain,
                product,
                data is not False,
                reading,
                self._given(data, trusted=accept_handed),
            ),
            progress,
        ).report

    def audit(
        self,
        *,
        domain: str | None = None,
        product: str | None = None,
        data: Mapping[str, object] | None = None,
        as_of: date | None = None,
        sample: int | None = None,
        seed: str = "",
        timeout: float = 300.0,
        memory_limit: str = "4GB",
        evidence: bool = True,
        evidence_key: bytes = b"",
        accept_handed: bool = False,
        progress: Progress = silent,
    ) -> Report:
        """Judge all products with their data. Arguments are those of `check`; nothing can be left out."""
        return self.check(
            domain=domain,
            product=product,
            data=True if data is None else data,
            as_of=as_of,
            sample=sample,
            seed=seed,
            timeout=timeout,
            memory_limit=memory_limit,
            evidence=evidence,
            evidence_key=evidence_key,
            accept_handed=accept_handed,
            progress=progress,
        )

    def validate(
        self,
        spec: object,
        *,
        data: Data = False,
        as_of: date | None = None,
        timeout: float = 300.0,
        memory_limit: str = "4GB",
        accept_handed: bool = False,
    ) -> Report:
        """Judge one spec by the policies of the mesh, to tell whether its product may be created or changed so.

        Args:
            spec: YAML text or bytes, a mapping, or a pydantic model such as `govengine.model.product.DataProduct`. Its
                `metadata.domain` says whose overlay judges it. It replaces the mesh's product of that name, if any.
            data: as in `check`; a product that is to be created has none yet, so the default judges the spec alone.
            as_of: the day that is judged as of. Default: today (UTC).
            timeout: seconds, for loading each dataset and for each check of its rows.
            memory_limit: a size such as `4GB`.
            accept_handed: as in `check`.

        Returns:
            The report of this product alone. `report.exit_code` is 0 where nothing blocks it, 1 where an enforced rule
            fails, 2 where the spec cannot be read or evidence is lacking.

        Raises:
            SpecError: the spec has no form as YAML.
            RequestError: another argument cannot be meant.

        """
        given = self._given(data, trusted=accept_handed, spec=spec_bytes(spec))
        reading = _reading(None, "", timeout, memory_limit, b"", evidence=True)
        request = Request(self._root, _day(as_of), data=data is not False, reading=reading, given=given)
        return self._judged(request, silent).report

    def explain(
        self, subject: str, *, product: str | None = None, data: bool = False, as_of: date | None = None
    ) -> Explanation:
        """Say what a rule, control, framework, policy, setting or product is about, and how products stand.

        Args:
            subject: an address or name, such as `pci-dss/readable-card-number`, `PCI-DSS 3.5.1` or a product's.
            product: only how this product stands.
            data: whether rows are judged for that.
            as_of: the day that is judged as of. Default: today (UTC).

        Raises:
            RequestError: nothing is called so, or the policies cannot be read.

        """
        from govengine.answers.explain import explain

        request = Request(self._root, _day(as_of), data=data, given=Given(self._files))
        explained = explain(request, subject, product=product)
        if explained.problem is not None:
            raise RequestError("subject", explained.problem, explained.near)
        return explained

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies and overlays that compile, by name; none where the council's layer does not."""
        basis = self._judged(Request(self._root, _day(None), data=False, given=Given(self._files)), silent).basis
        if basis is None:
            return ()
        rules: dict[str, list[str]] = {}
        for rule in basis.book.rules:
            rules.setdefault(rule["policy"], []).append(rule["address"])
        return tuple(
            Policy(name, p["title"], p["layer"], p["owner"] or "", tuple(rules.get(name, ())))
            for name, p in sorted(basis.book.policies.items())
        )

    def _judged(self, request: Request, progress: Progress) -> Outcome:
        try:
            return judge(request, progress)
        except UnknownTableError as error:
            raise RequestError("data", str(error), error.near) from error

    def _given(self, data: Data, *, trusted: bool, spec: bytes | None = None) -> Given:
        tables = data if isinstance(data, Mapping) else {}
        if tables:
            from govengine.backends.handed import HandedTableError, columns_of

            for name, table in tables.items():
                try:
                    columns_of(table)
                except HandedTableError as error:
                    raise RequestError("data", f"the table for `{name}` cannot be read: {error}") from error
        return Given(self._files, spec, tables, trusted)

    def _paths(self, paths: Iterable[str | Path]) -> tuple[Path, ...]:
        found = tuple(Path(path) for path in ((paths,) if isinstance(paths, str | Path) else paths))
        for path in found:
            if self._files is None and not path.exists():
                raise RequestError("paths", f"there is no `{path}`")
        return found


def open_mesh(
    root: str | Path | None = None,
    *,
    mesh: object = None,
    policies: Mapping[str, str | bytes] | None = None,
    specs: Iterable[object] | None = None,
) -> Mesh:
    """Open a mesh: a folder, or policies and specs that are held in memory.

    Args:
        root: the folder that holds `govengine.yaml`. Default: the nearest one above the working directory; of a mesh
            in memory none, so that it has no data but what is handed over.
        mesh: `govengine.yaml` as text or mapping, of a mesh in memory. Default: one that has the domains of the specs
            and policies.
        policies: texts by path, "global/NAME.gov" and "domains/DOMAIN/NAME.gov". With them the mesh is in memory.
        specs: specs as text, mapping or pydantic model. With them the mesh is in memory.

    Raises:
        NoMeshError: there is no mesh.
        RequestError: a path of a policy is not one of either layer.
        SpecError: a spec has no form as YAML.

    """
    if mesh is not None or policies is not None or specs is not None:
        from govengine.api.memory import NOWHERE, files_of

        return Mesh(NOWHERE if root is None else Path(root).resolve(), files_of(mesh, policies or {}, specs or ()))
    from govengine.diagnostics.codes import run as codes
    from govengine.sources.mesh import MESH_FILE, find_root

    start = Path.cwd() if root is None else Path(root)
    found = find_root(start.resolve()) if root is None else start.resolve() if (start / MESH_FILE).is_file() else None
    if found is None:
        raise NoMeshError(codes.no_mesh(str(start)))
    return Mesh(found)


def _day(as_of: date | None) -> date:
    if as_of is None:
        return datetime.now(UTC).date()
    if isinstance(as_of, datetime) or not isinstance(as_of, date):
        raise RequestError("as_of", "it is a day: `datetime.date(2027, 3, 31)`")
    return as_of


def _reading(
    sample: int | None, seed: str, timeout: float, memory_limit: str, evidence_key: bytes, *, evidence: bool
) -> Reading:
    """How rows are read.

    Raises:
        RequestError: an argument cannot be meant.

    """
    if sample is not None and sample < 1:
        raise RequestError("sample", "a sample has one row at least")
    if seed and sample is None:
        raise RequestError("seed", "a seed draws a sample, and all rows are judged: give its size as `sample`")
    if not seed.isprintable():
        raise RequestError("seed", "a seed is text that can be printed, so that a report can show it")
    if not 0.01 <= timeout < float("inf"):
        raise RequestError("timeout", "a time limit is 0.01 seconds or more")
    if not _SIZE.fullmatch(memory_limit):
        raise RequestError("memory_limit", f"`{memory_limit}` is not a valid size; write it as 512MB or 4GB")
    if evidence_key and len(evidence_key) < _SHORTEST_KEY:
        raise RequestError("evidence_key", f"a key has {_SHORTEST_KEY} bytes or more")
    return Reading(sample, seed, timeout, memory_limit, evidence_key, evidence)


__all__ = ["Mesh", "open_mesh"]
