"""A needle seen along its axis is not a dot to be missed: a ring in its verdict's colour."""

import numpy as np
import pytest
from fake_canvas import FakeCanvas

from viewer.canvas.camera import CameraPose
from viewer.scene import colors
from viewer.scene.colors import SceneColors
from viewer.scene.needle import NeedlePresenter, NeedleState
from viewer.scene.screen import Screen
from viewer.theme.palette import LIGHT
from zones.assessment import Verdict
from zones.needle import Needle
from zones.plan import PlannedNeedle

NEEDLE = Needle((0.0, 0.0, 0.0), (0.0, -1.0, 0.0), 25.0, 0.15)
PLANNED = PlannedNeedle("n1", "", NEEDLE, length=40.0)


def pixels(azimuth_deg, verdict=Verdict.BREACH, selected=True):
    """Logical pixels (n, 2) of what is drawn from the middle, and its colours (n, 3)."""
    canvas = FakeCanvas()
    canvas.camera = CameraPose((0.0, 0.0, 0.0), azimuth_deg, 0.0, 1500.0)
    screen = Screen.of(canvas)
    presenter = NeedlePresenter(canvas, "needle/n1", SceneColors.of(LIGHT, 1.0))
    presenter.show(NeedleState(PLANNED, selected=selected, verdict=verdict), screen)
    mesh = canvas.shapes["needle/n1"]
    return screen.pixel(mesh.points) - screen.pixel([(0.0, 0.0, 0.0)]), mesh.colors


@pytest.mark.parametrize("verdict", list(Verdict))
def test_seen_along_its_axis_it_has_a_ring_in_the_colour_of_its_verdict(verdict):
    at, rgb = pixels(180.0, verdict)
    away = np.hypot(*at.T)
    assert 18.0 < away.max() < 26.0
    drawn = rgb[away > 18.0] / 255.0
    assert np.isclose(drawn, colors.of_verdict(verdict), atol=0.01).all(axis=1).any()


def test_seen_from_the_side_it_has_none():
    at, _ = pixels(90.0)
    assert np.ptp(at[:, 0]) > 48.0  # long enough to be seen
    assert np.abs(at[:, 1]).max() < 12.0  # and nothing around it


def test_a_needle_that_is_not_selected_has_none():
    assert np.hypot(*pixels(180.0, selected=False)[0].T).max() < 15.0
