"""An environment for each peer: their libraries do not agree with one another, nor with the project's."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

HERE = Path(__file__).parent


def programs(peer: str, folder: Path) -> Path:
    """The programs of the peer's environment in `folder`, which is made from pinned requirements where it is missing.

    Raises:
        CalledProcessError: a requirement cannot be installed.

    """
    environment = folder.resolve() / peer
    made = environment / "bin" / "python"
    if not made.exists():
        venv.create(environment, with_pip=True)
        wanted = HERE / f"requirements-{peer}.txt"
        try:
            subprocess.run([str(made), "-m", "pip", "install", "-q", "-r", str(wanted)], check=True)
        except subprocess.CalledProcessError:
            made.unlink()  # half an environment would be taken for a whole one next time
            raise
    return made.parent
