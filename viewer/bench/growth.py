"""The rows of growth: the same torso from coarse to fine, one needle of a drag at each size.

The structures stay the same; only their triangles shrink. What grows with them is the depth of the
trees, so that the time per needle should grow like its logarithm.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence

import numpy as np

from viewer.bench.jobs import Row, a_moment_before, members
from viewer.bench.synthetic import inward_needles, synthetic_body, synthetic_zones

DETAILS = (0.1, 0.45, 1.0, 2.84)
"""From about 25 thousand triangles to ten million."""
MOST_GROWTH = 3.0
"""How many times the time of the coarsest the finest may take."""
N_NEEDLES = 100


def growth_rows(details: Sequence[float] = DETAILS, n_needles: int = N_NEEDLES) -> Iterator[Row]:
    """Yield a row per size; the last has the goal: `MOST_GROWTH` times the first."""
    first = None
    for detail in details:
        row = _size_row(detail, n_needles, None if first is None else MOST_GROWTH * first)
        first = row.product_ms if first is None else first
        yield row if detail == details[-1] else Row(row.job, row.product_ms, p95_ms=row.p95_ms)


def _size_row(detail: float, n_needles: int, goal: float | None) -> Row:
    from meshes.index.body_index import BodyIndex
    from meshes.index.packed import pack
    from zones.assess import assess

    body = synthetic_body(detail)
    zones = synthetic_zones(body)
    structures = [body.structures[i] for i in members(zones)]
    packed = pack(structures, None)
    assert packed is not None  # nothing cancels it
    index = BodyIndex([s.id for s in structures], packed, body.content_hash)
    times = []
    for needle in inward_needles(body, n_needles):
        assess(body, a_moment_before(needle), zones, index=index)
        started = time.perf_counter()
        assess(body, needle, zones, index=index)
        times.append((time.perf_counter() - started) * 1e3)
    triangles = sum(len(s.surface.triangles) for s in structures)
    return Row(
        f"growth: one needle of a drag, {len(structures)} structures, {triangles:,} triangles",
        statistics.median(times), goal=goal, p95_ms=float(np.percentile(times, 95)),
    )  # fmt: skip
