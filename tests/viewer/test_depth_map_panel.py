"""The skin's map: each colour the limit of its own vertex, finer step by step, true lines."""

import numpy as np
import pytest
from fake_canvas import FakeCanvas
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from shapes import egg_body
from windows import mouse, pixel_of, settle

from viewer.canvas.camera import CameraPose
from viewer.map_desk import Asked
from viewer.scene.colors import LIGHT
from viewer.scene.depth_map import LABEL, DepthMapPresenter, contours
from viewer.scene.screen import Screen
from viewer.skin_map import WAITING, empty_map, filled
from zones.depth_map import depth_map
from zones.needle import Needle
from zones.zone_reach import LineState

ENTRY = (70.0, 85.0, 20.0)


def test_lines_lie_where_the_linear_limit_has_their_value():
    """On a tilted plane of limits the lines are straight and at known places."""
    n = 21
    x, y = (a.ravel().astype(float) for a in np.meshgrid(np.arange(n), np.arange(n)))
    points = np.stack([x, y, 0 * x], axis=1)
    cell = np.arange(n * n).reshape(n, n)
    a, b, c, d = (q.ravel() for q in (cell[:-1, :-1], cell[:-1, 1:], cell[1:, 1:], cell[1:, :-1]))
    triangles = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    limit = 3.0 + 2.1 * x
    made = contours(points, np.tile([0, 0, 1.0], (n * n, 1)), triangles, limit, np.zeros(n * n))
    assert set(made.levels) == {10.0, 20.0, 30.0, 40.0}
    assert made.ends[:, 0] == pytest.approx((made.levels - 3.0) / 2.1)
    long = np.linalg.norm(made.ends[1::2] - made.ends[::2], axis=1)
    assert long[made.levels[::2] == 20.0].sum() == pytest.approx(n - 1)


def test_no_line_runs_into_what_has_no_limit():
    points = np.array([[0, 0, 0], [10, 0, 0], [0, 10, 0], [10, 10, 0.0]])
    triangles = np.array([[0, 1, 2], [1, 3, 2]])
    state = np.array([0, 0, 0, LineState.UNKNOWN])
    limit = np.array([5.0, 15.0, 15.0, np.inf])
    made = contours(points, np.tile([0, 0, 1.0], (4, 1)), triangles, limit, state)
    assert len(made.ends) == 2


def test_what_waits_looks_like_its_worst_neighbour_and_stays_waiting():
    body = egg_body()
    vertices = np.arange(len(body.skin.surface.points))
    at = np.arange(0, len(vertices), 4)
    part = depth_map(body, vertices=vertices[at])
    made = filled(empty_map(body, vertices), at, part, 0.25)
    assert (made.state[at] == part.state).all()
    rest = np.setdiff1d(vertices, at)
    assert (made.state[rest] == WAITING).all()
    assert not (made.shown_state == WAITING).any()
    asked = made.points[at]
    for vertex in rest[::97]:
        near = np.argsort(((asked - made.points[vertex]) ** 2).sum(axis=1))[:3]
        limited = part.state[near] == LineState.LIMITED
        if limited.any():
            assert made.shown_limit[vertex] == part.limit_depth[near][limited].min()
        elif (part.state[near] == LineState.UNKNOWN).any():
            assert made.shown_state[vertex] == LineState.UNKNOWN


@pytest.fixture
def window(open_window, qtbot):
    made = open_window(egg_body(), size=(1400, 900))
    made.bench.desk.add(Needle(ENTRY, (0, -1, 0), 15.0), length=75.0)
    settle(qtbot, made)
    return made


@pytest.mark.window
def test_the_map_in_the_window(window, qtbot):
    """True at each vertex, on the screen and gone again, read under the mouse, cancelled."""
    colours_are_on_the_screen_and_go_again(window, qtbot)
    the_map_is_the_limit_of_each_vertex(window, qtbot)
    pointing_reads_the_vertex_and_names_its_zone(window, qtbot)
    modes_are_never_kinder_at_their_worst(window, qtbot)
    a_map_can_be_cancelled_and_asked_again(window, qtbot)


