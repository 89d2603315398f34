"""Sampled needles: closed forms, the same bytes for a seed, nothing unknown counted as clear."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bundles import ball, body_of, wall, zone
from scipy.stats import norm
from shapes import egg_body

from zones.assess import assess
from zones.assessment import Verdict
from zones.danger import DangerZone, danger_zones
from zones.drawn_clearances import clearances, model_of
from zones.needle import Needle
from zones.progress import CancelledError
from zones.sampling import sample
from zones.uncertainty import contributions, only, with_sizes

N = 20_000
DOWN = Needle([0.0, 0.0, 40.0], [0, 0, -1.0], 30.0, 0.15)


def drawn(**sizes):
    """Only these contributions, with these sizes."""
    return only(with_sizes(contributions(), sizes), list(sizes))


def within(counted, truth, n=N):
    """Whether a share agrees with a probability to three standard errors."""
    return abs(counted.share - truth) < 3 * np.sqrt(truth * (1 - truth) / n) + 1e-9


def test_depth_error_towards_a_wall_is_a_normal_tail():
    body = body_of(wall=wall())
    found = sample(body, DOWN, [zone("wall")], n=N, rows=drawn(depth=4.0), seed=3)
    assert within(found.breach, norm.cdf(-(10.0 - 0.15) / 4.0))
    assert within(found.tally.margin_lost, norm.cdf(-(5.0 - 0.15) / 4.0))
    clearance = found.zones[0].clearance
    assert clearance.mean == pytest.approx(9.85, abs=0.1)
    assert clearance.sd == pytest.approx(4.0, abs=0.1)
    for share in (5, 50, 95):
        truth = 9.85 + 4.0 * norm.ppf(share / 100)
        assert clearance.at(share) == pytest.approx(truth, abs=0.15)
    assert found.breach.low <= found.breach.share <= found.breach.high
    assert found.influences[0].id == "depth"
    assert found.influences[0].loss == pytest.approx(4.0 * norm.ppf(0.95), abs=0.3)


def test_entry_error_past_a_ball_is_a_rayleigh_tail():
    body = body_of(ball=ball(8.0, rings=100))
    needle = Needle([0.0, 0.0, 60.0], [0, 0, -1.0], 120.0, 0.15)
    found = sample(body, needle, [zone("ball")], n=N, rows=drawn(entry=6.0), ranked=0)
    assert within(found.breach, 1.0 - np.exp(-((8.0 + 0.15) ** 2) / (2 * 6.0**2)))


def test_errors_of_the_surface_and_of_people_add_up_as_variances():
    body = body_of(wall=wall())
    rows = drawn(depth=3.0, mesh=2.0, population=4.0, posture=1.0)
    found = sample(body, DOWN, [zone("wall")], n=N, rows=rows, ranked=500)
    assert found.zones[0].clearance.sd == pytest.approx(np.sqrt(9 + 4 + 16 + 1), rel=0.03)
    assert [i.id for i in found.influences] == ["population", "depth", "mesh", "posture"]


def test_derivation_counts_for_derived_zones_alone():
    body = body_of(wall=wall())
    rows = drawn(derivation=3.0)
    own = sample(body, DOWN, [zone("wall"), zone("wall", derived=True)], n=2000, rows=rows)
    assert own.zones[0].clearance.sd == pytest.approx(0.0, abs=1e-12)
    assert own.zones[1].clearance.sd == pytest.approx(3.0, rel=0.05)


def test_bending_grows_with_the_cube_of_depth_and_takes_the_bow_away():
    body = body_of(wall=wall(-100.0))
    rows = drawn(bending=0.01)
    spread = [
        sample(body, Needle([0, 0, 0], [1.0, 0, 0], depth, 0.125), [zone("wall")], n=4000,
               rows=rows, ranked=0).zones[0].clearance.sd
        for depth in (20.0, 40.0)
    ]  # fmt: skip
    assert spread[1] / spread[0] == pytest.approx(8.0, rel=0.1)
    # 5.77 mm in any one plane for 0.25 x 40 (fact sheet: 5.8); half of it points away from the
    # wall, where the entry stays nearest: the positive part of a normal has SD 0.584.
    assert 0.584 * 5.77 < spread[1] < 1.4 * 0.584 * 5.77


def test_no_error_is_the_assessment_itself():
    body = egg_body()
    needle = Needle([70.0, 95.0, 0.0], [0, -1.0, 0], 20.0)
    found = sample(body, needle, n=3, rows=())
    plain = assess(body, needle).needles[0]
    for drawn_zone, result in zip(found.zones, plain.zones, strict=True):
        if result.clearance is None:
            assert drawn_zone.clearance is None
        else:
            assert drawn_zone.clearance.span == (result.clearance, result.clearance)
            assert drawn_zone.clearance.lowest == result.clearance
        assert drawn_zone.verdict is result.verdict


def test_every_drawn_needle_is_what_the_engine_says_of_it():
    from zones.uncertainty_draws import draw

    body = egg_body()
    needle = Needle([70.0, 95.0, 0.0], [0, -1.0, 0], 25.0)
    zones = [z for z in danger_zones(body) if z.structures]
    rows = with_sizes(contributions(), {"mesh": 0.0, "derivation": 0.0, "bending": 0.0})
    own = model_of(body, tuple(zones), None)
    draws = draw(body, needle, rows, 40, 9, own.index)
    table = clearances([own], needle, draws, rows)
    people = next(row for row in rows if row.id == "population")
    for k, z in enumerate(zones):
        entries = draws.entries_for(people.size_for(z))
        for i in range(40):
            one = Needle(entries[i], draws.directions[i], draws.depths[i], needle.radius)
            assert table[k, i] == assess(body, one, [z]).needles[0].zones[0].clearance


def test_a_seed_gives_the_same_bytes_for_any_number_of_workers():
    body = egg_body()
    needle = Needle([70.0, 95.0, 0.0], [0, -1.0, 0], 25.0)
    runs = [sample(body, needle, n=6000, seed=5, workers=w) for w in (1, 2, 5)]
    from zones.sampled_document import sample_document

    documents = [repr(sample_document(body, [("1", run)])) for run in runs]
    assert documents[0] == documents[1] == documents[2]
    assert sample(body, needle, n=6000, seed=6, ranked=0).least != runs[0].least


def test_more_samples_begin_with_the_same_ones_and_one_error_leaves_another_alone():
    from zones.uncertainty_draws import draw

    body = egg_body()
    needle = Needle([70.0, 95.0, 0.0], [0, -1.0, 0], 25.0)
    few = draw(body, needle, contributions(), 10, 1)
    many = draw(body, needle, contributions(), 9000, 1)
    for name in ("entries", "directions", "depths", "rise", "people", "surface", "bow"):
        assert np.array_equal(getattr(few, name), getattr(many, name)[:10])
    without = draw(body, needle, with_sizes(contributions(), {"entry": 0.0}), 10, 1)
    assert np.array_equal(few.depths, without.depths)
    assert not np.array_equal(few.entries, without.entries)


def test_entries_stay_on_the_skin_and_none_is_lost():
    from meshes.index.body_index import body_index
    from zones.skin import nearest_on_skin
    from zones.uncertainty_draws import draw

    body = egg_body()
    start = nearest_on_skin(body, [70.0, 95.0, 0.0])
    needle = Needle(start, [0, -1.0, 0], 25.0)
    rows = drawn(entry=8.0)
    drifted = draw(body, needle, rows, 50, 1, body_index(body))
    assert drifted.unseated == 0
    assert np.linalg.norm(drifted.entries - start, axis=1).max() > 8.0
    for entry in drifted.entries:
        assert np.linalg.norm(nearest_on_skin(body, entry) - entry) < 1e-9


@pytest.mark.parametrize("why", ["missing", "incomplete", "open"])
def test_what_is_unknown_is_never_clear(why):
    body = body_of(closed=why != "open", wall=wall())
    row = zone("wall", complete=why != "incomplete", note="" if why != "incomplete" else "x")
    if why == "missing":
        row = DangerZone("gone", "gone", "mid", (), 5.0, "convention", "serious", "", "c", "none",
                         complete=False, note="zone.missing")  # fmt: skip
    far = replace(DOWN, depth=2.0)
    found = sample(body, far, [row], n=500, rows=drawn(depth=1.0))
    assert (found.tally.clear, found.tally.unknown) == (0, 500)
    assert found.tally.verdict is Verdict.NOT_ASSESSED is found.zones[0].verdict
    assert found.breach.at_least
    assert found.breach.high == 1.0
    known = sample(body_of(wall=wall(), ball=ball(1.0, (50, 50, 50))), far,
                   [zone("wall"), replace(row, structures=())], n=50, rows=())  # fmt: skip
    assert known.tally.clear == 0
    assert known.zones[0].tally.clear == 50


def test_the_worst_phase_counts_and_phases_not_given_are_not_assessed():
    low, high = body_of(wall=wall(0.0)), body_of(wall=wall(3.0))
    rows = contributions()
    plain = sample(low, DOWN, [zone("wall")], n=200, rows=rows, ranked=0)
    assert "breathing" in plain.not_assessed
    breathing = sample(low, DOWN, [zone("wall")], n=200, rows=rows, ranked=0, phases=[high])
    assert "breathing" not in breathing.not_assessed
    assert breathing.zones[0].clearance.lowest == pytest.approx(
        plain.zones[0].clearance.lowest - 3.0, abs=1e-9
    )


def test_it_can_be_stopped_and_tells_how_far_it_is():
    body = body_of(wall=wall())
    told = []
    sample(body, DOWN, [zone("wall")], n=3000, progress=told.append)
    assert told[-1] == 1.0
    assert told == sorted(told)
    with pytest.raises(CancelledError):
        sample(body, DOWN, [zone("wall")], n=3000, cancelled=lambda: True)
