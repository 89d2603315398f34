"""The table over variants is the engine's own answers, counted; made once per body and rules."""

from __future__ import annotations

import json

import numpy as np
import pytest
from marked_bodies import back_body

from zones import point_table
from zones.assess import assess
from zones.breathing import breath_of
from zones.errors import ZoneError
from zones.point_catalogue import point_catalogue
from zones.point_table import variant_table
from zones.points import resolve_point
from zones.progress import CancelledError

BODIES = {"large": lambda: back_body(), "small": lambda: back_body(0.8)}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return variant_table(BODIES, tmp_path_factory.mktemp("tables"))


def row_of(table, key, side):
    (found,) = [r for r in table.rows if (r.id, r.side) == (key, side)]
    return found


def test_every_point_has_a_row_on_every_side(table):
    assert len(table.rows) == sum(len(p.sides) for p in point_catalogue().points.values())
    assert [v for v, _, _ in table.bodies] == ["large", "small"]


def test_a_row_is_the_worst_of_what_the_engine_says(table):
    row = row_of(table, "RMA", "left")
    results = {}
    for variant, opened in BODIES.items():
        body = opened()
        results[variant] = assess(body, resolve_point(body, "RMA", "left").needle).needles[0]
    limits = [r.limit_depth for r in results.values() if r.limit_depth is not None]
    assert row.limit_least == pytest.approx(min(limits), abs=1e-9)
    assert (row.cases, row.variants) == (2, ("large", "small"))
    known = {v: [z for z in r.zones if z.clearance is not None] for v, r in results.items()}
    assert row.breaches == sum(any(z.clearance <= 0 for z in zs) for zs in known.values())
    assert row.within == sum(any(z.clearance < z.margin for z in zs) for zs in known.values())
    pleura = [(z.clearance, v) for v, zs in known.items() for z in zs
              if z.zone_id.startswith("parietal_pleura")]  # fmt: skip
    assert (row.pleura.clearance, row.pleura.variant) == pytest.approx(min(pleura))
    assert row.nearest[0].clearance == pytest.approx(
        min(z.clearance for zs in known.values() for z in zs)
    )
    assert "kidney_left" in row.unassessed  # what was not assessed is said, not left out


def test_a_blocked_or_absent_point_has_no_case_and_its_reason(table):
    for key, reason in (("ICO", "point.not_recommended"), ("GA1", "point.no_muscle")):
        row = row_of(table, key, "left")
        assert (row.cases, row.breach_share, row.limit_least, row.nearest) == (0, None, None, ())
        assert row.missing
        assert set(row.missing.values()) <= {reason, "point.landmark_missing"}


def test_it_is_made_once_per_body_and_survives_json(tmp_path, monkeypatch):
    first = variant_table({"large": BODIES["large"]}, tmp_path)

    def refused(*_):
        raise AssertionError("measured again")

    monkeypatch.setattr(point_table, "_cells", refused)
    again = variant_table({"large": BODIES["large"]}, tmp_path)
    assert json.dumps(again.document()) == json.dumps(first.document())
    with pytest.raises(AssertionError, match="again"):
        variant_table({"small": BODIES["small"]}, tmp_path)


def test_it_can_be_cancelled(tmp_path):
    with pytest.raises(CancelledError) as said:
        variant_table(BODIES, tmp_path, cancelled=lambda: True)
    assert isinstance(said.value, (ZoneError, RuntimeError))
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_the_reference_body_breathes_in_the_table():
    from meshes import load_body

    body = load_body("reference")
    found = variant_table({"M1": lambda: body})
    row = row_of(found, "QL-S", "left")
    assert row.cases == len(found.phases) == len(breath_of(body).phases)
    assert row.nearest[0].zone == "kidney_left"  # it comes down with the breath
    assert row.nearest[0].phase == 1.0
    assert row.nearest[0].clearance < 5.0
    assert np.isfinite(row.limit_least)
