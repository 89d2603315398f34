"""Measured distances: pairs of world points a person set, kept with the view. No Qt.

Part of the view state: recorded with bookmarks, never undone with the plan, never in a verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

Point = tuple[float, float, float]


@dataclass(frozen=True)
class Distance:
    """Between two world points, mm."""

    start: Point
    stop: Point

    @property
    def mm(self) -> float:
        """Straight distance."""
        return float(np.linalg.norm(np.subtract(self.stop, self.start)))


class Measures:
    """The distances of one view, and the point that waits for its partner."""

    def __init__(self) -> None:
        self._kept: tuple[Distance, ...] = ()
        self.pending: Point | None = None
        self._listeners: list[Callable[[], None]] = []

    def subscribe(self, tell: Callable[[], None]) -> Callable[[], None]:
        """Call ``tell`` after each change, until the result is called."""
        self._listeners.append(tell)

        def stop() -> None:
            if tell in self._listeners:
                self._listeners.remove(tell)

        return stop

    @property
    def kept(self) -> tuple[Distance, ...]:
        """Every distance, oldest first."""
        return self._kept

    def put(self, point: ArrayLike) -> Distance | None:
        """Set a point: the first waits, the second makes a distance, which is returned."""
        at = _point(point)
        if self.pending is None:
            self.pending = at
            self._tell()
            return None
        made = Distance(self.pending, at)
        self.pending = None
        self._set((*self._kept, made))
        return made

    def add(self, start: ArrayLike, stop: ArrayLike) -> Distance:
        """Keep a distance."""
        made = Distance(_point(start), _point(stop))
        self._set((*self._kept, made))
        return made

    def forget_last(self) -> bool:
        """Drop the waiting point, or else the newest distance; ``False`` if there is nothing."""
        if self.pending is not None:
            self.pending = None
            self._tell()
            return True
        if self._kept:
            self._set(self._kept[:-1])
            return True
        return False

    def replace(self, kept: tuple[Distance, ...]) -> None:
        """Put others in their place, as a bookmark does."""
        self.pending = None
        self._set(tuple(kept))

    def _set(self, kept: tuple[Distance, ...]) -> None:
        self._kept = kept
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _point(value: ArrayLike) -> Point:
    x, y, z = (float(v) for v in np.asarray(value, dtype=np.float64).reshape(3))
    return (x, y, z)
