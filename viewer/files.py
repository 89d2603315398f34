"""The plan as a file: open, save, save as; which file it is, which were used last. No dialogs."""

from __future__ import annotations

from pathlib import Path

from viewer import settings
from viewer.settings import Preferences
from zones.errors import ZoneError
from zones.plan import Plan
from zones.plan_file import read_plan, write_plan
from zones.session import Session

SUFFIX = ".needleplan.json"


class PlanFiles:
    """What lies between a session and the disk. Errors are those of `zones.plan_file`."""

    def __init__(self, session: Session, preferences: Preferences) -> None:
        self._session = session
        self._preferences = preferences
        self.path: Path | None = None

    @property
    def title(self) -> str:
        """Name of the file, without its endings; empty for a plan that has none."""
        return self.path.name.split(".")[0] if self.path else ""

    @property
    def folder(self) -> str:
        """Where the next file is looked for: beside this one, else beside the one used last."""
        known = [self.path] if self.path else [Path(name) for name in self._preferences.recent]
        return next((str(path.parent) for path in known if path.parent.is_dir()), "")

    def open(self, path: Path, plan: Plan | None = None) -> None:
        """Replace the plan by one read from a file; the open body stays.

        ``plan`` is what was read from it already.

        Raises
        ------
        ZoneError
            The file is no plan, is newer, or is for another posture; nothing changed.
        """
        before = self.path
        plan = read_plan(path) if plan is None else plan
        self.path = path  # first: whoever hears of the plan asks for its name
        try:
            self._session.open(self._session.body, plan, by="files")
        except ZoneError:
            self.path = before
            raise
        self._remember(path)

    def save(self, path: Path | None = None) -> Path:
        """Write the plan to a file, or to the one it came from."""
        target = path or self.path
        if target is None:
            raise ValueError("the plan has no file yet; save needs a path")
        write_plan(self._session.plan, target)
        self.path = target
        self._session.mark_saved("files")
        self._remember(target)
        return target

    def start_new(self) -> None:
        """Forget the file: the plan is a new one."""
        self.path = None

    def _remember(self, path: Path) -> None:
        self._preferences.remember(path)
        settings.save(self._preferences)
