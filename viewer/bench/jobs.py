"""The benchmark rows: the same work by the engine and by its peers, interleaved in one run.

Times are medians in ms. A reassuring error is an axis–surface pair whose reported distance exceeds
the truth (`viewer.bench.truth`) by more than 1e-6 mm, a touching pair reported as apart included.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from meshes.body import Body
from meshes.catalogue import Structure
from viewer.bench.peers import Floats, Peer
from viewer.bench.truth import Soup, nearest
from zones.danger import DangerZone
from zones.needle import Needle

TOLERANCE_MM = 1e-6
GOAL_NEEDLE_MS = 1.0
GOAL_BUILD_MS = 600.0
GOAL_CACHED_MS = 200.0
"""One needle against ≥ 100 structures, ≥ 1 M triangles; and, per million triangles, its indexes and
these from the cache; 2 cores."""
GOAL_EVERY_STRUCTURE_MS = 3.0
GOAL_INTEREST_MS = 0.4
INTEREST_MM = 40.0
"""An atlas of 600 structures: all of them exact, and those within this radius alone."""


@dataclass(frozen=True)
class PeerFigure:
    """What a peer took: median ms, how many times the engine's time, its reassuring errors."""

    ms: float
    ratio: float
    reassuring_errors: int | None


@dataclass(frozen=True)
class Row:
    """One job. ``goal`` in ms, ``None`` where none is set; ``pairs`` were checked for errors."""

    job: str
    product_ms: float
    peers: dict[str, PeerFigure] = field(default_factory=dict)
    goal: float | None = None
    reassuring_errors: int | None = None
    pairs: int = 0
    p95_ms: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; ``None`` without one."""
        return None if self.goal is None else self.product_ms <= self.goal


@dataclass
class _Contestant:
    """A peer at work: its times, and how often it reassured wrongly."""

    answer: Callable[[Needle], Floats]
    is_slow: bool
    times: list[float] = field(default_factory=list)
    errors: int = 0

    def run(self, before: Needle, needle: Needle, truth: Floats) -> None:
        if not self.is_slow:  # of many hundred ms a warm cache is no part
            self.answer(before)
        started = time.perf_counter()
        found = self.answer(needle)
        self.times.append((time.perf_counter() - started) * 1e3)
        self.errors += int(np.count_nonzero(found > truth + TOLERANCE_MM))


def build_row(body: Body, zones: Sequence[DangerZone], peers: Sequence[Peer]) -> Row:
    """Time the indexes of all danger structures, built from nothing, beside the peers' own."""
    from meshes.index.packed import pack

    structures = _unknown(body, zones)
    surfaces = [s.surface for s in structures]
    pack(structures[:1], None, lambda: False)  # compiled before the clock starts
    structures = _unknown(body, zones)
    product = _ms(lambda: pack(structures, None, lambda: False))
    figures = {}
    for peer in peers:
        taken = _ms(lambda peer=peer: peer.prepare(surfaces))
        figures[peer.name] = PeerFigure(taken, taken / product, None)
    return Row(
        f"build the indexes, {_size(body, zones)}",
        product,
        figures,
        GOAL_BUILD_MS * _millions(body, zones),
    )


def cached_row(body: Body, zones: Sequence[DangerZone]) -> Row:
    """Time the same indexes read from the cache on disk and verified against the surfaces."""
    from meshes.index.packed import pack

    with tempfile.TemporaryDirectory(prefix="needlewise-bench-") as folder:
        pack(_unknown(body, zones), Path(folder), lambda: False)
        structures = _unknown(body, zones)
        largest = max(structures, key=lambda s: len(s.surface.triangles))
        pack([largest], Path(folder), lambda: False)  # compiled before the clock starts
        structures = _unknown(body, zones)
        taken = _ms(lambda: pack(structures, Path(folder), lambda: False))
    job = f"read the indexes from the cache, {_size(body, zones)}"
    return Row(job, taken, goal=GOAL_CACHED_MS * _millions(body, zones))


