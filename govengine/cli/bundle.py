"""`govengine bundle`: the council's policies in one signed file; what is in it, and whether it is whole."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govengine.diagnostics.counted import plural
from govengine.diagnostics.terminal import visible

if TYPE_CHECKING:
    from govengine.sources.policy_bundle import Bundle

_FILE = click.argument("file", type=click.Path(path_type=Path))


@click.group("bundle", short_help="Make, show or verify a policy bundle.")
def command() -> None:
    """The council's policies in one file, that domains name as the source of the global layer in govengine.yaml."""


@command.command("build")
@click.argument("policies", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The bundle to write.")
@click.option("--key", type=click.Path(path_type=Path), help="Sign with this private Ed25519 key, a PEM file.")
def build(policies: Path | None, output: Path, key: Path | None) -> int:
    """Put the council's layer of POLICIES, a folder that holds global/, into one file.

    Default for POLICIES: those of the mesh that contains the current folder. The same policies, key and engine give the
    same bytes. Only policies that compile are packed. Exit code 0, or 2 if nothing was written.
    """
    from govengine.sources.policy_bundle import BundleError, write_bundle
    from govengine.sources.signature import KeyFileError, NoCryptographyError

    texts = _texts(policies if policies is not None else _own())
    _compiles(texts)
    private = None if key is None else _bytes(key)
    try:
        data = write_bundle(texts, private)
    except KeyFileError as error:
        raise click.UsageError(f"`{key}` cannot sign: {error}") from error
    except (BundleError, NoCryptographyError) as error:
        raise click.UsageError(visible(str(error))) from error
    _write(output, data)
    from govengine.sources.policy_bundle import read_bundle

    held = read_bundle(data)
    signed = "signed" if held.signature is not None else "NOT signed"
    click.echo(f"{visible(str(output))}: {plural(len(texts), 'policy file')}, {signed}\npolicies {held.digest}")
    return 0


@command.command("inspect")
@_FILE
@click.option("--format", "format_", type=click.Choice(("console", "json")), default="console", show_default=True)
def inspect(file: Path, format_: str) -> int:
    """List the contents of FILE. `verify` shows who signed it. Exit code 0, or 2 if the bundle is not complete."""
    held = _read(file)
    shown = {
        "policy_digest": held.digest,
        "signed": held.signature is not None,
        "engine": held.manifest["engine"],
        "language": held.manifest["language"],
        "files": held.manifest["files"],
    }
    if format_ == "json":
        click.echo(json.dumps(shown, indent=1, ensure_ascii=True))
        return 0
    signed = "carries a signature, not checked here" if shown["signed"] else "not signed"
    click.echo(f"policies {held.digest}\n{signed}")
    click.echo(visible(f"made by govengine {shown['engine']}, language {shown['language']}"))
    for entry in shown["files"]:
        click.echo(f"  {entry['layer']}  {entry['sha256'][:16]}  {entry['size']:>8}  {visible(entry['path'])}")
    return 0


@command.command("verify")
@_FILE
@click.option("--public-key", type=click.Path(path_type=Path), help="The council's public Ed25519 key, a PEM file.")
@click.option("--digest", metavar="sha256:…", help="What the digest of its policies must be.")
def verify(file: Path, public_key: Path | None, digest: str | None) -> int:
    """Check that FILE is whole, signed by the owner of the key, and holds the policies of the digest.

    Exit code 0 if all of that is true, 2 if not.
    """
    from govengine.sources.policy_bundle import no_digest, signature_fits
    from govengine.sources.signature import KeyFileError, NoCryptographyError

    if public_key is None and digest is None:
        raise click.UsageError("say what to hold it against: `--public-key`, `--digest` or both")
    wrong = None if digest is None else no_digest(digest)
    if wrong is not None:
        written = "a digest is written `sha256:` and 64 hexadecimal digits, as `govengine bundle inspect` says it"
        raise click.BadParameter(visible(f"{written}; {wrong}"), param_hint="--digest")
    held = _read(file)
    if digest is not None and held.digest != digest:
        raise click.ClickException(f"it holds other policies: their digest is {held.digest}")
    if public_key is not None:
        key = _bytes(public_key)
        try:
            fits = signature_fits(held, key)
        except KeyFileError as error:
            raise click.UsageError(f"`{public_key}` checks nothing: {error}") from error
        except NoCryptographyError as error:
            raise click.UsageError(str(error)) from error
        if held.signature is None:
            raise click.ClickException("it is not signed")
        if not fits:
            raise click.ClickException("its signature is not by the owner of this key, or it was changed since")
        click.echo(f"signed by the owner of the key {hashlib.sha256(key).hexdigest()[:16]}…")
    click.echo(f"whole: {plural(len(held.texts), 'policy file')}\npolicies {held.digest}")
    return 0


def _own() -> Path:
    """The policies' folder of the mesh around here."""
    from govengine.cli.judging import mesh_root
    from govengine.run.schemas import schemas
    from govengine.sources.inputs import Inputs
    from govengine.sources.mesh import read_mesh

    root = mesh_root(None, Path.cwd())
    mesh, _ = read_mesh(Inputs(root), schemas().mesh)
    if mesh is None:
        raise click.UsageError("`govengine.yaml` cannot be read: `govengine check` says why")
    return root / mesh.path("policies")


def _texts(policies: Path) -> dict[str, bytes]:
    """Texts of the layer by path, "global/…"."""
    from govengine.sources.walk import files_below

    below = files_below(policies, "global", (".gov",), lambda _: True)
    for path, why in below.unseen:
        raise click.UsageError(f"`{policies / path}` would be passed over: {why}")
    found = {path: _bytes(policies / path) for path in below.files}
    if not found:
        raise click.UsageError(f"`{policies}` holds no `global/` with policies")
    return found


def _compiles(texts: dict[str, bytes]) -> None:
    """Refuse what no mesh could use.

    Raises:
        click.ClickException: it does not compile; the mistakes have been said.

    """
    from govengine.backends.duckdb_sql import Parser
    from govengine.compile.plan import compile_policies
    from govengine.diagnostics.render import render
    from govengine.run.schemas import schemas

    try:
        decoded = {path: data.decode("utf-8-sig") for path, data in texts.items()}
    except UnicodeDecodeError as error:
        raise click.ClickException("a policy file is not UTF-8") from error
    product_schema, mesh_schema, _ = schemas()
    compiled = compile_policies(decoded, dict.fromkeys(decoded, "global"), product_schema, mesh_schema, Parser())
    mistakes = [d for d in compiled.diagnostics if d.level == "error"]
    for mistake in mistakes:
        click.echo(render(mistake, decoded, "", False) + "\n", err=True)
    if mistakes:
        raise click.ClickException("the policies have mistakes, and nothing was written")


def _read(file: Path) -> Bundle:
    from govengine.sources.policy_bundle import MOST_BYTES, BundleError, read_bundle

    data = _bytes(file, MOST_BYTES + 1)
    try:
        return read_bundle(data)
    except BundleError as error:
        raise click.ClickException(visible(f"`{file}` is no whole policy bundle: {error}")) from error


def _bytes(path: Path, most: int = 1 << 26) -> bytes:
    if not path.is_file():
        raise click.UsageError(f"there is no file `{path}`")
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise click.UsageError(f"`{path}` cannot be read: {error.strerror}") from error


def _write(output: Path, data: bytes) -> None:
    """Whole or not at all."""
    from govengine.cli.writing import write_whole

    try:
        write_whole(output, data)
    except OSError as error:
        raise click.UsageError(f"`{output}` cannot be written: {error.strerror}") from error
