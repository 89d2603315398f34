"""The rows of drawn needles: 100,000 around one, each measured exactly; peers see a few of them.

Peers are asked about every needle by itself, as their users would; their times are those of a few
needles, carried forward to all. A reassuring error is counted as in `viewer.bench.jobs`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np

from meshes.body import Body
from meshes.surface import Surface
from viewer.bench.jobs import TOLERANCE_MM, PeerFigure, Row, members
from viewer.bench.peers import Floats, Peer
from viewer.bench.synthetic import inward_needles
from viewer.bench.truth import Soup, nearest
from zones.danger import DangerZone
from zones.needle import Needle

DRAWN = 100_000
GOAL_NEAREST_MS = 110.0
GOAL_EVERY_MS = 1000.0
CHECKED = 60
PEER_NEEDLES, SLOW_PEER_NEEDLES = 40, 4
REPEATS = 3


def sampled_rows(
    body: Body, zones: Sequence[DangerZone], needle: Needle, peers: Sequence[Peer], n: int = DRAWN
) -> Iterator[Row]:
    """Yield the row of the nearest zone, then that of every zone."""
    from meshes.bundle.bundle import as_rows, bundle, least_distances
    from meshes.index.body_index import body_index

    index = body_index(body)
    drawn = perturbed(needle, n)
    stop, rows = as_rows(index, [zone.structures for zone in zones])
    warm = bundle(*(part[:600] for part in drawn))
    least_distances(index, warm, stop, rows)  # compiled before the clock starts
    surfaces = [body.structures[i].surface for i in members(zones)]
    tested = [Needle(e, d, x, needle.radius) for e, d, x in zip(*drawn, strict=True)][:CHECKED]
    soup = Soup.of(surfaces)
    truths = [nearest(soup, one.entry, one.direction, one.depth)[0] for one in tested]
    for every, goal in ((False, GOAL_NEAREST_MS), (True, GOAL_EVERY_MS)):
        ends = stop if every else stop[-1:]
        times = []
        for _ in range(REPEATS):
            started = time.perf_counter()
            found, _ = least_distances(index, bundle(*drawn), ends, rows)
            times.append((time.perf_counter() - started) * 1e3)
        product = float(np.median(times))
        wrong = _errors(found, zones, surfaces_of(zones, members(zones)), truths, every)
        shown = surfaces if every else [merged(surfaces)]
        figures = {
            peer.name: _figure(peer, shown, tested, truths, product, n, every) for peer in peers
        }
        what = "every zone" if every else "the nearest zone"
        groups = len(zones) if every else 1
        yield Row(
            f"{n:,} drawn needles, {what}, exact, {body.id}", product, figures,
            goal if n == DRAWN else None, wrong, groups * len(tested),
        )  # fmt: skip


def near_needle(body: Body, zones: Sequence[DangerZone], clearance_mm: float = 4.0) -> Needle:
    """The needle of `inward_needles` that comes nearest to this clearance of the nearest zone."""
    from zones.assess import assess

    def miss(needle: Needle) -> float:
        found = assess(body, needle, zones).needles[0].zones
        return abs(min(z.clearance for z in found if z.clearance is not None) - clearance_mm)

    return min(inward_needles(body, 60), key=miss)


def perturbed(needle: Needle, n: int, seed: int = 7) -> tuple[Floats, Floats, Floats]:
    """Entries, unit directions and depths about a needle: SD 1 mm, 1.5 degrees, 2 mm.

    The errors of the trial that set the goals.
    """
    from zones.uncertainty_draws import turned_about

    rng = np.random.default_rng(seed)
    directions = turned_about(needle.direction, rng.normal(0.0, np.radians(1.5), (n, 2)))
    aside = np.linalg.svd(needle.direction[None])[2][1:]
    entries = needle.entry + rng.normal(0.0, 1.0, (n, 2)) @ aside
    return entries, directions, np.maximum(needle.depth + rng.normal(0.0, 2.0, n), 0.0)


def merged(surfaces: Sequence[Surface]) -> Surface:
    """All surfaces as one: what a peer needs for the nearest of all."""
    starts = np.cumsum([0, *(len(s.points) for s in surfaces)])
    faces = [s.triangles + start for s, start in zip(surfaces, starts, strict=False)]
    return Surface.of(np.concatenate([s.points for s in surfaces]), np.concatenate(faces))


def surfaces_of(zones: Sequence[DangerZone], ids: Sequence[str]) -> list[list[int]]:
    """Per zone, which of the surfaces are its own."""
    place = {structure_id: k for k, structure_id in enumerate(ids)}
    return [[place[i] for i in zone.structures] for zone in zones]


def _errors(
    found: Floats, zones: Sequence[DangerZone], own: list[list[int]], truths: Sequence[Floats],
    every: bool,
) -> int:  # fmt: skip
    """How many distances exceed the truth; a needle inside or through a surface is at most 0."""
    wrong = 0
    for i, truth in enumerate(truths):
        per_zone = np.array([truth[places].min() for places in own])
        true = per_zone if every else per_zone.min(keepdims=True)
        wrong += int(np.count_nonzero(found[:, i] > true + TOLERANCE_MM))
    return wrong


def _figure(
    peer: Peer, surfaces: Sequence[Surface], needles: Sequence[Needle], truths: Sequence[Floats],
    product: float, n: int, every: bool,
) -> PeerFigure:  # fmt: skip
    answer = peer.prepare(surfaces)
    some = needles[: SLOW_PEER_NEEDLES if peer.is_slow else PEER_NEEDLES]
    answer(some[0])
    wrong, started = 0, time.perf_counter()
    answers = [answer(needle) for needle in some]
    taken = (time.perf_counter() - started) * 1e3 / len(some) * n
    for found, truth in zip(answers, truths, strict=False):
        true = truth if every else truth.min(keepdims=True)
        wrong += int(np.count_nonzero(found > true + TOLERANCE_MM))
    return PeerFigure(taken, taken / product, wrong)
