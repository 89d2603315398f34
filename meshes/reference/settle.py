"""Vessels and nerves find room: pushed out of bone, organs and each other, kept smooth.

Courses are authored by eye; here they give way by the least that is needed, so that no two solids
share space. What was settled first stays: arteries, veins, plexus, nerves, then the bundles. Every
solid is asked on its own fine grid: one common grid coarse enough for the whole trunk would be
wrong by more than the gaps between a root and its foramen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from meshes.reference.curves import Points, arc, even, unit
from meshes.reference.solid import REACH, Solid
from meshes.reference.tubes import Tube

NODE = 2.0
ROUNDS = 60
LAST = 40
GAP = 0.4
BUNDLES = ("posterior_intercostal", "subcostal", "intercostal")
"""How the ids of vessels and nerves begin that run along a rib."""
AROUND = 24
"""Places around an artery that are tried for what goes beside it."""
DENSE = 0.5
"""Tubes that are taken are asked at nodes so far apart, mm."""


@dataclass(frozen=True, eq=False)
class Rope:
    """A taken tube: its dense centre line as a tree, and the radius at every node."""

    tree: cKDTree
    radius: NDArray[np.float64]
    low: Points
    high: Points

    @classmethod
    def of(cls, tube: Tube) -> Rope:
        """The tube, ready to be asked."""
        p = even(tube.points, DENSE)
        at, known = np.linspace(0, 1, len(p)), np.linspace(0, 1, len(tube.radius))
        radius = np.interp(at, known, tube.radius)
        pad = float(radius.max()) + REACH
        return cls(cKDTree(p), radius, p.min(axis=0) - pad, p.max(axis=0) + pad)

    def away(self, points: Points) -> tuple[NDArray[np.float64], Points]:
        """Distance from its wall, mm, and the direction away from it."""
        far, near = self.tree.query(points)
        return far - self.radius[near], unit(points - self.tree.data[near])


@dataclass(eq=False)
class Room:
    """What space is taken: solids by their own fields, and the tubes that were settled."""

    solids: list[Solid]
    ropes: list[Rope] = field(default_factory=list)

    def push(self, points: Points, need: NDArray[np.float64]) -> tuple[Points, float]:
        """How far to move points (n, 3) so that each has ``need`` mm to all that is taken.

        What is nearest counts most: between two solids a tube comes to lie in the middle. Also the
        worst shortage, mm, 0 where there is none.
        """
        total, weight, most = (
            np.zeros((len(points), 3)),
            np.zeros(len(points)),
            np.zeros(len(points)),
        )
        for at, lack, way in self._near(points, need):
            total[at] += way * (lack**3)[:, None]
            weight[at] += lack**2
            most[at] = np.maximum(most[at], lack)
        return total / np.maximum(weight, 1e-9)[:, None], float(most.max(initial=0.0))

    def _near(
        self, points: Points, need: NDArray[np.float64]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64], Points]]:
        """Of all that is too near to points: which points, what they lack, and the way out."""
        for solid in self.solids:
            low = np.asarray(solid.grid.origin) + solid.grid.step
            high = solid.grid.high - solid.grid.step
            at = np.flatnonzero(((points > low) & (points < high)).all(axis=1))
            if len(at):
                lack = need[at] - solid.grid.sample(solid.field, points[at])
                at, lack = at[lack > 0], lack[lack > 0]
                if len(at):
                    way = _uphill(solid, points[at])
                    known = np.einsum("ij,ij->i", way, way) > 0.5  # where fields are cut: no way
                    yield at[known], lack[known], way[known]
        for rope in self.ropes:
            at = np.flatnonzero(((points > rope.low) & (points < rope.high)).all(axis=1))
            if len(at):
                free, way = rope.away(points[at])
                lack = need[at] - free
                yield at[lack > 0], lack[lack > 0], way[lack > 0]

    def settle(self, tube: Tube, gap: float = GAP) -> Tube:
        """The tube moved out of what is taken.

        What is evened out along it is how far it was moved: the bends of its course are kept.
        """
        start = even(tube.points, NODE)
        r = np.interp(
            np.linspace(0, 1, len(start)), np.linspace(0, 1, len(tube.radius)), tube.radius
        )
        moved = np.zeros_like(start)
        for turn in range(ROUNDS + LAST):
            last = turn >= ROUNDS  # evening out would draw it back into what it left
            push, worst = self.push(start + moved, r + (0.7 if last else 1.0) * gap)
            if worst == 0.0:
                break
            push = _at_most(0.6 * push, 0.8)
            if last:
                push[1:-1] = 0.5 * push[1:-1] + 0.25 * (push[:-2] + push[2:])
            moved += push
            if not last:
                moved[1:-1] += 0.2 * (0.5 * (moved[:-2] + moved[2:]) - moved[1:-1])
        fine = even(start + moved, 1.0)
        radius = np.interp(np.linspace(0, 1, len(fine)), np.linspace(0, 1, len(r)), r)
        return Tube(fine, radius)

    def short(self, points: Points, need: NDArray[np.float64]) -> NDArray[np.float64]:
        """How much each of points (n, 3) lacks of having ``need`` mm to all that is taken."""
        most = np.zeros(len(points))
        for at, lack, _ in self._near(points, need):
            most[at] = np.maximum(most[at], lack)
        return most

    def take(self, tube: Tube) -> None:
        """Count the tube's space as taken."""
        self.ropes.append(Rope.of(tube))

    def with_solids(self, more: Iterable[Solid]) -> Room:
        """The same room with more of it taken; tubes taken in one are taken in both."""
        return Room([*self.solids, *more], self.ropes)


