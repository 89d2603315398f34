"""The benchmark's rows of many lines: what they count; not the times."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.bench import lines
from viewer.bench.line_peers import NEAR_MM, LinePeer, line_peers, traced
from viewer.bench.lines import line_rows
from viewer.bench.synthetic import synthetic_body, synthetic_zones
from zones.cone import safe_cone


@pytest.fixture(scope="module")
def torso():
    body = synthetic_body(0.12)
    return body, synthetic_zones(body)


def ball(points):
    """Distance to a ball of 10 mm about the origin."""
    return np.linalg.norm(points, axis=1) - 10.0


def test_traced_lines_stop_at_the_reach_before_a_ball():
    rng = np.random.default_rng(1)
    lines_ = rng.normal(size=(200, 3)) * [1, 1, 0.2] + [0, 0, 5]
    lines_ /= np.linalg.norm(lines_, axis=1, keepdims=True)
    origins = np.tile([0.0, 0.0, -60.0], (200, 1))
    found = traced(ball)(origins, lines_, 5.0, 150.0)
    along = -(origins * lines_).sum(axis=1)
    room = 15.0**2 - 60.0**2 + along**2
    meets = room > 1.0
    exact = along - np.sqrt(np.maximum(room, 0.0))
    assert meets.any()
    assert (found[meets] <= exact[meets]).all()
    assert (found[meets] >= exact[meets] - 15.0 * NEAR_MM).all()
    assert np.isinf(found[room < -20.0]).all()


def late_by(amount):
    """A peer that knows the exact limits and tells them later."""

    def prepare(_surface):
        def limits(origins, lines_, reach, depth):
            found = safe_cone(
                BODY[0], origins[0], directions=lines_, zones=BODY[1], radius=lines.RADIUS_MM,
                margins={z.id: lines.MARGIN_MM for z in BODY[1]}, max_depth=depth, leaving=False,
                normal=(0.0, 0.0, 1.0),
            )  # fmt: skip
            return found.limit_depth + amount

        return limits

    return prepare


BODY = []


def test_rows_count_what_is_late_and_nothing_else(torso, monkeypatch):
    monkeypatch.setattr(lines, "GOAL_MAP_MS", 1e9)
    BODY[:] = torso
    peers = [LinePeer("right", late_by(0.0), 10**9), LinePeer("late", late_by(1e-3), 50)]
    fill, exact, picture, whole = line_rows(*torso, peers, n_entries=2, step_mm=12.0)
    assert fill.job.startswith("fill a grid of 12 mm")
    assert "10,201 directions" in exact.job
    assert exact.peers["right"].reassuring_errors == 0
    assert exact.peers["late"].reassuring_errors > 20
    assert exact.peers["late"].ratio == pytest.approx(exact.peers["late"].ms / exact.product_ms)
    assert (picture.reassuring_errors, picture.pairs) == (0, 2 * 10_201)
    assert "early in the median" in picture.job
    assert "× 61 directions" in whole.job
    assert whole.met


def test_the_peers_that_are_there_have_names_of_their_own():
    names = [peer.name for peer in line_peers()]
    assert len(set(names)) == len(names)
    assert "VTK, sphere tracing" in names
