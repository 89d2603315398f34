"""The engine against brute force over all triangles: no clearance larger than the truth by more
than 1e-6 mm, no contact missed or late, no limit too deep, no verdict better than the truth.

A slice runs always. `make test-long` runs 20,000 needles and more, random and adversarial. A
violation prints the needle as one line of JSON: keep it in ``found/`` and it is tried for ever.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from campaign import bodyparts, made, reference, run, violations, z_anatomy
from nasty import nasty_needles

from zones.needle import Needle

FOUND = sorted((Path(__file__).parent / "found").glob("*.json"))
ARENAS = {
    "made": made,
    "reference": reference,
    "bodyparts3d": bodyparts,
    **{f"z-anatomy-{k}": lambda k=k: z_anatomy(k) for k in range(6)},
}


def campaign(name, count, seed):
    here = ARENAS[name]()
    return run(here, nasty_needles(seed, count, here.scene.soup.corners), tight=True)


@pytest.mark.parametrize(("name", "count"), [("made", 120), ("reference", 20)])
def test_a_slice_of_needles_is_exact(name, count):
    assert campaign(name, count, seed=11) == []


@pytest.mark.assets
@pytest.mark.parametrize(("name", "count"), [("bodyparts3d", 20), ("z-anatomy-3", 15)])
def test_a_slice_on_real_anatomy_is_exact(name, count):
    assert campaign(name, count, seed=12) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 109))
def test_nine_thousand_needles_on_made_surfaces(seed):
    assert campaign("made", 1000, seed) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(200, 212))
def test_six_thousand_needles_on_the_reference_body(seed):
    assert campaign("reference", 500, seed) == []


@pytest.mark.long
@pytest.mark.assets
@pytest.mark.parametrize("group", range(6))
def test_forty_five_hundred_needles_on_z_anatomy(group):
    assert campaign(f"z-anatomy-{group}", 750, 300 + group) == []


@pytest.mark.long
@pytest.mark.assets
def test_a_thousand_needles_on_bodyparts3d():
    assert campaign("bodyparts3d", 1000, 400) == []


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_needles_that_once_went_wrong(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        saved = json.loads(line)
        here = ARENAS[saved["arena"]]()
        needle = Needle(saved["entry"], saved["direction"], saved["depth"], saved["radius"])
        assert violations(here, needle, tight=True) == [], line


def test_the_campaign_sees_a_reassuring_error(monkeypatch):
    """A clearance a millionth too large and one missed contact are both caught."""
    import campaign as judge

    here = made()
    honest = judge.assess
    needle = Needle([-40, 1, 2], [1, 0, 0], 20.0, 0.25)  # stops 10 mm before the box
    hit = Needle([-40, 1, 2], [1, 0, 0], 33.0, 0.25)
    assert violations(here, needle) == []
    assert violations(here, hit) == []

    def lie(change):
        def assess(*args, **words):
            result = honest(*args, **words)
            told = tuple(change(z) if z.zone_id == "box" else z for z in result.needles[0].zones)
            return replace(result, needles=(replace(result.needles[0], zones=told),))

        monkeypatch.setattr(judge, "assess", assess)

    lie(lambda z: replace(z, clearance=np.nextafter(z.clearance + 1.1e-6, 99)))
    assert any("larger than the truth" in w for w in violations(here, needle))
    lie(lambda z: replace(z, first_contact=None))
    assert any("missed" in w for w in violations(here, hit))
    lie(lambda z: replace(z, limit_depth=z.limit_depth + 2e-6))
    assert any("deeper" in w for w in violations(here, needle))
    lie(lambda z: replace(z, verdict=type(z.verdict).CLEAR))
    assert any("though it is breached" in w for w in violations(here, hit))
