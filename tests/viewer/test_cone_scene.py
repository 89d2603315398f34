"""The dome: each point stands for the direction of the needle whose handle would be there."""

import numpy as np
import pytest
from shapes import egg_body
from windows import click, pixel_of, settle

from viewer.depth_scale import UNKNOWN, UNKNOWN_STRIPE
from viewer.scene.cone import RADIUS_MM, dome_hit, dome_mesh
from zones.cone import safe_cone
from zones.needle import Needle
from zones.zone_reach import LineState

ENTRY = (70.0, 85.0, 20.0)


@pytest.fixture(scope="module")
def cone():
    return safe_cone(egg_body(), ENTRY, side=21)


def test_the_dome_stands_outside_and_faces_out(cone):
    mesh = dome_mesh(cone)
    way = (mesh.points - cone.entry) @ cone.normal
    assert way.max() < 0.0
    assert np.linalg.norm(mesh.points - cone.entry, axis=1) == pytest.approx(RADIUS_MM, rel=1e-5)
    a, b, c = (mesh.points[mesh.triangles[:, k]] for k in range(3))
    outward = (np.cross(b - a, c - a) * (a - cone.entry)).sum(axis=1)
    assert (outward > 0).mean() > 0.99


def test_what_is_unknown_is_grey_on_the_dome(cone):
    colors = dome_mesh(cone).colors[cone.state == LineState.UNKNOWN]
    assert len(colors)
    assert {tuple(c) for c in colors.tolist()} <= {tuple(UNKNOWN), tuple(UNKNOWN_STRIPE)}


@pytest.mark.parametrize("at", [0, 100, 220, 440])
def test_a_ray_finds_the_direction_it_was_sent_to(cone, at):
    direction = cone.directions[at] * 0.999 + cone.normal * 0.001
    direction /= np.linalg.norm(direction)
    point = cone.entry - RADIUS_MM * direction
    eye = cone.entry - 500.0 * direction
    ray = (point - eye) / np.linalg.norm(point - eye)
    assert dome_hit(cone, eye, ray) == pytest.approx(direction, abs=1e-9)


def test_beside_the_dome_there_is_none(cone):
    eye = cone.entry - 500.0 * cone.normal
    aside = cone.entry + np.array([0.0, 0.0, RADIUS_MM + 1.0]) - eye
    assert dome_hit(cone, eye, aside / np.linalg.norm(aside)) is None
    from_inside = cone.entry + 500.0 * cone.normal
    assert dome_hit(cone, from_inside, cone.normal) is None


@pytest.mark.window
def test_a_click_on_the_dome_turns_the_needle_once_and_only_in_edit(open_window, qtbot):
    window = open_window(egg_body(), size=(1280, 800))
    window.bench.desk.add(Needle(ENTRY, (0, -1, 0), 15.0), length=75.0)
    window.docks.toggle_answers(0)
    window.docks.answers.cone.dome.click()
    settle(qtbot, window)
    cone = window.bench.answers.cone
    assert window.explore.answers.dome.shown is cone.current
    wanted = cone.direction_at(30.0, 200.0)
    spot = pixel_of(window, np.asarray(ENTRY) - RADIUS_MM * wanted)
    before = window.bench.session.plan.needles
    window.deeds.set_mode("explore")
    click(window, spot)
    assert window.bench.session.plan.needles == before
    window.deeds.set_mode("edit")
    click(window, spot)
    assert window.bench.desk.planned.needle.direction == pytest.approx(wanted, abs=0.03)
    window.bench.session.undo()
    assert window.bench.session.plan.needles == before
    window.docks.answers.cone.dome.click()
    assert window.explore.answers.dome.shown is None
