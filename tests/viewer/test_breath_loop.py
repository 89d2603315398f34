"""The breath as a moving picture: it says what it shows, changes no plan, ends without a trace."""

import numpy as np
import pytest
from shapes import egg_body
from windows import settle

from meshes import load_body
from viewer.breath_loop import LABEL
from viewer.scene.structures import PREFIX
from zones.demonstration import demonstration_plan


@pytest.mark.window
def test_a_body_that_stands_still_plays_nothing(open_window):
    loop = open_window(egg_body()).subject.loop
    assert not loop.is_possible
    loop.toggle()
    assert not loop.is_running
    assert not loop.is_preparing


@pytest.mark.window
@pytest.mark.long
def test_the_picture_breathes_and_the_plan_does_not(open_window, qtbot):
    body = load_body("reference")
    window = open_window(body, demonstration_plan(body), size=(1200, 800))
    loop, session = window.subject.loop, window.bench.session
    plan, revision, result = session.plan, session.revision, session.results["assess"]
    drawn, labels = {}, {}
    show, label = window.canvas.show, window.canvas.label
    window.canvas.show = lambda k, s, look: (drawn.__setitem__(k, s), show(k, s, look))
    window.canvas.label = lambda k, t, *a: (labels.__setitem__(k, t), label(k, t, *a))
    loop.start()
    assert loop.is_preparing
    qtbot.waitUntil(lambda: loop.is_running, timeout=300_000)
    key, heights = PREFIX + "diaphragm", []
    for _ in range(5):
        loop._step()
        heights.append(float(drawn[key].points[:, 2].mean()))
        assert "Needle and numbers: quiet breathing" in labels[LABEL]
    assert np.all(np.diff(heights) < -1.0)  # breathing in, the diaphragm goes down
    assert window.subject.loop.cancel()
    own = window.director.data.drawings["diaphragm"]
    assert np.array_equal(drawn[key].points, own.fine.points)
    assert not loop.is_running
    assert not loop.cancel()
    assert (session.plan, session.revision) == (plan, revision)
    assert session.results["assess"] is result
    settle(qtbot, window)
