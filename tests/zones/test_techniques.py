"""Techniques set depth limits; pairs of needles have an exact distance."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from plans import needle, small_plan
from scipy.optimize import minimize

from zones.errors import BadCatalogueError, UnknownTechniqueError
from zones.plan import PlannedNeedle
from zones.techniques import (
    TOO_DEEP,
    TOO_FEW,
    TOO_SHALLOW,
    UNPAIRED,
    electrode_pairs,
    needle_distance,
    parse_techniques,
    technique,
    technique_findings,
    techniques,
)

DATA = tomllib.loads(files("zones").joinpath("data/techniques.toml").read_text(encoding="utf-8"))


def plan_of(technique_id, *depths):
    needles = tuple(
        PlannedNeedle(f"n{i}", "", needle(depth=depth)) for i, depth in enumerate(depths, 1)
    )
    return replace(small_plan(), technique=technique_id, needles=needles)


def test_the_four_of_the_guide_each_with_a_source():
    assert list(techniques()) == ["superficial", "deep", "trigger_point", "electrical"]
    assert all(t.sources and t.evidence for t in techniques().values())
    assert technique("electrical").max_mm is None  # no parameter is sourced
    with pytest.raises(UnknownTechniqueError, match="expected one of superficial"):
        technique("hammer")


def test_a_row_without_source_is_refused():
    for spoil in ({"source": []}, {"source": ["nobody"]}, {"evidence": ""}):
        row = {**DATA["technique"][0], **spoil}
        with pytest.raises(BadCatalogueError, match="superficial"):
            parse_techniques({**DATA, "technique": [row]})


@pytest.mark.parametrize(
    ("chosen", "depth", "codes"),
    [
        ("superficial", 4.9, [TOO_SHALLOW]),
        ("superficial", 5.0, []),
        ("superficial", 10.0, []),
        ("superficial", 10.1, [TOO_DEEP]),
        ("deep", 9.9, [TOO_SHALLOW]),
        ("deep", 80.0, []),
        ("", 80.0, []),
    ],
)
def test_a_technique_sets_depth_limits(chosen, depth, codes):
    assert [f.code for f in technique_findings(plan_of(chosen, depth))] == codes


def test_electrical_needles_come_in_pairs():
    assert [f.code for f in technique_findings(plan_of("electrical", 20))] == [TOO_FEW]
    odd = technique_findings(plan_of("electrical", 20, 20, 20))
    assert [(f.code, f.needle_id) for f in odd] == [(UNPAIRED, "n3")]
    assert technique_findings(plan_of("electrical", 20, 20)) == []
    assert [(a, b) for a, b, _ in electrode_pairs(plan_of("electrical", 9, 9, 9, 9, 9))] == [
        ("n1", "n2"), ("n3", "n4"),
    ]  # fmt: skip


def test_distances_in_closed_form():
    straight = needle((0, 0, 0), (0, -1, 0), 30, 0.2)
    beside = needle((10, 0, 0), (0, -1, 0), 30, 0.1)
    crossing = needle((-10, -15, 7), (1, 0, 0), 20, 0.1)
    beyond = needle((0, -40, 0), (0, -1, 0), 5, 0.1)
    point = needle((3, 4, 0), (0, -1, 0), 0.0, 0.0)
    assert needle_distance(straight, beside) == pytest.approx(10 - 0.3)
    assert needle_distance(straight, crossing) == pytest.approx(7 - 0.3)
    assert needle_distance(straight, beyond) == pytest.approx(10 - 0.3)
    assert needle_distance(straight, point) == pytest.approx(5 - 0.2)
    assert needle_distance(straight, straight) == 0.0


def test_distances_agree_with_a_search():
    random = np.random.default_rng(4)
    for _ in range(15):
        a, b = (needle(random.normal(0, 20, 3), random.normal(size=3), random.uniform(1, 50), 0.0)
                for _ in range(2))  # fmt: skip

        def gap(x, a=a, b=b):
            return float(np.linalg.norm(a.point_at(x[0]) - b.point_at(x[1])))

        found = min(
            minimize(gap, (s * a.depth, t * b.depth), bounds=((0, a.depth), (0, b.depth))).fun
            for s in (0.1, 0.9) for t in (0.1, 0.9)
        )  # fmt: skip
        assert needle_distance(a, b) == pytest.approx(found, abs=1e-3)
        assert needle_distance(a, b) == pytest.approx(needle_distance(b, a), abs=1e-12)
        assert needle_distance(a, b) <= found + 1e-9
