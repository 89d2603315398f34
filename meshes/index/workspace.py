"""Memory that one thread computes in, kept so that a drag allocates nothing."""

from __future__ import annotations

import numpy as np

from meshes.index.deepest import MOST_QUERIES


class Workspace:
    """Working memory of one thread, and what was nearest a moment ago."""

    def __init__(self, n_structures: int) -> None:
        n = n_structures
        self.stack = np.zeros(1024, np.int64)
        self.bounds = np.zeros(1024)
        self.samples = np.zeros((MOST_QUERIES, 5))
        self.asked = np.zeros(MOST_QUERIES, np.int64)
        self.seeds = np.full(n, -1, np.int64)
        self.met = np.full(n, -1, np.int64)
        self.near = np.full(n, -1, np.int64)
        self.last = np.full(n, -np.inf)
        self.floor, self.tried, self.table = np.zeros(n), np.zeros(n), np.zeros((n, 5))
        self.winding, self.found, self.state = (np.zeros(n, np.int64) for _ in range(3))
        self.make_room(1024)

    def make_room(self, crossings: int) -> None:
        """Hold at least so many crossings of one line."""
        self.hit_depth, self.hit_sign = np.zeros(crossings), np.zeros(crossings, np.int8)
