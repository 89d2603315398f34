"""`BodyIndex`: exact questions about straight lines and points, asked of a body's structures.

World frame (LPS), mm, float64. Depths run along a unit direction from an entry point. Distances
come from full-resolution triangles, with the open ends of tubes capped (`meshes.index.caps`); they
exceed the truth by nothing but the rounding of float64. Display copies are not accepted here.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.body import Body
from meshes.catalogue import Structure
from meshes.errors import MeshError, UnknownStructureError
from meshes.index import crossing, measure, nearest, profile, reach, states
from meshes.index.answers import ByZone, Crossed, Measured, Pick
from meshes.index.by_zone import by_zone
from meshes.index.packed import Packed, pack
from meshes.index.workspace import Workspace

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

TOUCH_MM = 1e-9
"""What comes nearer than this touches: rounding alone could have held it apart."""

NOISE = 1e-15
"""Rounding of one distance as a share of the largest coordinate."""

MOST_KEPT = 4
"""How many indexes stay in memory."""


class CancelledError(MeshError):
    """The build was cancelled; no index was made."""


class BodyIndex:
    """Trees over the structures of a body. Immutable but for each thread's warm start."""

    def __init__(self, ids: Sequence[str], packed: Packed, content_hash: str) -> None:
        self.ids = tuple(ids)
        self.packed = packed
        self.content_hash = content_hash
        self.row = {structure_id: i for i, structure_id in enumerate(self.ids)}
        self.every_row = np.arange(len(self.ids), dtype=np.int64)
        self.boxes = np.ascontiguousarray(packed.nodes[packed.roots])
        self._local = threading.local()

    def workspace(self) -> Workspace:
        """Return this thread's working memory."""
        found = getattr(self._local, "workspace", None)
        if found is None:
            found = self._local.workspace = Workspace(len(self.ids))
        return found

    def rows(self, ids: Iterable[str] | None) -> Longs:
        """Rows of the named structures, all of them for ``None``.

        Raises
        ------
        UnknownStructureError
            An id this index does not have.
        """
        if ids is None:
            return self.every_row
        try:
            return np.array([self.row[i] for i in ids], np.int64)
        except KeyError as missing:
            raise UnknownStructureError(
                f"the index has no structure {missing.args[0]!r}; it has {len(self.ids)} others"
            ) from None

    def touch(self, *points: Floats) -> tuple[float, float]:
        """Contact tolerance and rounding of one distance, mm, for lines through these points."""
        largest = max(self.packed.largest, *(abs(x) for p in points for x in p.tolist()))
        noise = NOISE * max(largest, 1e3)
        return max(TOUCH_MM, 16.0 * noise), noise

    def closest(
        self,
        entry: ArrayLike,
        direction: ArrayLike,
        length: float,
        ids: Iterable[str] | None = None,
        within: float = np.inf,
    ) -> Measured:
        """Measure an axis of ``length`` mm against structures; see `Measured`.

        Structures farther than ``within`` mm are not measured: their state says `states.BEYOND`.
        """
        rows = self.rows(ids)
        return self.measured(
            as_line(entry, direction), float(length), rows, np.ones(len(rows), np.int8), within
        )

    def measured(
        self, line: Floats, length: float, rows: Longs, wanted: NDArray[np.int8], within: float
    ) -> Measured:
        """Do what `closest` does, on rows; distances only where ``wanted``, crossings for all."""
        p, w = self.packed, self.workspace()
        touch, _ = self.touch(line[:3])
        n, room = len(rows), 1024
        out, found = np.zeros((n, 5)), np.zeros(n, np.int64)
        state, hit_stop = np.zeros(n, np.int64), np.zeros(n, np.int64)
        while True:
            hit_depth, hit_sign = np.zeros(room), np.zeros(room, np.int8)
            used = measure.measure(
                line, float(length), float(within), touch, rows, wanted, w.seeds, p.roots, p.kinds,
                p.nodes, p.links, p.tri, p.spheres, p.wide_roots, p.wide, p.ways,
                w.stack, w.bounds, w.samples, w.asked,
                hit_depth, hit_sign, hit_stop, out, found, state,
            )  # fmt: skip
            if used <= room:
                break
            room = used
        ids = self.ids if rows is self.every_row else tuple(self.ids[i] for i in rows)
        return Measured(hit_depth[:used], hit_sign[:used], hit_stop, ids, out, found, state)

    def by_zone(
        self, line: Floats, length: float, searched: float, radius: float, within: float,
        zone_stop: Longs, members: Longs, margins: Floats,
    ) -> ByZone:  # fmt: skip
        """Measure an axis against zones, each the rows ``members`` up to its ``zone_stop``.

        Contacts are sought along the endless line, limits (margin + ``radius``) up to ``searched``.
        """
        p, w = self.packed, self.workspace()
        touch, noise = self.touch(line[:3])
        n = len(zone_stop)
        row, flags = np.empty((2, n), np.int64)
        clearance, contact, limit = np.empty((3, n))
        spots, hit_stop = np.empty((n, 5)), np.empty(len(self.ids), np.int64)
        while True:
            used = by_zone(
                line, float(length), float(searched), float(radius), float(within), touch, noise,
                zone_stop, members, margins,
                self.boxes, p.roots, p.kinds, p.nodes, p.links, p.tri,
                p.spheres, p.wide_roots, p.wide, p.ways, w.stack, w.bounds, w.samples, w.asked,
                w.seeds, w.last, w.met, w.near, w.floor, w.tried, w.winding, w.table, w.found,
                w.state, w.hit_depth, w.hit_sign, hit_stop,
                row, flags, clearance, contact, limit, spots,
            )  # fmt: skip
            if used <= len(w.hit_depth):
                break
            w.make_room(used)
        crossed = Crossed(w.hit_depth[:used].copy(), w.hit_sign[:used].copy(), hit_stop)
        return ByZone(row, flags, clearance, contact, limit, spots, crossed)

    def signed_along(
        self, line: Floats, depths: Floats, groups: Sequence[Longs]
    ) -> tuple[Floats, Floats, list[Floats]]:
        """Signed distance at rising depths of a (6,) line to each group of rows.

        Returns
        -------
        tuple
            (g, n) distances, negative inside a closed surface; (g,) whether a group can be signed
            at all (1) or holds a surface without an inside (0); and per group its crossings.
        """
        p, w = self.packed, self.workspace()
        nothing = np.zeros(len(self.ids), np.int8)
        found = self.measured(line, 0.0, self.every_row, nothing, np.inf)
        out = np.zeros((len(groups), len(depths)))
        signed = np.ones(len(groups))
        met = []
        for g, rows in enumerate(groups):
            profile.signed_along(
                line, depths, rows, p.wide_roots, p.kinds, p.wide, p.ways, p.tri, p.spheres,
                w.stack, w.bounds, found.hit_depth, found.hit_sign, found.hit_stop, out[g],
            )  # fmt: skip
            signed[g] = float(not (p.kinds[rows] == states.UNSIGNED).any())
            met.append(np.sort(np.concatenate([found.crossings_of(int(r))[0] for r in rows])))
        return out, signed, met

    def crossings(
        self,
        entry: ArrayLike,
        direction: ArrayLike,
        stop: float = np.inf,
        ids: Iterable[str] | None = None,
    ) -> dict[str, tuple[Floats, NDArray[np.int8]]]:
        """Depths in (0, stop] where the line crosses each structure, nearest first, with signs.

        +1 leaves, -1 enters, by the winding of the triangle. A line through an edge or a vertex
        crosses once; one that only grazes may not cross: contacts are `first_reach`'s. Structures
        that are not crossed are left out.
        """
        rows = self.rows(ids)
        line = as_line(entry, direction)
        found = self.measured(line, 0.0, rows, np.zeros(len(rows), np.int8), np.inf)
        crossed = {}
        for k, structure_id in enumerate(found.ids):
            depths, signs = found.crossings_of(k)
            keep = depths <= stop
            if keep.any():
                crossed[structure_id] = (depths[keep], signs[keep])
        return crossed

    def first_reach(
        self,
        entry: ArrayLike,
        direction: ArrayLike,
        stop: float,
        radii: float | Mapping[str, float],
        ids: Iterable[str] | None = None,
        start: float = 0.0,
    ) -> Floats:
        """First depth in [start, stop] where the line comes within a radius of each surface.

        Rows follow ``ids``, else the keys of ``radii``, else the index. Infinite where it does not;
        may be early by rounding, is never late. Radius 0 finds contacts, grazing ones included.
        """
        if ids is None and isinstance(radii, Mapping):
            ids = list(radii)
        rows = self.rows(ids)
        line = as_line(entry, direction)
        touch, noise = self.touch(line[:3])
        p, w = self.packed, self.workspace()
        depths = np.full(len(rows), np.inf)
        px, py, pz, ux, uy, uz = line.tolist()
        for k, row in enumerate(rows):
            radius = radii[self.ids[row]] if isinstance(radii, Mapping) else radii
            depths[k], _ = reach.first_reach(
                px, py, pz, ux, uy, uz, float(start), float(stop), float(radius), touch, noise, -1,
                p.roots[row],
                p.nodes, p.links, p.tri, p.spheres, w.stack, w.bounds,
            )  # fmt: skip
        return depths

    def inside(self, point: ArrayLike, ids: Iterable[str] | None = None) -> NDArray[np.int8]:
        """Whether a point lies inside: 1 inside, 0 not, -1 cannot be known (not closed, a sheet).

        Inside means a winding number that is not 0, so that overlapping closed parts of one
        structure count as its inside.
        """
        p, w = self.packed, self.workspace()
        at = as_vector(point, "point")
        touch, _ = self.touch(at)
        rows = self.rows(ids)
        x, y, z = at.tolist()
        verdicts = np.full(len(rows), -1, np.int8)
        for k, row in enumerate(rows):
            if p.kinds[row] == states.CLOSED:
                verdicts[k] = crossing.point_inside(
                    x, y, z, touch, p.roots[row], p.nodes, p.links, p.tri, w.stack
                )[0]
        return verdicts

    def nearest(
        self, point: ArrayLike, ids: Iterable[str] | None = None
    ) -> tuple[Floats, Floats, Longs]:
        """Unsigned distance of a point to each structure, nearest points (k, 3), triangles."""
        p, w = self.packed, self.workspace()
        at = as_vector(point, "point")
        rows = self.rows(ids)
        x, y, z = at.tolist()
        found = [
            nearest.nearest_to_point(
                x, y, z, np.inf, -1, p.wide_roots[row], p.wide, p.ways, p.tri, p.spheres, w.stack,
                w.bounds,
            )
            for row in rows
        ]  # fmt: skip
        table = np.array([f[:4] for f in found]).reshape(-1, 4)
        faces = np.array([p.faces[f[4]] for f in found], np.int64)
        return np.sqrt(table[:, 0]), table[:, 1:], faces

    def pick(
        self,
        origin: ArrayLike,
        direction: ArrayLike,
        ids: Iterable[str] | None = None,
        max_depth: float = np.inf,
    ) -> Pick | None:
        """Return the first surface the line meets at a depth in [0, max_depth], or ``None``.

        The normal is the triangle's own, pointing outwards by its winding.
        """
        line = as_line(origin, direction)
        touch, _ = self.touch(line[:3])
        p, w = self.packed, self.workspace()
        px, py, pz, ux, uy, uz = line.tolist()
        best, found, owner = float(max_depth), -1, -1
        for row in self.rows(ids):
            t, i = crossing.first_hit(
                px,
                py,
                pz,
                ux,
                uy,
                uz,
                best,
                touch,
                p.roots[row],
                p.nodes,
                p.links,
                p.tri,
                w.stack,
                w.bounds,
            )
            if i >= 0 and (found < 0 or t < best):
                best, found, owner = t, i, int(row)
        if found < 0:
            return None
        a, b, c = p.tri[found].reshape(3, 3)
        normal = np.cross(b - a, c - a)
        size = float(np.linalg.norm(normal))
        normal = normal / size if size > 0.0 else -line[3:]
        return Pick(self.ids[owner], line[:3] + best * line[3:], best, normal, int(p.faces[found]))