def _unknown(body: Body, zones: Sequence[DangerZone]) -> list[Structure]:
    """The structures of all zones, as arrays that the index has not met in this process.

    Trees are remembered by the very array of triangles: known ones would be refitted, not built.
    """
    fresh = []
    for i in members(zones):
        structure = body.structures[i]
        surface = structure.surface
        triangles = surface.triangles.copy()
        triangles.flags.writeable = False
        fresh.append(replace(structure, surface=replace(surface, triangles=triangles)))
    return fresh


def needle_row(
    body: Body,
    zones: Sequence[DangerZone],
    needles: Sequence[Needle],
    peers: Sequence[Peer],
    goal: float | None = None,
    slow_share: int = 4,
    within: float = np.inf,
    what: str = "",
) -> Row:
    """Time one needle of a drag against every danger structure; slow peers see a few.

    Farther than ``within`` mm the engine says only that; it errs if the truth is less.

    Each contestant is asked about a pose half a millimetre before, untimed, then about the pose:
    what a drag does, and neither finds its memory swept by the others.
    The engine gives the whole assessment (clearance, nearest points, first contact, limit depth,
    layers, verdicts); the peers give the distance alone.
    """
    from meshes.index.body_index import body_index
    from zones.assess import assess

    index = body_index(body)
    ids = members(zones)
    surfaces = [body.structures[i].surface for i in ids]
    alone = [_alone(zones[0], i) for i in ids]
    soup = Soup.of(surfaces)
    contestants = {p.name: _Contestant(p.prepare(surfaces), p.is_slow) for p in peers}
    assess(body, needles[0], zones, index=index)  # compiled before the clock starts
    times, errors, pairs = [], 0, 0
    for number, needle in enumerate(needles):
        truth, _, _ = nearest(soup, needle.entry, needle.direction, needle.depth)
        before = a_moment_before(needle)
        assess(body, before, zones, index=index, within_mm=within)
        times.append(
            _ms(lambda needle=needle: assess(body, needle, zones, index=index, within_mm=within))
        )
        found = assess(body, needle, alone, index=index, within_mm=within).needles[0].zones
        gaps = [within if z.clearance is None else z.clearance + needle.radius for z in found]
        reported = np.array(gaps, np.float64)
        errors += int(np.count_nonzero(reported > truth + TOLERANCE_MM))
        pairs += len(truth)
        for contestant in contestants.values():
            if not contestant.is_slow or number % slow_share == 0:
                contestant.run(before, needle, truth)
    median = statistics.median(times)
    figures = {}
    for name, contestant in contestants.items():
        taken = statistics.median(contestant.times)
        figures[name] = PeerFigure(taken, taken / median, contestant.errors)
    p95 = float(np.percentile(times, 95))
    return Row(
        f"one needle of a drag{what}, {_size(body, zones)}",
        median, figures, goal, errors, pairs, p95,
    )  # fmt: skip


def one_by_one(zones: Sequence[DangerZone]) -> list[DangerZone]:
    """A zone for every structure, with the margin of the first zone that it belongs to."""
    first = {i: zone for zone in reversed(zones) for i in zone.structures}
    return [_alone(first[i], i) for i in members(zones)]


def a_moment_before(needle: Needle) -> Needle:
    """The pose one mouse move earlier: 0.5 mm along x, about half a degree."""
    shift = np.array([0.5, 0.0, 0.0])
    turned = needle.direction + np.array([0.0, 0.006, 0.006])
    return Needle(needle.entry + shift, turned, needle.depth, needle.radius)


def members(zones: Sequence[DangerZone]) -> list[str]:
    """The structures of all zones, each once, in order."""
    return list(dict.fromkeys(i for zone in zones for i in zone.structures))


def _alone(like: DangerZone, structure_id: str) -> DangerZone:
    return replace(like, id=structure_id, structures=(structure_id,), complete=True, note="")


def _millions(body: Body, zones: Sequence[DangerZone]) -> float:
    return sum(len(body.structures[i].surface.triangles) for i in members(zones)) / 1e6


def _size(body: Body, zones: Sequence[DangerZone]) -> str:
    ids = members(zones)
    triangles = sum(len(body.structures[i].surface.triangles) for i in ids)
    return f"{body.id}: {len(ids)} structures, {triangles:,} triangles"


def _ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3
