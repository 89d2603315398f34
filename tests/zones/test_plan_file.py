"""Plan files: what is saved is read back, what is not a plan is refused with its place."""

from __future__ import annotations

import copy
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import random_edit, small_plan

from zones import edits
from zones.errors import BadPlanError, PlanFileError
from zones.plan import Anchor, plan_hash
from zones.plan_document import plan_document, plan_from_document
from zones.plan_file import migrated, plan_text, read_plan, read_results, write_plan
from zones.plan_migrations import MIGRATIONS

OLD = Path(__file__).parent / "data" / "plan_0.json"


def full_plan(seed=3, count=60):
    random, plan = np.random.default_rng(seed), small_plan()
    for _ in range(count):
        plan = random_edit(plan, random)(plan)
    anchored = replace(plan.needles[0], anchor=Anchor("RMA", "left"), flag="x", length=25.0)
    return replace(plan, needles=(anchored, *plan.needles[1:]), review=None)


# ---- there and back ------------------------------------------------------------------------------


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_any_plan_comes_back_equal_and_saves_to_the_same_bytes(seed):
    plan = full_plan(seed, 20)
    text = plan_text(plan)
    again = plan_from_document(
        {k: v for k, v in json.loads(text).items() if k not in ("engine", "results")}
    )
    assert again == plan
    assert plan_text(again) == text


def test_a_file_comes_back_equal_byte_for_byte(tmp_path):
    plan = edits.review("Anna Å", "2026-01-01")(full_plan())
    write_plan(plan, tmp_path / "a.json")
    again = read_plan(tmp_path / "a.json")
    assert again == plan
    assert again.review == plan.review
    write_plan(again, tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["a.json", "b.json"]


def test_the_file_declares_frame_units_body_and_engine(tmp_path):
    write_plan(small_plan(), tmp_path / "a.json", engine="needlewise 9.9")
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    document = json.loads(text)
    assert (document["schema"], document["frame"], document["units"], document["engine"]) == (
        "needlewise/plan/1", "LPS", "mm", "needlewise 9.9",
    )  # fmt: skip
    assert document["body"] == {"id": "egg", "hash": "egg-1", "posture": "standing"}
    assert '"entry": [60.0, 95.0, 20.0]' in text


def test_results_are_kept_with_the_plan_and_known_to_be_stale(tmp_path):
    path, plan = tmp_path / "a.json", small_plan()
    write_plan(plan, path)
    assert read_results(path) is None
    write_plan(plan, path, assessment={"schema": "needlewise/assessment/1", "needles": []})
    found, current = read_results(path)
    assert found["schema"] == "needlewise/assessment/1"
    assert current
    document = json.loads(path.read_text(encoding="utf-8"))
    document["needles"][0]["depth"] = 3.0
    path.write_text(json.dumps(document), encoding="utf-8")
    assert read_results(path)[1] is False


def test_a_review_of_another_plan_is_dropped():
    document = plan_document(edits.review("A", "2026-01-01")(small_plan()))
    assert plan_from_document(document).review is not None
    document["needles"][0]["depth"] = 3.0
    assert plan_from_document(document).review is None


# ---- versions ------------------------------------------------------------------------------------


def test_the_old_version_loads():
    plan = read_plan(OLD)
    assert plan.schema == "needlewise/plan/1"
    assert plan.notes == "from before the first release"
    first, second = (planned.needle for planned in plan.needles)
    assert np.array_equal(first.tip, (60, 75, 20))
    assert (first.depth, first.radius) == (20.0, 0.15)
    assert second.depth == 5.0
    assert np.allclose(second.tip, (3, -4, 0))


def test_every_old_version_has_a_fixture_and_leads_to_this_one():
    for old in MIGRATIONS:
        number = old.rsplit("/", 1)[1]
        fixture = json.loads((OLD.parent / f"plan_{number}.json").read_text(encoding="utf-8"))
        assert fixture["schema"] == old
        assert migrated(fixture)["schema"] == "needlewise/plan/1"


@pytest.mark.parametrize("spoil", ["entry", "tip", "diameter"])
def test_a_spoilt_old_needle_is_named(spoil):
    document = json.loads(OLD.read_text(encoding="utf-8"))
    del document["needles"][1][spoil]
    with pytest.raises(BadPlanError, match=r"needles\[1\] of an old plan"):
        migrated(document)


def test_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"schema": "needlewise/plan/2", "needles": "who knows"}', encoding="utf-8")
    with pytest.raises(BadPlanError, match="newer version.*update needlewise"):
        read_plan(path)


# ---- what is no plan -----------------------------------------------------------------------------


