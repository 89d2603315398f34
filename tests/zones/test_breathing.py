"""The worst of a breath: bounded between phases, never kinder than any phase in between."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from marked_bodies import back_body
from shapes import egg_body

from meshes import load_body
from zones import breathing
from zones.assess import assess, assess_needles
from zones.assessment import Verdict
from zones.breathing import (
    BREATH_PUBLISHED,
    KIDNEYS,
    STILL,
    breath_of,
    carried,
    with_breath,
)
from zones.breathing_table import breath_table, parse_breath_table
from zones.danger import danger_zones
from zones.errors import BadCatalogueError
from zones.needle import Needle
from zones.points import resolve_point

VERDICTS = list(Verdict)


def row(assessment, zone_id, needle=0):
    (found,) = [z for z in assessment.needles[needle].zones if z.zone_id == zone_id]
    return found


# ---- a body that stands still --------------------------------------------------------------------


def still():
    body = back_body()
    needle = resolve_point(body, "RMA", "left").needle
    return body, needle, assess(body, needle)


def test_a_published_displacement_is_taken_off():
    body, _, plain = still()
    pleura = row(plain, "parietal_pleura_left")
    breathed = with_breath(body, plain)
    worst = row(breathed, "parietal_pleura_left")
    assert worst.clearance == pleura.clearance
    assert worst.clearance_worst == pytest.approx(pleura.clearance - 4.5)
    assert worst.limit_depth < pleura.limit_depth
    assert (worst.worst_phase, BREATH_PUBLISHED in worst.note) == (None, True)
    assert STILL in breathed.not_modelled  # the body itself still stands still


def test_a_deeper_needle_is_judged_by_the_worst():
    body, needle, _ = still()
    deep = replace(needle, depth=needle.depth * 4)
    depths = np.linspace(needle.depth, deep.depth, 40)
    seen = set()
    for depth in depths:
        plain = assess(body, replace(needle, depth=float(depth)))
        zone = row(with_breath(body, plain), "parietal_pleura_left")
        before = row(plain, "parietal_pleura_left")
        assert VERDICTS.index(zone.verdict) <= VERDICTS.index(before.verdict)
        seen.add((before.verdict, zone.verdict))
    assert (Verdict.CLEAR, Verdict.WITHIN_MARGIN) in seen
    assert (Verdict.WITHIN_MARGIN, Verdict.BREACH) in seen


def test_what_nobody_can_say_is_not_assessed_within_reach():
    body = egg_body()
    plain = assess(body, Needle([70, 110, 20], [0, -1, 0], 5, 0.15))
    breathed = with_breath(body, plain)
    table = breath_table()
    for zone, before, after in zip(
        danger_zones(body), plain.needles[0].zones, breathed.needles[0].zones, strict=True
    ):
        known = table.of(zone.rule)
        if before.verdict is Verdict.CLEAR and known.mm is None:
            near = before.clearance - known.at_most_mm < zone.margin_mm
            assert (after.verdict is Verdict.NOT_ASSESSED) == near
        assert VERDICTS.index(after.verdict) <= VERDICTS.index(before.verdict)


# ---- the bound between phases --------------------------------------------------------------------


def test_the_bound_holds_for_a_wall_that_comes_and_goes_between_two_phases():
    """A point that passes the needle half-way is as far at both phases: only the bound sees it."""
    there, back = np.array([[0.0, 40.0, 5.0]]), np.array([[0.0, -40.0, 5.0]])
    needle = Needle([0, 0, 0], [0, 0, 1], 10, 0.15)
    phases = tuple(SimpleNamespace(phase=f, points={"wall": p})
                   for f, p in ((0.0, there), (1.0, back)))  # fmt: skip
    breath = SimpleNamespace(
        phases=phases, edges={"wall": np.zeros(1)}, triangles={"wall": np.zeros((1, 3), int)},
        own_phase=0.0,
    )  # fmt: skip
    zone = SimpleNamespace(structures=("wall",), margin_mm=5.0)
    ways = breathing._ways(breath, zone, [needle, needle], 10.0, 40.0)
    assert ways == pytest.approx([80.0])
    _, _, plain = still()
    far = replace(row(plain, "parietal_pleura_left"), clearance=40.0, verdict=Verdict.CLEAR)
    worst = breathing._worst_result(breath, far, np.array([40.0, 40.0]), ways)
    assert (worst.clearance_worst, worst.verdict) == (0.0, Verdict.BREACH)
    close = breathing._worst_result(breath, far, np.array([40.0, 38.0]), np.array([2.0]))
    assert (close.clearance_worst, close.worst_phase) == (38.0, 1.0)


# ---- the family ----------------------------------------------------------------------------------


@pytest.mark.long
def test_no_phase_in_between_is_nearer_than_the_worst():
    """Against the body itself at phases that were not sampled."""
    from meshes.packs.store import at_phase

    body = load_body("reference")
    ids = [("RMA", "left"), ("UT2", "right"), ("QL-S", "left"), ("SA", "left"), ("PMJ-C", "right")]
    needles = [n for n in (resolve_point(body, *key).needle for key in ids) if n is not None]
    needles += [replace(n, depth=n.depth + 25.0) for n in needles]
    plain = assess_needles(body, needles)
    breathed = with_breath(body, plain)
    assert STILL not in breathed.not_modelled
    assert KIDNEYS in breathed.not_modelled
    breath = breath_of(body)
    differs = 0
    for phase in (0.11, 0.37, 0.62, 0.93):
        moved = at_phase(body, phase)
        stand = SimpleNamespace(skin=moved.skin.surface.points)
        riding = [carried(breath, n, stand) for n in needles]
        now = assess_needles(moved, riding)
        for worst, true, before in zip(breathed.needles, now.needles, plain.needles, strict=True):
            for a, b, c in zip(worst.zones, true.zones, before.zones, strict=True):
                if b.clearance is None:
                    continue
                assert a.clearance_worst <= b.clearance + 1e-6
                assert a.clearance_worst <= c.clearance
                assert VERDICTS.index(a.verdict) <= VERDICTS.index(b.verdict)
                differs += a.clearance_worst < c.clearance - 0.5
                if a.limit_depth is not None:
                    assert b.limit_depth is None or a.limit_depth <= b.limit_depth + 1e-6
            if true.limit_depth is not None:
                assert worst.limit_depth <= true.limit_depth + 1e-6
    assert differs > 20
    pleura = row(breathed, "parietal_pleura_left")
    assert pleura.worst_phase in (*breath_table().phases, breath.own_phase)
    # The bound says something: half of the 16 mm that the pleura slides in a quarter of the breath.
    assert pleura.clearance_worst > pleura.clearance - 9.0


# ---- the table -----------------------------------------------------------------------------------


def table_data():
    import tomllib
    from importlib.resources import files

    text = files("zones").joinpath("data/breathing.toml").read_text("utf-8")
    return tomllib.loads(text)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda d: d.update(schema="x"), "schema"),
        (lambda d: d.update(phases=[0.0, 0.5, 0.6, 1.0]), "even steps"),
        (lambda d: d["displacement"][0].update(source=[]), "no listed source"),
        (lambda d: d["displacement"][0].update(evidence=""), "no listed source and evidence"),
        (lambda d: d["limit"][0].update(rules=["gone"]), "no danger-zone rule"),
        (lambda d: d["limit"][0].update(at_most_mm=-1.0), "at_most_mm of 0 or more"),
        (lambda d: d["limit"].append(d["limit"][0]), "occurs twice"),
        (lambda d: d.update(default_origin=""), "convention"),
    ],
)
def test_a_row_nobody_answers_for_is_refused(spoil, said):
    data = table_data()
    spoil(data)
    with pytest.raises(BadCatalogueError, match=said):
        parse_breath_table(data)


def test_a_standing_lung_keeps_its_limit_to_the_pleura_whose_wall_it_fills():
    """The limit is that of the worst: at every depth before it every margin is kept."""
    body = back_body()
    zones = [
        replace(z, margin_mm=1.0 if z.rule == "parietal_pleura" else z.margin_mm)
        for z in danger_zones(body)
        if z.rule in ("parietal_pleura", "lung")
    ]
    skin = body.skin.surface.points
    at = skin[int((skin @ np.array([0.2, 1.0, 0.1])).argmax())]
    tried = 0
    for aim in ((0, -1, 0), (0.3, -1, 0), (-0.3, -1, 0.2), (0.5, -1, -0.2)):
        deep = with_breath(body, assess_needles(body, [Needle(at, aim, 60.0)], zones), zones)
        limit = deep.needles[0].limit_depth
        if limit is None or limit < 1.0:
            continue
        tried += 1
        short = Needle(at, aim, limit - 0.01)
        kept = with_breath(body, assess_needles(body, [short], zones), zones).needles[0]
        for result, zone in zip(kept.zones, zones, strict=True):
            if result.clearance is not None:
                assert result.clearance_worst >= zone.margin_mm - 1e-6, zone.id
    assert tried or all(not z.structures for z in zones)
