"""Caps of a cut: each structure in its colour, what no structure holds in none of them."""

import numpy as np
from shapes import egg_body

from viewer.section_caps import Cut, hatched, make_caps


def caps_of(body):
    cut = Cut("axial", (0.0, 0.0, 20.0), (0.0, 0.0, 1.0))
    ids = list(body.structures)
    return make_caps(body, cut, ids, dict.fromkeys(ids, (0.9, 0.3, 0.2)))


def test_unassigned_interior_is_grey_and_hatched_never_in_the_skins_colour():
    body = egg_body()
    caps = caps_of(body)
    tissue = np.rint(255 * np.array([0.9, 0.3, 0.2])).astype(np.uint8)
    by_height = np.argsort(caps.faces.points[:, 2])
    lowest = caps.faces.colors[by_height[0]]
    assert list(caps.sections)[0] == body.skin.id
    assert np.ptp(lowest.astype(int)) < 12  # grey
    assert (caps.faces.colors[by_height[-1]] == tissue).all()
    drawn = {tuple(color) for color in caps.edges.colors}
    assert tuple(tissue) in drawn  # the skin's own outline
    assert len(drawn) == 3
    assert len(caps.edges.colors) == len(caps.edges.points)


def test_hatch_lies_inside_the_outline_and_fills_it():
    body = egg_body()
    section = caps_of(body).sections[body.skin.id]
    ends = hatched(section, 2.0).reshape(-1, 2, 2)
    outline = np.concatenate(section.loops)
    assert (ends.reshape(-1, 2).min(axis=0) >= outline.min(axis=0) - 1e-9).all()
    assert (ends.reshape(-1, 2).max(axis=0) <= outline.max(axis=0) + 1e-9).all()
    length = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum()
    x, y = outline.T
    area = abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
    assert abs(2.0 * length - area) < 0.03 * area