def the_map_is_the_limit_of_each_vertex(window, qtbot):
    window.deeds.toggle_map()
    settle(qtbot, window)
    shown = window.bench.answers.map.current
    assert shown.share == 1.0
    assert window.bench.session.results["map"].value is shown
    assert window.docks.beside.isVisible()
    wanted = depth_map(window.bench.session.body, vertices=shown.vertices)
    assert shown.limit == pytest.approx(wanted.limit_depth, abs=1e-9)
    assert (shown.state == wanted.state).all()
    assert not {LineState.LEAVES, LineState.NONE_FOUND} & set(shown.state.tolist())


def modes_are_never_kinder_at_their_worst(window, qtbot):
    desk = window.bench.answers.map
    straight = desk.current
    window.docks.answers.map.mode.setCurrentIndex(2)
    window.docks.answers.map.mode.activated.emit(2)
    settle(qtbot, window)
    assert desk.asked.mode == "worst"
    assert (desk.current.limit <= straight.limit + 1e-9).all()
    assert (desk.current.limit < straight.limit - 0.1).any()
    desk.ask(Asked("needle", "around"))
    settle(qtbot, window)
    assert desk.angles() == window.bench.desk.angles()


def colours_are_on_the_screen_and_go_again(window, qtbot):
    window.docks.toggle_answers(1)
    settle(qtbot, window)
    before = window.canvas.screenshot().astype(int)
    window.docks.answers.map.on.click()
    settle(qtbot, window)
    after = window.canvas.screenshot().astype(int)
    assert (np.abs(after - before).max(axis=2) > 40).sum() > 500
    window.docks.answers.map.on.click()
    settle(qtbot, window)
    assert window.explore.answers.skin.shown is None
    again = window.canvas.screenshot().astype(int)
    assert (np.abs(again - before).max(axis=2) > 40).sum() < 100
    window.docks.beside.hide()


def pointing_reads_the_vertex_and_names_its_zone(window, qtbot):
    shown = window.explore.answers.skin.shown
    limited = np.flatnonzero(shown.state == LineState.LIMITED)
    gap = np.linalg.norm(shown.points[limited] - np.array([80.0, 85.0, 60.0]), axis=1)
    at = int(limited[np.argmin(gap)])
    mouse(
        window, QEvent.Type.MouseMove, pixel_of(window, shown.points[at]), Qt.MouseButton.NoButton
    )
    QApplication.processEvents()
    settle(qtbot, window)
    read = window.docks.answers.map.read
    assert window.bench.answers.map.probed is not None
    assert read.number.text().endswith("mm")
    assert "leura" in read.accessibleDescription() or "ib" in read.accessibleDescription()


def a_map_can_be_cancelled_and_asked_again(window, qtbot):
    desk = window.bench.answers.map
    desk.ask(Asked("worst", "whole", 20.0))
    desk.show(True)
    assert desk.is_busy
    desk.cancel()
    assert not desk.is_busy
    settle(qtbot, window)
    assert desk.current is None or desk.current.share < 1.0
    desk.ask(Asked("normal", "around"))
    settle(qtbot, window)
    assert desk.current.share == 1.0


def test_no_depth_is_written_over_the_clearance():
    canvas = FakeCanvas()
    canvas.camera = CameraPose((0.0, 0.0, 0.0), 180.0, 0.0, 1000.0)
    screen = Screen.of(canvas)
    made = DepthMapPresenter(canvas)
    outward = np.array([0.0, 1.0, 0.0])
    made._spots = [(20.0, np.array([x, 0.0, 0.0]), outward) for x in (-40.0, 40.0)]
    made.follow(LIGHT, screen)
    assert sum(key.startswith(LABEL) for key in canvas.labels) == 2
    x, y = screen.pixel([np.array([40.0, 0.0, 0.0])])[0]
    made.follow(LIGHT, screen, (x - 50.0, y - 10.0, x + 50.0, y + 10.0))
    left = [at for key, (_, at, _) in canvas.labels.items() if key.startswith(LABEL)]
    assert len(left) == 1
    assert np.allclose(left[0], screen.fraction(screen.pixel([np.array([-40.0, 0.0, 0.0])])[0]))
