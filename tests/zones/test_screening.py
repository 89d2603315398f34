"""Each answer has its effect: stop, caution, wider margin; nothing ever reassures."""

from __future__ import annotations

import copy
import tomllib
from importlib.resources import files

import pytest
from shapes import egg_body

from zones.danger import danger_zones
from zones.errors import BadCatalogueError, BadPlanError
from zones.screening import parse_screening, screen, screening_data, widened

DATA = tomllib.loads(files("zones").joinpath("data/screening.toml").read_text(encoding="utf-8"))
QUESTIONS = screening_data().questions


def test_every_question_and_risk_has_a_source():
    for row in (*QUESTIONS.values(), *screening_data().risks):
        assert row.sources
        assert row.evidence
    assert screening_data().widen_origin.startswith("convention")


def test_the_guides_contraindications_are_there():
    absolute = {key for key, q in QUESTIONS.items() if q.weight == "absolute"}
    relative = {key for key, q in QUESTIONS.items() if q.weight == "relative"}
    assert {"infection_at_site", "unwilling", "needle_phobia"} <= absolute
    assert {"pregnancy", "uncontrolled_diabetes", "anticoagulants", "compromised_immunity",
            "keloid", "unhealed_surgery"} <= relative  # fmt: skip
    assert "anticoagulants" not in absolute


@pytest.mark.parametrize("key", QUESTIONS)
def test_the_effect_of_each_answer(key):
    question = QUESTIONS[key]
    yes, no = screen({key: "yes"}), screen({key: "no"})
    assert yes.is_stopped == (question.weight == "absolute")
    assert question in (yes.stops if yes.is_stopped else yes.cautions)
    assert dict(yes.widen) == dict(question.widen)
    assert (no.stops, no.cautions, dict(no.widen)) == ((), (), {})
    for answer in ("yes", "no"):
        assert question not in screen({key: answer}).open
    assert question in screen({key: "unknown"}).open
    assert len(screen({}).open) == len(QUESTIONS)


def test_a_pneumothorax_factor_widens_pleura_and_lung_and_nothing_shrinks():
    zones = danger_zones(egg_body())
    wide = widened(zones, screen({"emphysema": "yes", "anticoagulants": "yes"}))
    for before, after in zip(zones, wide, strict=True):
        assert after.margin_mm >= before.margin_mm
        assert (after.margin_mm > before.margin_mm) == (
            after.rule in ("parietal_pleura", "lung")
            or after.rule.endswith("_vessels") and after.rule not in (
                "pulmonary_vessels", "brachiocephalic_vessels")
            or after.rule in ("carotid_arteries", "jugular_veins", "intercostal_bundle")
        )  # fmt: skip
        if after.margin_mm > before.margin_mm:
            assert "screening adds" in after.margin_origin


def test_two_factors_of_one_zone_do_not_add_up():
    one, two = screen({"emphysema": "yes"}), screen({"emphysema": "yes", "lung_cancer": "yes"})
    assert dict(one.widen) == dict(two.widen)
    assert len(two.cautions) == 2


def test_more_yes_never_means_less():
    answers, before = {}, screen({})
    for key in QUESTIONS:
        answers[key] = "yes"
        after = screen(answers)
        assert set(after.stops) >= set(before.stops)
        assert set(after.cautions) >= set(before.cautions)
        assert all(after.widen[rule] >= add for rule, add in before.widen.items())
        before = after


@pytest.mark.parametrize("answers", [{"mood": "yes"}, {"pregnancy": "maybe"}])
def test_what_is_no_answer_is_refused(answers):
    with pytest.raises(BadPlanError):
        screen(answers)


def test_the_warning_signs_of_pneumothorax_are_with_the_risk():
    (risk,) = [r for r in screening_data().risks if r.id == "pneumothorax"]
    assert "two days" in risk.warning
    assert risk.grade == "serious"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["question"][0].update(source=[]),
        lambda d: d["question"][0].update(source=["nobody"]),
        lambda d: d["question"][0].update(weight="heavy"),
        lambda d: d["question"][0].update(evidence=""),
        lambda d: d["question"][0].update(widen={"pleura": ["lungs"]}),
        lambda d: d["question"].append(d["question"][0]),
        lambda d: d["risk"][0].update(source=["nobody"]),
        lambda d: d["widen"].update(origin="felt right"),
    ],
)
def test_a_spoilt_row_is_refused(spoil):
    data = copy.deepcopy(DATA)
    spoil(data)
    with pytest.raises(BadCatalogueError):
        parse_screening(data)