def as_vector(value: ArrayLike, what: str) -> Floats:
    """Return a fresh (3,) float64 vector.

    Raises
    ------
    MeshError
        It is not three finite numbers.
    """
    vector = np.array(value, np.float64)
    if vector.shape != (3,) or not np.isfinite(vector).all():
        raise MeshError(f"the {what} is {value!r}; expected three finite numbers")
    return vector


def as_line(entry: ArrayLike, direction: ArrayLike) -> Floats:
    """Entry and unit direction in one (6,) array.

    Raises
    ------
    MeshError
        Not finite, or a direction of length zero.
    """
    e, u = as_vector(entry, "entry point"), as_vector(direction, "direction")
    scale = float(np.abs(u).max())
    if scale == 0.0:
        raise MeshError("the direction is zero; expected a vector with a length")
    u = u / scale
    size = float(np.sqrt(u @ u))
    # A unit vector keeps its last bits: dividing it again would turn the line by a hair.
    u = u / size if abs(size * scale - 1.0) > 4e-16 else u * scale
    return np.concatenate([e, u])


_KEPT: OrderedDict[str, BodyIndex] = OrderedDict()
_LOCK = threading.Lock()


def body_index(
    source: Body | Iterable[Structure],
    cache_dir: Path | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> BodyIndex:
    """Return the index of a body or of some structures, built once per content.

    Parameters
    ----------
    source
        A body, or structures with distinct ids.
    cache_dir
        Where trees are kept between runs; default: ``index`` in the user's cache folder.
    cancelled
        Asked between structures.

    Raises
    ------
    CancelledError
        ``cancelled()`` said so.
    """
    structures = list(source.structures.values() if isinstance(source, Body) else source)
    digest = hashlib.sha256()
    for s in structures:
        digest.update(f"{s.id}\x1f{s.closed}\x1f{s.surface.content_hash}\n".encode())
    key = digest.hexdigest()
    with _LOCK:
        if key in _KEPT:
            _KEPT.move_to_end(key)
            return _KEPT[key]
    if cache_dir is None:
        from meshes.packs.store import cache_dir as user_cache  # the store reads bodies

        cache_dir = user_cache() / "index"
    packed = pack(structures, cache_dir, cancelled)
    if packed is None:
        raise CancelledError("the index was cancelled before it was complete; ask again")
    made = BodyIndex([s.id for s in structures], packed, key)
    with _LOCK:
        kept = _KEPT.setdefault(key, made)
        while len(_KEPT) > MOST_KEPT:
            _KEPT.popitem(last=False)
    return kept