def spoilt(change):
    document = copy.deepcopy(plan_document(full_plan()))
    change(document)
    return document


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["needles"][0].update(entry=[1, 2, float("nan")]), r"needles\[0\]\.entry\[2\]"),
        (lambda d: d["needles"][0].update(entry=[1, 2]), r"needles\[0\]\.entry is"),
        (lambda d: d["needles"][1].update(direction=[0, 0, 0]), r"needles\[1\]: .*zero"),
        (lambda d: d["needles"][1].update(depth=-1), r"needles\[1\]: .*depth is -1"),
        (lambda d: d["needles"][0].update(depth="12"), r"needles\[0\]\.depth is '12'"),
        (lambda d: d["needles"][0].update(depth=True), r"needles\[0\]\.depth is True"),
        (lambda d: d["needles"][0].update(depth=10**400), r"needles\[0\]\.depth is 1000"),
        (lambda d: d["needles"][0].pop("radius"), r"needles\[0\]\.radius is missing"),
        (lambda d: d["needles"][0].update(gauge=3), r"needles\[0\]\.gauge is not part"),
        (lambda d: d["needles"][0].update(locked="no"), r"needles\[0\]\.locked"),
        (lambda d: d["needles"][0].update(length=0), "shaft length"),
        (lambda d: d["needles"][0].update(anchor={"point": "RMA"}), r"needles\[0\]\.anchor\.side"),
        (lambda d: d["needles"].append(d["needles"][0]), "occurs twice"),
        (lambda d: d.update(needles={}), "needles is {}"),
        (lambda d: d["needles"].insert(0, 3), r"needles\[0\] is 3"),
        (lambda d: d.pop("frame"), "frame is missing; expected 'LPS'"),
        (lambda d: d.update(frame="RAS"), "frame is 'RAS'"),
        (lambda d: d.update(units="cm"), "units is 'cm'"),
        (lambda d: d["body"].pop("hash"), "body.hash is missing"),
        (lambda d: d.update(body="reference"), "body is 'reference'"),
        (lambda d: d.update(margin={}), "margin is not part"),
        (lambda d: d.update(margins={"lungs": 3}), "margins.lungs"),
        (lambda d: d.update(margins={"liver": -3}), "margin of liver"),
        (lambda d: d.update(muted_zones=["everything"]), r"muted_zones\[0\]"),
        (lambda d: d.update(screening={"anticoagulants": 1}), "screening.anticoagulants"),
        (lambda d: d.update(screening={"anticoagulants": "a bit"}), "'a bit'; expected yes"),
        (lambda d: d.update(screening={"mood": "no"}), "no question 'mood'"),
        (lambda d: d.update(technique="hammer"), "technique is 'hammer'"),
        (lambda d: d.update(subject={"age": 3}), "subject.age"),
        (lambda d: d.update(notes=["x"]), "notes is"),
        (lambda d: d.update(review={"name": 1}), "review.name"),
    ],
)
def test_a_spoilt_value_is_refused_with_its_place(change, said):
    with pytest.raises(BadPlanError, match=said) as caught:
        plan_from_document(spoilt(change))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "not JSON"),
        (b"{", "line 1, column 2"),
        (b"[]", "no object"),
        (b"{}", "schema is None"),
        (b'{"schema": "needlewise/body/1"}', "expected a plan"),
        (b'{"schema": "needlewise/plan/1", "schema": "needlewise/plan/1"}', "occurs twice"),
        (b"\xff\xfe\x00plan", "not UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not usable JSON"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_by_name(tmp_path, raw, said):
    path = tmp_path / "bad.json"
    path.write_bytes(raw)
    with pytest.raises(BadPlanError, match=said) as caught:
        read_plan(path)
    assert str(caught.value).startswith("bad.json: ")


def test_a_missing_and_a_giant_file(tmp_path):
    with pytest.raises(PlanFileError, match="cannot be read"):
        read_plan(tmp_path / "none.json")
    with (tmp_path / "giant.json").open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(PlanFileError, match="1024 MiB"):
        read_plan(tmp_path / "giant.json")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    write_plan(small_plan(), path)
    before = path.read_bytes()

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PlanFileError, match="No space left"):
        write_plan(full_plan(), path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.json"]
    with pytest.raises(PlanFileError, match="choose a folder"):
        write_plan(small_plan(), tmp_path / "nowhere" / "a.json")


def test_what_cannot_be_json_is_never_half_written(tmp_path):
    with pytest.raises(ValueError, match="Out of range float"):
        write_plan(small_plan(), tmp_path / "a.json", assessment={"x": float("nan")})
    assert os.listdir(tmp_path) == []
    assert plan_hash(small_plan())
