"""The command run by somebody for whom the rights of files hold, also where the tests run as root."""

from __future__ import annotations

import ctypes
import os
import subprocess
from typing import TYPE_CHECKING

from .meshes import Ran, assert_composed, command, environment

if TYPE_CHECKING:
    from pathlib import Path

_PR_CAPBSET_DROP = 24
_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2  # the two powers by which root passes over rights


def run_without_rights(cwd: Path, *arguments: str, **more: str) -> Ran:
    """Run govengine so that it may do with a file what the file's mode says and no more.

    Root stays root, since another user could perhaps not enter the folders in which Python stands; it loses the power
    to pass over rights. Root owns what the tests write, so the owner's bits decide.
    """
    as_root = os.geteuid() == 0
    if as_root:
        _assert_rights_hold(cwd)
    done = subprocess.run(
        command(*arguments),
        cwd=cwd,
        env=environment(**more),
        capture_output=True,
        timeout=120,
        check=False,
        preexec_fn=_drop if as_root else None,
    )
    ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert_composed(ran)
    return ran


def _drop() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    for power in (_DAC_OVERRIDE, _DAC_READ_SEARCH):
        if libc.prctl(_PR_CAPBSET_DROP, power, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "the power to pass over rights cannot be given up")


def _assert_rights_hold(folder: Path) -> None:
    """Were the powers not gone, the tests would pass for the wrong reason."""
    locked = folder / "locked"
    locked.write_text("")
    locked.chmod(0)
    tried = subprocess.run(["cat", str(locked)], capture_output=True, check=False, preexec_fn=_drop)
    locked.unlink()
    assert tried.returncode != 0, "root could still read a file without rights"
