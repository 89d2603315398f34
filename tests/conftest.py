"""What every test gets: a user folder of its own, so that no test reads or writes the real one."""

from __future__ import annotations

import os
import tempfile

_home = tempfile.TemporaryDirectory(prefix="needlewise-tests-")
os.environ["NEEDLEWISE_HOME"] = _home.name  # subprocesses inherit it


def pytest_unconfigure():
    """Remove the folder with whatever the tests left there."""
    _home.cleanup()
