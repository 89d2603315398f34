"""Kept points are the found ones to the last bit, for this very body and these very rules."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from marked_bodies import back_body

from zones import points_kept
from zones.points import ResolvedPoint
from zones.points_kept import find_point, found_points, keep_points, read_points


@pytest.fixture(scope="module")
def body():
    return back_body()


def same(one, other):
    for field in fields(ResolvedPoint):
        a, b = getattr(one.resolved, field.name), getattr(other.resolved, field.name)
        assert np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b, field.name
    assert (one.outward is None) == (other.outward is None)
    if one.outward is not None:
        assert np.array_equal(one.outward, other.outward)


def test_the_second_time_they_are_read_and_equal(body, tmp_path, monkeypatch):
    first = found_points(body, tmp_path)
    assert len(first) == 207

    def refused(*_):
        raise AssertionError("found again")

    monkeypatch.setattr(points_kept, "find_point", refused)
    again = found_points(body, tmp_path)
    assert list(again) == list(first)
    for key, found in first.items():
        same(found, again[key])


def test_another_body_posture_or_rule_is_found_anew(body, tmp_path, monkeypatch):
    keep_points(body, [find_point(body, "RMA", "left")], tmp_path)
    assert list(read_points(body, tmp_path)) == [("RMA", "left")]
    assert read_points(back_body(1.1), tmp_path) is None
    assert read_points(replace(body, posture="sitting"), tmp_path) is None
    monkeypatch.setattr(points_kept, "rules_hash", lambda: "other rules")
    assert read_points(body, tmp_path) is None


def test_a_spoilt_file_costs_time_only(body, tmp_path):
    keep_points(body, [find_point(body, "RMA", "left")], tmp_path)
    (file,) = tmp_path.iterdir()
    for text in ("", "[{}]", '[{"point": "RMA"}]', "[1]"):
        file.write_text(text)
        assert read_points(body, tmp_path) is None
    keep_points(body, [find_point(body, "RMA", "left")], file / "not a folder")  # no error
