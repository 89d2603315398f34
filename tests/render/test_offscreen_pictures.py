"""Pixels of the stage: what is kept, what shows through, what lies in front."""

import numpy as np
import pytest
from shapes import ball

from viewer.canvas import camera
from viewer.canvas.protocol import Look, Segments, TextLook

VERMILLION = (0.835, 0.369, 0.0)


@pytest.fixture
def canvas():
    offscreen = pytest.importorskip("viewer.canvas.offscreen")
    try:
        made = offscreen.OffscreenCanvas((320, 320))
    except offscreen.NoGraphicsError as error:
        pytest.skip(f"nothing to draw with: {error}")
    made.background((0.9, 0.9, 0.9), (0.9, 0.9, 0.9))
    made.camera = camera.looking("anterior", [[-60, -60, -60], [60, 60, 60]])
    yield made
    made.close()


def needle(x: float, y0: float = -80.0, y1: float = -80.0) -> Segments:
    return Segments(np.array([[x - 30, y0, 0], [x + 30, y1, 0]], np.float32))


def reds(image) -> int:
    r, g, b = (image[..., i].astype(int) for i in range(3))
    return int(((r > 150) & (g < 140) & (b < 60)).sum())


STEEL = Look(VERMILLION, level="needle", finish="flat", width=6)


def test_moving_the_needle_keeps_the_body_and_gives_the_very_picture_of_a_full_drawing(canvas):
    canvas.show("skin", ball(55, rings=30), Look((0.9, 0.7, 0.6), 0.5, finish="glass"))
    canvas.show("bone", ball(20, (0, 30, 0)), Look((0.95, 0.9, 0.8)))
    canvas.show("clear", ball(18, (25, -20, 10)), Look((0.4, 0.6, 0.9), 0.4))
    canvas.show("needle", needle(0.0), STEEL)
    canvas.screenshot()
    for x in (-12.0, 7.0):
        canvas.show("needle", needle(x, -40.0, 60.0), STEEL)
        assert canvas.stage.body_is_kept
        kept = canvas.screenshot()
        canvas.stage.drop_kept()
        assert np.array_equal(kept, canvas.screenshot())


def test_a_change_of_the_body_or_the_camera_is_never_hidden_by_the_kept_body(canvas):
    canvas.show("bone", ball(20), Look((0.2, 0.2, 0.2)))
    before = canvas.screenshot()
    canvas.restyle("bone", Look((0.2, 0.2, 0.2), visible=False))
    assert not np.array_equal(before, canvas.screenshot())
    canvas.restyle("bone", Look((0.2, 0.2, 0.2)))
    assert np.array_equal(before, canvas.screenshot())
    canvas.camera = camera.turned(camera.panned(canvas.camera, 40, 0, 320), 40, 0)
    assert not np.array_equal(before, canvas.screenshot())


def test_what_is_inside_shows_through_the_glass_skin(canvas):
    canvas.show("skin", ball(55, rings=30), Look((0.9, 0.7, 0.6), 0.5, finish="glass"))
    empty = canvas.screenshot()
    canvas.show("pleura", ball(25), Look((0.2, 0.3, 0.8), 0.6))
    full = canvas.screenshot()
    middle = (slice(150, 170), slice(150, 170))
    change = full[middle].astype(int) - empty[middle].astype(int)
    assert change[..., 0].mean() < -40  # less red: the blue pleura is seen
    corner = (slice(0, 40), slice(0, 40))
    assert np.array_equal(full[corner], empty[corner])


def test_a_needle_behind_bone_is_faint_and_in_front_is_plain(canvas):
    canvas.show("bone", ball(40), Look((0.95, 0.92, 0.85)))
    canvas.show("needle", needle(0.0, -70.0, -70.0), STEEL)
    front = reds(canvas.screenshot())
    canvas.show("needle", needle(0.0, 70.0, 70.0), STEEL)
    behind = canvas.screenshot()
    assert front > 300
    assert reds(behind) < 0.8 * front
    canvas.remove("needle")
    assert not np.array_equal(behind, canvas.screenshot())  # but it can be made out


def test_the_coarse_copy_replaces_the_fine_one_only_while_moving(canvas):
    fine = ball(40, rings=40)
    shape = type(fine)(fine.points, fine.triangles, fine.normals, coarse=ball(40, rings=6))
    canvas.show("bone", shape, Look((0.6, 0.3, 0.2)))
    still = canvas.screenshot()
    canvas.stage.moving = True
    moving = canvas.screenshot()
    assert 0 < (still != moving).any(axis=2).mean() < 0.4
    canvas.stage.moving = False
    assert np.array_equal(still, canvas.screenshot())


def test_labels_write_and_can_be_removed(canvas):
    blank = canvas.screenshot()
    canvas.label("a", "12.3 mm", (0.5, 0.5), TextLook(size=20))
    assert not np.array_equal(blank, canvas.screenshot())
    canvas.remove("a")
    assert np.array_equal(blank, canvas.screenshot())
