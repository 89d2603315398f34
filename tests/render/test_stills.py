"""Stills: what a person must find in the picture is in its pixels."""

import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest
from plans import small_plan
from scenes import eggs

from viewer.canvas.png import png_bytes
from viewer.notices_text import notice
from viewer.scene import colors
from viewer.scene.still import VIEWS, draw_still
from zones import edits
from zones.assess import assess_needles


@pytest.fixture(scope="module")
def canvas_of():
    offscreen = pytest.importorskip("viewer.canvas.offscreen")
    try:
        offscreen.OffscreenCanvas((16, 16)).close()
    except offscreen.NoGraphicsError as error:
        pytest.skip(f"nothing to draw with: {error}")
    return lambda size: offscreen.OffscreenCanvas(size)


def still(canvas_of, plan, view="posterior", size=(700, 560)):
    body, data = eggs()
    found = assess_needles(body, [p.needle for p in plan.needles], index=data.index)
    return draw_still(canvas_of, body, plan, found, view, size, data)


def near(image, color, reach=40) -> int:
    """How many pixels have about this colour."""
    gap = np.abs(image.astype(int) - np.rint(np.array(color) * 255)).max(axis=2)
    return int((gap < reach).sum())


@pytest.mark.parametrize("view", VIEWS)
def test_a_still_has_its_size_a_picture_and_a_foot(canvas_of, view):
    image = still(canvas_of, small_plan(), view)
    assert image.shape == (560, 700, 3)
    assert image[:400].std() > 10
    foot = image[-90:, 20:]
    assert (foot > 240).mean() > 0.6  # paper
    assert (foot < 150).mean() > 0.01  # ink


def test_the_picture_turns_from_blue_to_vermillion_when_the_needle_breaches(canvas_of):
    plan = small_plan()
    before = still(canvas_of, plan, "needle")
    after = still(canvas_of, edits.set_depth("n1", 60.0)(plan), "needle")
    assert near(after, colors.BREACH) > near(before, colors.BREACH) + 150
    assert near(before[-80:, :12], colors.BREACH) == 0
    assert near(after[-80:, :12], colors.BREACH) > 500  # the stripe beside the verdict


def test_the_pleura_is_seen_through_the_skin(canvas_of):
    body, data = eggs()
    plan = small_plan()
    picture = still(canvas_of, plan)
    hidden = {k: s for k, s in body.structures.items() if "pleura" not in k and "lung" not in k}
    bare = replace(body, structures=hidden)
    found = assess_needles(body, [p.needle for p in plan.needles], index=data.index)
    without = draw_still(canvas_of, bare, plan, found, "posterior", (700, 560), _only(data, hidden))
    left_lung = (slice(150, 250), slice(240, 300))
    assert np.abs(picture[left_lung].astype(int) - without[left_lung]).mean() > 20


def _only(data, wanted):
    return type(data)(
        data.body_hash, {k: d for k, d in data.drawings.items() if k in wanted}, data.index
    )


def test_a_png_holds_the_pixels_and_the_notice():
    image = np.random.default_rng(0).integers(0, 255, (7, 5, 3), dtype=np.uint8)
    data = png_bytes(image, {"Disclaimer": notice()})
    assert data.startswith(b"\x89PNG")
    assert notice().encode() in data
    at, pixels = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        (crc,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        assert crc == zlib.crc32(kind + body)
        pixels += body if kind == b"IDAT" else b""
        at += 12 + length
    rows = np.frombuffer(zlib.decompress(pixels), np.uint8).reshape(7, 16)
    assert (rows[:, 0] == 0).all()
    assert np.array_equal(rows[:, 1:].reshape(7, 5, 3), image)
