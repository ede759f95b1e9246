"""`govengine`: the command line. Commands are imported when they are called."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from pathlib import Path
from typing import Any

import click

import govengine
from govengine.cli.commands import COMMANDS, GROUPS, Group, of_group
from govengine.cli.streams import OutputError, prepare

EXIT_UNDECIDED, EXIT_BROKEN = 2, 3
HEADINGS: dict[Group, str] = {
    "author": "Commands for authors of policies",
    "steward": "Commands for stewards of data products",
    "CI": "Commands for CI",
    "auditor": "Commands for auditors",
    "platform": "Commands for platforms",
}
_COLLECT_EVERY = 1_000_000
"""Allocations between two collections; a setting of the process, so it belongs to the command line alone."""


class _Lazy(click.Group):
    """Knows its commands by name, so that `check` does not pay for importing the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands, in the order in which they are met."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """One command, imported now."""
        found = COMMANDS.get(cmd_name)
        return None if found is None else found.load()

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """The list in `--help`, by who uses them, without importing any of them."""
        width = max(map(len, COMMANDS))
        for group in GROUPS:
            own = [(command.name.ljust(width), command.summary) for command in of_group(group)]
            if own:
                with formatter.section(HEADINGS[group]):
                    formatter.write_dl(own)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[Any, Any, list[str]]:
        """A command by name, with a near name for a misspelt one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from govengine.diagnostics import nearest

            near = nearest(args[0], COMMANDS) if args else None
            if near is None:
                raise
            raise click.UsageError(f"{error.message} Did you mean '{near}'?", error.ctx) from error


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(
    govengine.__version__,
    prog_name="govengine",
    message="%(prog)s %(version)s (rule language " + govengine.LANGUAGE_VERSION + ")",
)
def cli() -> None:
    """Policy as code for federated data governance.

    Exit codes: 0 nothing blocks; 1 an enforced rule fails; 2 no verdict, because inputs or evidence are missing or
    broken, or the command line is wrong; 3 internal error.
    """


def main() -> None:
    """Run, and turn whatever happens into an exit code that can be trusted."""
    # Bulk parsing makes few cycles, and collecting in between costs several times the parsing.
    gc.set_threshold(_COLLECT_EVERY, 50, 50)
    # How a CI job is cancelled; unheard, the folder for spilled rows would stay behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    prepare()
    try:
        _leave(cli.main(standalone_mode=False) or 0)
    except click.exceptions.Exit as done:
        _leave(done.exit_code)
    except click.ClickException as error:
        error.show()
        _leave(EXIT_UNDECIDED)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted: nothing was judged to the end, so there is no verdict", err=True)
        _leave(130)
    except OutputError as error:
        click.echo(f"error: standard output cannot be written: {error}", err=True)
        _leave(EXIT_UNDECIDED)
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback, no false green
        _broke(error)
        _leave(EXIT_BROKEN)


def _leave(code: int) -> None:
    """Exit; without waiting for what DuckDB still does in a thread that hears of nothing."""
    try:
        sys.stdout.flush()
    except OutputError as error:
        click.echo(f"error: standard output cannot be written: {error}", err=True)
        code = code or EXIT_UNDECIDED
    bounded = sys.modules.get("govengine.backends.bounded")
    if bounded is not None and bounded.any_deaf():
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):  # a reader that went away
                stream.flush()
        os._exit(code)
    sys.exit(code)


def _broke(error: Exception) -> None:
    """Say that the engine broke, and where; never what a value was."""
    import traceback

    if os.environ.get("GOVENGINE_TRACEBACK"):
        traceback.print_exception(error)
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
    click.echo(
        f"error[GOV999] engine-broke: govengine itself broke at {where} ({type(error).__name__})\n"
        "  = note: no verdict can be trusted, so the exit code is 3\n"
        "  = help: run again with `GOVENGINE_TRACEBACK=1` and report what it prints",
        err=True,
    )


if __name__ == "__main__":
    main()