def _at_most(push: Points, most: float) -> Points:
    size = np.linalg.norm(push, axis=1, keepdims=True)
    return np.asarray(push * np.minimum(1.0, most / np.maximum(size, 1e-9)))


def _uphill(solid: Solid, points: Points) -> Points:
    parts = []
    for axis in range(3):
        shift = np.zeros(3)
        shift[axis] = solid.grid.step
        ahead = solid.grid.sample(solid.field, points + shift)
        parts.append(ahead - solid.grid.sample(solid.field, points - shift))
    return unit(np.stack(parts, axis=1))


def in_order(keys: Iterable[str]) -> list[str]:
    """Ids in the order of settling: arteries, veins, nerves; bundles of the ribs after the rest."""

    def rank(key: str) -> tuple[int, int, str]:
        bundle = key.startswith(BUNDLES)
        kind = 0 if "artery" in key else 1 if "vein" in key else 2
        return int(bundle), kind, key

    return sorted(keys, key=rank)


def settled_bundles(tubes: Mapping[str, Tube], room: Room) -> dict[str, Tube]:
    """Vein, artery and nerve of every rib: the artery finds its way, the others go beside it."""
    out = {}
    for key in in_order(k for k in tubes if "artery" in k):
        out[key] = room.settle(tubes[key])
        for part in ("vein", "nerve"):
            own = key.replace("artery", part)
            own = own.removeprefix("posterior_") if part == "nerve" else own
            first = beside(out[key], tubes[key], tubes[own], room)
            if part == "vein":
                room.take(out[key])
            out[own] = room.settle(first)
            room.take(out[own])
    return out


def beside(leader: Tube, authored: Tube, own: Tube, room: Room) -> Tube:
    """A course along ``leader``, on the side where ``own`` lies beside ``authored`` if it can.

    Where there is no room on that side it goes about the leader to where there is some, and back:
    pushed there one by one, the two would get into each other's way.
    """
    p = even(leader.points, NODE)
    count, turns = len(p), np.arange(AROUND) * 2 * np.pi / AROUND
    radius, of_leader = (_spread(t.radius[:, None], count)[:, 0] for t in (own, leader))
    t = unit(np.gradient(p, axis=0))
    wanted = _spread(own.points, count) - _spread(authored.points, count)
    u = unit(wanted - np.sum(wanted * t, axis=1, keepdims=True) * t)
    v = np.cross(t, u)
    ways = np.cos(turns)[:, None, None] * u + np.sin(turns)[:, None, None] * v
    places = p + ways * (radius + of_leader + GAP)[:, None]
    lack = room.short(places.reshape(-1, 3), np.tile(radius + GAP, AROUND)).reshape(AROUND, count)
    cost = lack**2 + 0.1 * (1.0 - np.cos(turns))[:, None]
    apart = np.abs(np.arange(AROUND)[:, None] - np.arange(AROUND))
    turning = 0.05 * np.minimum(apart, AROUND - apart) ** 2
    best, came = cost[:, 0], []
    for i in range(1, count):
        total = best[:, None] + turning
        came.append(total.argmin(axis=0))
        best = total.min(axis=0) + cost[:, i]
    chosen = [int(best.argmin())]
    for back in reversed(came):
        chosen.append(int(back[chosen[-1]]))
    return Tube(places[chosen[::-1], np.arange(count)], radius)


def _spread(values: Points, count: int) -> Points:
    s = arc(values) if values.shape[1] == 3 else np.arange(float(len(values)))
    at = np.linspace(0.0, s[-1], count)
    return np.stack([np.interp(at, s, column) for column in values.T], axis=1)


def settled(tubes: Mapping[str, Tube], room: Room) -> dict[str, Tube]:
    """Every tube settled in order, each taking its space."""
    out = {}
    for key in in_order(tubes):
        out[key] = room.settle(tubes[key])
        room.take(out[key])
    return out
