"""Property tests are quick and repeatable by default: `GOVENGINE_HYPOTHESIS` names a profile that tries more.

The cache's key is one of the tests' own, in CI too, where none would be made.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings

from .packages import Packages

if TYPE_CHECKING:
    import pytest

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile(
    "ci", deadline=None, max_examples=60, derandomize=True, database=None, suppress_health_check=_SLOW
)
settings.register_profile("weekly", deadline=None, max_examples=2_000, print_blob=True, suppress_health_check=_SLOW)
settings.register_profile("long", deadline=None, max_examples=20_000, suppress_health_check=_SLOW)
os.environ.pop("CI", None)
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="govengine-state-")
atexit.register(shutil.rmtree, os.environ["XDG_STATE_HOME"], ignore_errors=True)
settings.load_profile(os.environ.get("GOVENGINE_HYPOTHESIS", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    """Tests may name Debian packages that they need."""
    config.pluginmanager.register(Packages.default())
