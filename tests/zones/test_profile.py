"""Profiles: exact at the samples, never too high in between."""

from __future__ import annotations

import numpy as np
import pytest
from solids import ball_arrays, body_of, index_of, pipe_arrays, slab_arrays, structure, zone

from meshes.surface import SurfaceKind
from zones.clearance import measure_zones, zone_rows
from zones.errors import BadNeedleError
from zones.needle import Needle
from zones.profile import needle_profile

CUBE = structure("cube", slab_arrays((-10, -10, -10), (10, 10, 10)))
EGG = structure("egg", ball_arrays(1, (0, 40, 0), (30, 12, 20)))
THIN = structure("thin", slab_arrays((5, -30, -30), (5.01, 30, 30)))
BODY = body_of(CUBE, EGG, THIN)


def profile(needle, *structures, **more):
    body = body_of(*structures)
    return needle_profile(body, needle, [zone(s.id) for s in structures],
                          index=index_of(*structures), **more)  # fmt: skip


def test_through_a_cube_it_is_closed_form():
    found = profile(Needle([-40, 1, 2], [1, 0, 0], 70, 0.15), CUBE, step_mm=1.0)
    x = found.depths - 40
    inside = np.minimum(np.minimum(10 - np.abs(x), 9), 8)
    expected = np.where(np.abs(x) < 10, -inside, np.abs(x) - 10) - 0.15
    np.testing.assert_allclose(found.clearance[0], expected, atol=1e-12)
    assert found.signed.tolist() == [True]


@pytest.mark.parametrize("step", [0.3, 2.0, 7.0])
def test_nothing_between_two_samples_is_lower_than_said(step):
    rng = np.random.default_rng(0)
    for _ in range(25):
        entry = rng.normal(size=3) * 40
        needle = Needle(entry, rng.normal(size=3) * 20 - entry, 90, 0.1)
        coarse = profile(needle, CUBE, EGG, THIN, step_mm=step)
        fine = profile(needle, CUBE, EGG, THIN, step_mm=0.02)
        place = np.searchsorted(coarse.depths, fine.depths, side="right") - 1
        inner = place < len(coarse.depths) - 1
        slack = fine.clearance[:, inner] - coarse.between[:, place[inner]]
        assert slack.min() >= -1e-9
        if step < 1:
            assert np.median(slack) < 0.2


def test_a_sheet_between_two_samples_is_not_stepped_over():
    """The thin wall lies between two samples 2 mm apart: the bound must go below zero."""
    found = profile(Needle([-20, 0, 0], [1, 0, 0], 40, 0.1), THIN, step_mm=2.0)
    assert found.clearance.min() > 0
    assert found.between.min() < 0
    assert found.kept[0, -1] < 0


def test_what_is_kept_is_the_clearance_of_a_needle_of_that_depth_or_less():
    rng = np.random.default_rng(1)
    index = index_of(CUBE, EGG)
    rows = zone_rows(index, [zone("cube"), zone("egg")])
    for _ in range(15):
        entry = rng.normal(size=3) * 40
        needle = Needle(entry, rng.normal(size=3) * 25 - entry, 60, 0.1)
        found = profile(needle, CUBE, EGG, step_mm=1.0)
        assert (np.diff(found.kept, axis=1) <= 0).all()
        for i in (0, 7, 31, 60):
            shorter = Needle(entry, needle.direction, found.depths[i], 0.1)
            exact = measure_zones(index, rows, shorter, 300.0).clearance
            assert (found.kept[:, i] <= exact + 1e-9).all()


def test_a_zone_of_several_structures_is_their_least_value():
    both = needle_profile(BODY, Needle([-40, 1, 2], [1, 0.4, 0], 80), [zone("cube", "egg")],
                          index=index_of(CUBE, EGG, THIN))  # fmt: skip
    each = profile(Needle([-40, 1, 2], [1, 0.4, 0], 80), CUBE, EGG)
    np.testing.assert_allclose(both.clearance[0], each.clearance.min(axis=0), atol=1e-12)


def test_open_surfaces_say_that_they_have_no_sign():
    points, faces = ball_arrays(20)
    holed = structure("holed", (points, faces[2:]), closed=False)
    pipe = structure("pipe", pipe_arrays(), SurfaceKind.TUBE, closed=False)
    found = profile(Needle([0.1, 0.2, -20], [0, 0, 1], 60), holed, pipe)
    assert found.signed.tolist() == [False, True]
    assert found.clearance[1, -1] < -4


def test_the_whole_catalogue_by_default_and_no_depth_at_all():
    found = needle_profile(BODY, Needle([0, 0, 90], [0, 0, -1], 0), [zone(), zone("cube")],
                           index=index_of(CUBE, EGG, THIN))  # fmt: skip
    assert found.zone_ids == ("cube",)
    assert found.clearance.shape == (1, 1)
    assert found.between.shape == (1, 0)
    with pytest.raises(BadNeedleError, match="step"):
        needle_profile(BODY, Needle([0, 0, 90], [0, 0, -1], 3), [zone("cube")], step_mm=0,
                       index=index_of(CUBE, EGG, THIN))  # fmt: skip
