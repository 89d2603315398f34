"""Autosave and recovery: the plan is written beside the user's files while it has unsaved changes.

One file per running program, named by its process, so that two windows do not overwrite each other.
A file whose process is gone is what a crash left behind. A folder that refuses costs the autosave,
never the session. No Qt: the window asks from a timer.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from meshes.errors import MeshError
from meshes.packs.store import home_dir
from zones.errors import ZoneError
from zones.plan import Plan
from zones.plan_file import read_plan, write_plan
from zones.session import Session

_PREFIX, _SUFFIX = "plan-", ".json"


class Autosave:
    """Writes the session's plan when it changed since the last time."""

    def __init__(self, session: Session, folder: Path | None = None) -> None:
        self._session = session
        self.folder = folder or home_dir() / "autosave"
        self.path = self.folder / f"{_PREFIX}{os.getpid()}{_SUFFIX}"
        self._written: Plan | None = None
        self._failing = False
        self.on_failed: Callable[[str], None] = lambda why: None
        """Told once when writing begins to fail, not at every tick."""

    def tick(self) -> bool:
        """Write if there is something to lose; returns whether a file was written."""
        plan = self._session.plan
        if not self._session.is_modified:
            self.clear()
            return False
        if plan is self._written and self.path.exists():
            return False
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_plan(plan, self.path)
        except (OSError, ZoneError, MeshError) as error:
            if not self._failing:
                self._failing = True
                self.on_failed(str(error))
            return False
        self._failing = False
        self._written = plan
        return True

    def clear(self) -> None:
        """Remove this program's file: nothing is at risk."""
        self._written = None
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


def left_behind(folder: Path | None = None) -> list[Path]:
    """Return what crashed programs left, newest first; files of running ones are not theirs."""
    where = folder or home_dir() / "autosave"
    try:
        found = [p for p in where.glob(f"{_PREFIX}*{_SUFFIX}") if not _is_running(p)]
        return sorted(found, key=lambda p: p.stat().st_mtime, reverse=True)
    except OSError:
        return []


def recover(path: Path) -> Plan | None:
    """Read what was left; ``None`` if it cannot be read. The file stays."""
    try:
        return read_plan(path)
    except (OSError, ZoneError, MeshError):
        return None


def forget(paths: list[Path]) -> None:
    """Remove what was left behind."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            continue


def _is_running(path: Path) -> bool:
    number = path.name[len(_PREFIX) : -len(_SUFFIX)]
    if not number.isdigit():
        return False
    if int(number) == os.getpid():
        return True
    if os.name == "nt":
        return _is_running_windows(int(number))
    try:
        os.kill(int(number), 0)
    except PermissionError:
        return True
    except (OSError, OverflowError, ValueError):
        return False
    return True


def _is_running_windows(number: int) -> bool:
    # os.kill(…, 0) would end the process there.
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    handle = kernel.OpenProcess(0x1000, False, number)
    if handle:
        kernel.CloseHandle(handle)
    return bool(handle)
