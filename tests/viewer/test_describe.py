"""Words and digits are never kinder than the number behind them."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer import describe
from viewer.i18n.text import use_language
from zones.assessment import NeedleAssessment, Verdict, ZoneResult
from zones.needle import Needle


def zone(zone_id="pleura", verdict=Verdict.CLEAR, clearance=20.0, margin=10.0, side="left", **more):
    return ZoneResult(
        zone_id, "parietal pleura", side, ("p",), margin, clearance, clearance, 10.0, None, None,
        None, 30.0, verdict, **more,
    )  # fmt: skip


def needle(*zones, limit=30.0):
    worst = min((z.verdict for z in zones), key=list(Verdict).index, default=Verdict.NOT_ASSESSED)
    return NeedleAssessment(Needle((0, 0, 0), (0, -1, 0), 20), worst, limit, 300.0, zones, ())


def value(text: str) -> float:
    return float(text.replace("−", "-"))


@given(st.floats(-500, 500, allow_nan=False))
def test_a_shown_clearance_is_never_larger_than_the_true_one(clearance):
    shown = value(describe.clearance_text(clearance))
    assert shown <= clearance + 1e-9
    assert clearance - shown < 0.1 + 1e-9


@given(st.floats(-500, 500, allow_nan=False))
def test_a_breach_is_never_shown_without_its_sign(clearance):
    if clearance < 0:
        assert describe.clearance_text(clearance).startswith("−")


@pytest.mark.parametrize("number", [0.0, -0.0, -0.04, 0.04])
def test_there_is_no_negative_zero(number):
    assert describe.number(number) == "0.0"


def test_what_is_missing_is_a_dash():
    assert describe.number(None) == describe.clearance_text(None) == describe.NONE
    assert describe.millimetres(None) == describe.NONE


def test_the_reason_of_a_breach_names_zone_side_clearance_and_margin():
    text = describe.reason(needle(zone(verdict=Verdict.BREACH, clearance=-4.2), zone("b")))
    assert text == "Breach: Parietal pleura left. Clearance −4.2 mm in this model, margin 10.0 mm."


def test_unknown_is_said_and_never_called_clear():
    unknown = zone("kidney", Verdict.NOT_ASSESSED, None, note="zone.missing")
    text = describe.reason(needle(zone(), unknown))
    assert "Unknown is not clear" in text
    assert describe.unknown_count(needle(zone(), unknown)) == 1
    assert "no danger zone" in describe.reason(needle()).casefold()


def test_the_order_is_worst_first_and_then_by_what_is_left_of_the_margin():
    rows = [
        zone("far", clearance=50.0), zone("near", clearance=12.0),
        zone("unknown", Verdict.NOT_ASSESSED, None), zone("hit", Verdict.BREACH, -1.0),
        zone("inside", Verdict.WITHIN_MARGIN, 3.0), zone("deep", Verdict.BREACH, -9.0),
        zone("wide", clearance=13.0, margin=12.5),
    ]  # fmt: skip
    order = [z.zone_id for z in describe.by_danger(rows)]
    assert order == ["deep", "hit", "inside", "unknown", "wide", "near", "far"]


def test_a_side_is_said_once():
    assert describe.zone_name(zone()) == "Parietal pleura left"
    assert describe.zone_name(zone(side="mid")) == "Parietal pleura"


def test_a_position_names_its_directions():
    assert describe.position((10.0, -5.0, 3.25)) == "L 10.0  A 5.0  S 3.2"
    assert describe.position((-10.0, 5.0, -3.0)) == "R 10.0  P 5.0  I 3.0"


def test_every_note_of_the_engine_has_its_sentence():
    from zones import clearance

    ids = [v for k, v in vars(clearance).items() if isinstance(v, str) and v.startswith("zone.")]
    assert ids
    assert all(describe.note_text(note) != note for note in [*ids, "zone.incomplete"])


def test_a_limit_beyond_what_was_searched_says_so():
    assert describe.limit_sentence(needle(zone(), limit=None)) == "beyond 300.0 mm"
    assert describe.limit_sentence(needle(zone(), limit=30.69)) == "30.6 mm"
    assert math.isclose(value(describe.limit_text(30.69)), 30.6)


def test_everything_that_is_not_modelled_has_its_words():
    from zones.assess import NOT_MODELLED

    words = describe.not_modelled([*NOT_MODELLED, "zone.missing:heart"])
    assert len(words) == len(NOT_MODELLED)
    assert not any("not_modelled" in word for word in words)


def test_a_bound_between_phases_is_not_told_as_a_clearance_at_a_phase():
    bound = replace(
        zone(verdict=Verdict.BREACH, clearance=3.4, worst_phase=0.25, at_worst_phase=2.0),
        clearance_worst=-4.2,
    )
    told = describe.reason(needle(bound))
    assert "Measured 2.0 mm at 25 %" in told
    assert "may come to −4.2 mm" in told
    assert "Clearance −4.2" not in told
    measured = describe.reason(needle(replace(bound, at_worst_phase=-4.2)))
    assert "Clearance −4.2 mm" in measured
    assert "Nearest at: 25 %" in measured


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_the_verdicts_word_is_said_once_in_every_language(language):
    use_language(language)
    found = needle(zone(verdict=Verdict.BREACH, clearance=-1.0))
    word, reason = describe.verdict_word(Verdict.BREACH), describe.reason(found)
    assert reason.startswith(word)
    assert not describe.without_word(reason, word).startswith(word)
    assert describe.without_word(reason, word) in reason
