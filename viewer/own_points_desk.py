"""Keeps the points of one's own for this user: read once, written after every change. No Qt.

One step back is kept. A file that cannot be read is set aside under another name and said, never
overwritten.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from meshes.packs.store import home_dir
from viewer.i18n.text import tr
from viewer.needle_desk import NeedleDesk
from zones import own_points as own
from zones.errors import BadOwnPointError, ZoneError
from zones.needle import Needle
from zones.own_points import OwnPoint, OwnPoints
from zones.session import Session


def own_points_path() -> Path:
    """Where the points are kept."""
    return home_dir() / "own-points.json"


class OwnPointsDesk:
    """Verbs on the user's points; ``on_change`` hears every change, ``on_refused`` every no."""

    def __init__(self, session: Session, desk: NeedleDesk) -> None:
        self._session, self._desk = session, desk
        self._kept: OwnPoints | None = None
        self._before: OwnPoints | None = None
        self.on_change: list[Callable[[], None]] = []
        self.on_refused: Callable[[str], None] = lambda text: None

    # -- asking -------------------------------------------------------------------------------
    @property
    def kept(self) -> OwnPoints:
        """All points."""
        if self._kept is None:
            self._kept = self._loaded()
        return self._kept

    @property
    def can_undo(self) -> bool:
        """Whether the last change can be taken back."""
        return self._before is not None

    def is_here(self, point: OwnPoint) -> bool:
        """Whether a point belongs to the open body."""
        return point.body_id == self._session.body.id

    def word(self, point: OwnPoint) -> str:
        """Say what keeps a point from this body; empty for nothing."""
        body = self._session.body
        if point.body_id != body.id:
            return tr("on body {id}", id=point.body_id)
        if point.body_hash != body.content_hash:
            return tr("made on another build of this body")
        return ""

    # -- doing --------------------------------------------------------------------------------
    def add_from_needle(self) -> str:
        """Keep the selected needle's place, direction and depth; returns the new id."""
        planned, body = self._desk.planned, self._session.body
        if planned is None:
            self.on_refused(tr("Place a needle first: its entry point is kept."))
            return ""
        needle = planned.needle
        x, y, z = (float(v) for v in needle.entry)
        dx, dy, dz = (float(v) for v in needle.direction)
        side = "left" if x > 1.0 else "right" if x < -1.0 else "mid"
        own_name = planned.name not in ("", planned.id)
        name = planned.name if own_name else tr("Point {number}", number=len(self.kept.points) + 1)
        point = OwnPoint("", name, side, (x, y, z), body.id, body.content_hash,
                         direction=(dx, dy, dz), depth=needle.depth)  # fmt: skip
        if not self._change(lambda kept: own.added(kept, point)):
            return ""
        return self.kept.points[-1].id

    def edit(self, point_id: str, **changes: object) -> bool:
        """Change name, notes, side or lock."""
        return self._change(lambda kept: own.edited(kept, point_id, **changes))

    def duplicate(self, point_id: str) -> bool:
        """Copy a point."""
        return self._change(lambda kept: own.duplicated(kept, point_id))

    def mirror(self, point_id: str) -> bool:
        """Make its twin on the other side."""
        return self._change(lambda kept: own.mirrored(kept, point_id, self._session.body))

    def remove(self, point_id: str) -> bool:
        """Remove a point."""
        return self._change(lambda kept: own.removed(kept, point_id))

    def place(self, point_id: str) -> bool:
        """Put a needle there: one edit of the plan."""
        point = self.kept.find(point_id)
        if not self.is_here(point):
            self.on_refused(tr("{name} belongs to body {id}; open that body to place it.",
                               name=point.name, id=point.body_id))  # fmt: skip
            return False
        normal = point.direction
        if normal is None:
            from zones.skin import skin_normal

            x, y, z = skin_normal(self._session.body, point.position)
            normal = (float(x), float(y), float(z))
        self._desk.add(Needle(point.position, normal, point.depth or 0.0), name=point.name)
        return True

    def undo(self) -> None:
        """Take the last change back."""
        if self._before is not None:
            self._kept, self._before = self._before, None
            self._save()
            self._tell()

    def bring(self, path: Path) -> bool:
        """Add the points of a file; those whose id is taken get another."""

        def add_all(kept: OwnPoints) -> OwnPoints:
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise BadOwnPointError(f"{path.name} cannot be read: {error}") from error
            read = own.from_csv if path.suffix.lower() == ".csv" else own.from_json
            for point in read(text).points:
                kept = own.added(kept, point)
            return kept

        return self._change(add_all)

    def take(self, path: Path) -> bool:
        """Write all points to a file, as a table where its name ends in .csv."""
        write = own.to_csv if path.suffix.lower() == ".csv" else own.to_json
        return self._write(path, write(self.kept))

    # -- keeping ------------------------------------------------------------------------------
    def _change(self, deed: Callable[[OwnPoints], OwnPoints]) -> bool:
        try:
            made = deed(self.kept)
        except ZoneError as error:
            self.on_refused(str(error))
            return False
        self._before, self._kept = self.kept, made
        self._save()
        self._tell()
        return True

    def _loaded(self) -> OwnPoints:
        path = own_points_path()
        try:
            return own.from_json(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return OwnPoints()
        except (OSError, UnicodeDecodeError, BadOwnPointError) as error:
            aside = path.with_name(f"{path.stem}.damaged-{os.getpid()}.json")
            with contextlib.suppress(OSError):
                path.replace(aside)
            self.on_refused(tr("Your points could not be read ({why}); the file is kept as {name}.",
                               why=error, name=aside.name))  # fmt: skip
            return OwnPoints()

    def _save(self) -> None:
        if not self._write(own_points_path(), own.to_json(self.kept)):
            self.on_refused(tr("Your points could not be written to the user folder."))

    def _write(self, path: Path, text: str) -> bool:
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(text, encoding="utf-8", newline="")
            temporary.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            self.on_refused(str(error))
            return False
        return True

    def _tell(self) -> None:
        for tell in tuple(self.on_change):
            tell()
