"""`govengine test`: the cases that stand beside the policies."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govengine.cli.judging import progress
from govengine.diagnostics.terminal import visible
from govengine.run.session import find_root

if TYPE_CHECKING:
    from govengine.cases.coverage import Coverage
    from govengine.cases.markdown import Case
    from govengine.cases.policies import Policies, Rule
    from govengine.cases.show import Account
    from govengine.cases.suite import CaseFile, Suite, SuiteResult

EXIT_PASS, EXIT_FAIL, EXIT_UNREADABLE = 0, 1, 2


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="Mesh root whose cases run if there are no PATHS. Default: the nearest parent folder with govengine.yaml.",
)
@click.option("-k", "words", metavar="WORDS", default="", help="Run only cases whose titles contain these words.")
@click.option("--update", is_flag=True, help="Rewrite `verdicts` blocks to what was given, and say what changed.")
@click.option(
    "--min-coverage",
    "least",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    help="Fail below this share of rules seen passing and rules seen failing.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(("console", "json")),
    default="console",
    show_default=True,
    help="Format of the result.",
)
def command(
    paths: tuple[Path, ...], *, root: Path | None, words: str, update: bool, least: float | None, format_: str
) -> int:
    """Run the cases of policies: the `.cases.md` files beside them.

    PATHS are case files or folders of them. Default: all cases of the mesh's policies. A case is judged by the policies
    in whose folder it is, or by its own.

    Exit codes: 0 all pass; 1 a case fails, or coverage is too low; 2 a case file or the policies cannot be read, or
    there is no case; 3 internal error.
    """
    if least is not None and words:
        raise click.UsageError("`--min-coverage` needs all cases and `-k` runs some; omit one of them")
    from govengine.cases import show
    from govengine.cases.markdown import CaseError
    from govengine.cases.suite import Suite

    meant = [Path(os.path.normpath(path.absolute())) for path in paths] or [_policies(root)]
    files = _files(meant, named=bool(paths))
    # Gone at the end and on Ctrl-C, with everything that the cases wrote.
    with tempfile.TemporaryDirectory(prefix="govengine-test-") as folder:
        suite = Suite(files, words, Path(folder))
        tried = _run(suite)
        updated = []
        if update and tried.failed:
            try:
                updated = suite.update(tried)
            except CaseError as error:
                raise click.UsageError(f"{error.file}: {error.why}; {error.repair}") from error
            if updated:
                tried = _run(suite)  # what is said of cases is said of the files as they stand now
    if not tried.cases and not tried.unreadable:
        raise click.UsageError(
            f"no title of {len(files)} case files holds `{words}`: a test that tries nothing would always be green"
        )
    coverages = [] if words else _coverages(tried, meant)
    account = show.Account(tried, coverages, least, updated, EXIT_PASS)
    account = show.Account(tried, coverages, least, updated, _exit_code(account))
    if format_ == "json":
        text = show.as_json(account)
    else:
        text = show.console(account, sys.stdout.isatty() and "NO_COLOR" not in os.environ)
    click.echo(text, nl=False)
    return account.exit_code


def _run(suite: Suite) -> SuiteResult:
    """Try all cases; should the engine break, say on which one."""
    tried: Case | None = None
    with progress() as show:

        def started(case: Case, position: int, total: int) -> None:
            nonlocal tried
            tried = case
            show("trying cases", position, total)

        try:
            return suite.run(started)
        except Exception:
            if tried is not None:
                click.echo(f"while trying {visible(f'{tried.file}:{tried.line}: {tried.title}')}", err=True)
            raise


def _exit_code(account: Account) -> int:
    tried = account.tried
    if tried.unreadable or any(p.mistakes or not p.compiled for p in tried.policies.values()):
        return EXIT_UNREADABLE
    too_little = account.least is not None and account.percent < account.least
    return EXIT_FAIL if tried.failed or too_little else EXIT_PASS


def _policies(root: Path | None) -> Path:
    """The folder of policies of a mesh: the one that is named, or the one that we are in."""
    from govengine.cases.policies import policies_above
    from govengine.run.schemas import schemas
    from govengine.sources.inputs import Inputs
    from govengine.sources.mesh import MESH_FILE, read_mesh

    start = root or Path.cwd()
    if not start.is_dir():
        raise click.UsageError(f"there is no folder `{start}`")
    mesh_root = find_root(start.resolve()) if root is None else (root if (root / MESH_FILE).is_file() else None)
    if mesh_root is None:
        folder = policies_above(start) if root is None else root / "policies"
        if folder is None or not (folder / "global").is_dir():
            raise click.UsageError(
                f"there is no `govengine.yaml` in `{start}`{' or above it' if root is None else ''}, and no folder "
                "`policies` that holds `global`: name the case files, or the mesh with `--root`"
            )
        return folder.resolve()
    mesh, said = read_mesh(Inputs(mesh_root), schemas().mesh)
    if mesh is None:
        raise click.UsageError(f"`{mesh_root / MESH_FILE}` cannot be read: {said[0].message}" if said else "no mesh")
    return (mesh_root / mesh.path("policies")).resolve()


def _files(meant: list[Path], *, named: bool) -> list[CaseFile]:
    """The case files that are meant, each once, in the order in which they are named."""
    from govengine.cases.run import ENDING, case_files
    from govengine.cases.show import shown
    from govengine.cases.suite import CaseFile

    found: dict[Path, None] = {}
    for path in meant:
        if not path.exists():
            raise click.UsageError(f"there is no `{path}`")
        if path.is_file() and path.suffix == ".gov":
            raise click.UsageError(f"`{path.name}` is a policy: name its cases, `{path.stem}{ENDING}`")
        here = list(case_files(path)) if path.is_dir() else [path]
        if not here:
            raise click.UsageError(
                f"`{shown(path)}` holds no case file: write one beside a policy, `<policy>{ENDING}`"
                if named
                else f"the policies in `{shown(path)}` have no case: write one beside a policy, `<policy>{ENDING}`"
            )
        found.update(dict.fromkeys(here))
    return [CaseFile(path, shown(path)) for path in found]


def _coverages(tried: SuiteResult, meant: list[Path]) -> list[tuple[Policies, Coverage]]:
    """Coverage of the rules that stand below the folders that are meant, or beside a case file that is."""
    from govengine.cases.coverage import measure
    from govengine.cases.run import ENDING

    beside = {p.with_name(p.name.removesuffix(ENDING) + ".gov").resolve() for p in meant if p.is_file()}
    folders = [p.resolve() for p in meant if p.is_dir()]

    def is_meant(policies: Policies, rule: Rule) -> bool:
        file = policies.path(rule.place.file).resolve()
        return file in beside or any(file.is_relative_to(folder) for folder in folders)

    measured = [
        (p, measure(p, [r for r in tried.results if r.policies == p.folder], lambda rule, p=p: is_meant(p, rule)))  # type: ignore[misc]
        for p in tried.policies.values()
        if p.compiled
    ]
    return [(p, c) for p, c in measured if c.rules]
