"""Drawn needles against brute force over all triangles, and tolerances against drifted needles.

A bundle about an adversarial needle: no clearance of any needle to any surface is larger than the
truth by more than 1e-6 mm, and all are those of the engine of the single needle, to the last bit.
A slice runs always, the rest with `make test-long`.
"""

from __future__ import annotations

import numpy as np
import pytest
from brute import facts
from campaign import MARGIN, SEARCHED, TOLERANCE, bodyparts, made, reference, z_anatomy
from nasty import nasty_needles
from tally import compared

from meshes.bundle.bundle import as_rows, bundle, least_distances
from meshes.index.body_index import body_index
from zones.drifts import Spares, is_kept, least_lost
from zones.needle import Needle
from zones.uncertainty_draws import turned_about

ARENAS = {"made": made, "reference": reference, "bodyparts3d": bodyparts,
          "z-anatomy-2": lambda: z_anatomy(2)}  # fmt: skip
SPREADS = ((0.02, 0.05, 0.02), (1.0, 1.5, 2.0), (3.0, 10.0, 3.0))


def about(needle, rng, n, spread):
    """The needle itself and n - 1 about it."""
    turns = rng.normal(0, np.radians(spread[1]), (n, 2))
    entries = needle.entry + rng.normal(0, spread[0], (n, 3))
    depths = np.maximum(needle.depth + rng.normal(0, spread[2], n), 0.0)
    turns[0], entries[0], depths[0] = 0.0, needle.entry, needle.depth
    return entries, turned_about(needle.direction, turns), depths


def campaign(name, count, seed, n=300, checked=3, singles=25):
    """Every way in which bundles differ from the truth, and from the single needle."""
    here, rng = ARENAS[name](), np.random.default_rng(seed)
    index = body_index(here.body)
    stop, members = as_rows(index, [z.structures for z in here.zones])
    wrong, pairs = [], 0
    for number, (kind, needle) in enumerate(nasty_needles(seed, count, here.scene.soup.corners)):
        drawn = about(needle, rng, n, SPREADS[number % 3])
        needles = bundle(*drawn)
        least, _ = least_distances(index, needles, stop, members)
        whole, which = least_distances(index, needles, stop[-1:], members)
        if not np.array_equal(whole[0], least.min(axis=0)):
            wrong.append(f"{kind}: the least of all is not the least")
        for i in range(0, n, max(1, n // singles)):
            alone = index.measured(
                needles.lines[i, :6].copy(), float(needles.lines[i, 6]), members,
                np.ones(len(members), np.int8), np.inf,
            ).distance  # fmt: skip
            if least[:, i].tolist() != alone.tolist():
                wrong.append(f"{kind}: needle {i} of seed {seed} differs from the single needle")
            pairs += len(members)
        for i in [0, *rng.choice(n, checked - 1)]:
            one = Needle(needles.lines[i, :3], needles.lines[i, 3:6], needles.lines[i, 6], 0.0)
            truth = facts(here.scene, one, SEARCHED, MARGIN)
            compared("clearance of a drawn needle", len(here.zones))
            for k, zone in enumerate(here.zones):
                excess = least[k, i] - truth[zone.id].clearance
                if excess > TOLERANCE:
                    wrong.append(f"{kind}: {zone.id} is {excess:g} larger than the truth")
                pairs += 1
    assert pairs > 0
    return wrong


def test_a_slice_of_bundles_on_made_surfaces_is_exact():
    assert campaign("made", 25, seed=21, checked=2) == []


def test_a_slice_of_bundles_on_the_reference_body_is_exact():
    assert campaign("reference", 1, seed=22, n=200, checked=1, singles=6) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(500, 510))
def test_a_thousand_bundles_on_made_surfaces(seed):
    assert campaign("made", 100, seed, n=1000, checked=20, singles=200) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(520, 524))
def test_two_hundred_bundles_on_the_reference_body(seed):
    assert campaign("reference", 50, seed, n=1000, checked=4, singles=50) == []


@pytest.mark.long
@pytest.mark.assets
@pytest.mark.parametrize("name", ["bodyparts3d", "z-anatomy-2"])
def test_forty_bundles_on_real_anatomy(name):
    assert campaign(name, 40, 530, n=600, checked=4, singles=20) == []


def lost_within(here, needle, found, rng, n, entry=0.0, angle=0.0, depth=0.0):
    """Drifts up to these that lose a margin by brute force: there must be none."""
    a, b = np.linalg.svd(needle.direction[None])[2][1:]
    ways = rng.uniform(0, 2 * np.pi, (2, n))
    size = entry * rng.choice([1.0, 0.7], n)
    entries = (
        needle.entry + np.outer(size * np.cos(ways[0]), a) + np.outer(size * np.sin(ways[0]), b)
    )
    turn = angle * rng.choice([1.0, 0.7], n)
    directions = turned_about(
        needle.direction, np.stack([turn * np.cos(ways[1]), turn * np.sin(ways[1])], 1)
    )
    for entry_, direction in zip(entries, directions, strict=True):
        one = Needle(entry_, direction, needle.depth + depth, needle.radius)
        compared("clearance of a drifted needle", len(here.zones))
        for name, fact in facts(here.scene, one, SEARCHED, MARGIN).items():
            if fact.clearance < MARGIN - TOLERANCE:
                yield f"{name}: {fact.clearance} within {(entry, angle, depth)} of {found}"


def tolerances(name, count, seed, tries):
    """Drifts that are called kept and lose a margin by brute force."""
    here, rng = ARENAS[name](), np.random.default_rng(seed)
    spares = Spares(body_index(here.body), here.zones, 0.15)
    wrong, used = [], 0
    corners = here.scene.soup.corners
    while used < count:
        at = corners[rng.integers(len(corners))].mean(axis=0) + rng.normal(0, 12, 3)
        needle = Needle(at, rng.normal(size=3), rng.uniform(2, 30), 0.15)
        if not 0.0 < spares.of(needle)[0] < 15.0:
            continue
        used += 1
        plane = np.linalg.svd(needle.direction[None])[2][1:]
        entry = least_lost(spares.carried(needle, plane), 20.0)
        angle = least_lost(spares.turned(needle), 0.8)
        wrong += lost_within(here, needle, entry, rng, tries, entry=entry.kept)
        wrong += lost_within(here, needle, angle, rng, tries, angle=angle.kept)
        for scale in (0.3, 0.6):
            drift = (scale * entry.kept, scale * angle.kept, scale)
            if is_kept(spares, needle, plane, drift)[0]:
                names = dict(zip(("entry", "angle", "depth"), drift, strict=True))
                wrong += lost_within(here, needle, "all", rng, tries, **names)
    return wrong


def test_a_slice_of_tolerances_is_kept():
    assert tolerances("made", 4, seed=31, tries=3) == []


@pytest.mark.long
@pytest.mark.parametrize("name", ["made", "reference"])
def test_two_hundred_tolerances_are_kept(name):
    assert tolerances(name, 100, seed=32, tries=12) == []
