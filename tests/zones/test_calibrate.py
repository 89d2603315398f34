"""A calibrated copy: a map of closed form on a ball, a torso that comes to the published depths."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from shapes import ball_arrays, egg_body

from meshes.surface import Surface
from meshes.voxels import Grid
from zones import calibrate
from zones.calibrate import calibrated
from zones.errors import CalibrationError
from zones.report_card import CALIBRATED


def test_around_a_ball_depths_shrink_by_the_factor():
    """Behind a ball of 100 mm with factor s a point at depth d comes to s·d, on its ray."""
    grid = Grid.around(np.full(3, -250.0), np.full(3, 250.0), 6.0)
    ball = [Surface.of(*ball_arrays(100.0))]
    ways = calibrate._ways(grid, ball, ball)
    squeeze = object.__new__(calibrate._Squeeze)
    squeeze._grid, squeeze._ways = grid, ways
    for depth in (20.0, 40.0, 70.0):
        start = np.array([[0.0, 100.0 + depth, 0.0]])
        moved = squeeze._at(0.5 * ways["back"], start)[0]
        assert moved[[0, 2]] == pytest.approx([0.0, 0.0], abs=1.0)
        share = (moved[1] - 100.0) / depth
        assert 0.45 < share < 0.66  # the direction's share is 1 only straight behind
        front = squeeze._at(0.5 * ways["back"], -start)[0]
        assert front == pytest.approx(-start[0], abs=2.5)
    squeeze._refuse_folds(0.6 * sum(ways.values()))
    with pytest.raises(CalibrationError, match="inside out"):
        squeeze._refuse_folds(1.3 * sum(ways.values()))


def test_a_body_without_ribs_and_a_copy_are_refused():
    with pytest.raises(CalibrationError):
        calibrated(egg_body(), "egg-calibrated")
    copy = replace(egg_body(), sources=(f"{CALIBRATED}egg 1 (hash 0)",))
    with pytest.raises(CalibrationError, match="is a calibrated copy"):
        calibrated(copy, "again")
