"""Drawing copies of members of the reference family: those of the built body, moved."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from meshes.body import load_body
from viewer.scene.load import load_scene


def test_a_member_is_drawn_with_the_copies_of_the_built_body():
    built = load_scene(load_body("reference"))
    body = load_body("reference:F3", phase=1.0)
    made = load_scene(body)
    assert made.body_hash == body.content_hash
    assert list(made.drawings) == list(body.structures)
    for key in ("skin", "diaphragm", "parietal_pleura_left", "rhomboid_major_right"):
        was, now = built.drawings[key].fine, made.drawings[key].fine
        assert np.array_equal(now.triangles, was.triangles)
        assert not np.array_equal(now.points, was.points)
        # the copy lies on the member: as near its points as the first one on the built body's
        gap = cKDTree(body[key].surface.points).query(now.points)[0]
        first = cKDTree(load_body("reference")[key].surface.points).query(was.points)[0]
        assert gap.max() < 1.5 * first.max() + 1.0
