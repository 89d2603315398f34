"""The worst of a breath: bounded between phases, never kinder than any phase in between."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import trimesh
from marked_bodies import back_body
from shapes import egg_body

from meshes import load_body
from zones import breathing
from zones.assess import assess, assess_needles
from zones.assessment import Verdict
from zones.breath_phases import breath_of, carried
from zones.breathing import BREATH_PUBLISHED, BREATH_UNKNOWN, KIDNEYS, STILL, with_breath
from zones.breathing_table import breath_table, parse_breath_table
from zones.danger import danger_zones
from zones.errors import BadCatalogueError
from zones.needle import Needle
from zones.points import resolve_point
from zones.skin import nearest_on_skin, skin_normal

VERDICTS = list(Verdict)


def row(assessment, zone_id, needle=0):
    (found,) = [z for z in assessment.needles[needle].zones if z.zone_id == zone_id]
    return found


def test_a_zone_the_catalogue_does_not_name_is_not_assessed_through_the_breath():
    """No clear verdict, and no failure, for structures whose way through the breath is unknown."""
    body = load_body("reference")
    needle = resolve_point(body, "RMA", "left").needle
    named = danger_zones(body)
    rib = "rib_12_right"
    assert not any(rib in zone.structures for zone in named)
    own = replace(named[0], id="own", name="own zone", structures=(rib,), margin_mm=1.0)
    zones = (own, *named)
    plain = assess(body, needle, zones)
    assert row(plain, "own").verdict is Verdict.CLEAR
    breathed = with_breath(body, plain, zones)
    found = row(breathed, "own")
    assert (found.verdict, found.clearance) == (Verdict.NOT_ASSESSED, row(plain, "own").clearance)
    assert BREATH_UNKNOWN in found.note
    assert STILL in breathed.not_modelled
    others = with_breath(body, assess(body, needle)).needles[0].zones
    assert [z.verdict for z in breathed.needles[0].zones[1:]] == [z.verdict for z in others]
    touching = replace(own, margin_mm=row(plain, "own").clearance + 1.0)
    near = with_breath(body, assess(body, needle, (touching,)), (touching,))
    assert row(near, "own").verdict is Verdict.WITHIN_MARGIN


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


def made_breath(*places):
    """A closed wall (a thin box) at every look of a breath, and nothing else."""
    box = trimesh.creation.box((30.0, 2.0, 30.0))
    looks = [
        SimpleNamespace(phase=f, points={"wall": frozen(box.vertices + place)})
        for f, place in zip(np.linspace(0, 1, len(places)), places, strict=True)
    ]
    return SimpleNamespace(
        phases=(looks[0], looks[-1]), looks=tuple(looks), own_phase=0.0,
        triangles={"wall": frozen(box.faces.astype(np.int32))},
        stray={"wall": np.full(len(box.vertices), 0.01)},
    )  # fmt: skip


def frozen(array):
    array = np.array(array)
    array.flags.writeable = False
    return array


WALL = SimpleNamespace(structures=("wall",), margin_mm=5.0)


def ride_through(breath):
    needle = Needle([0, 0, 0], [0, 0, 1], 10, 0.15)
    return breathing._Ride(needle, np.zeros((len(breath.looks), 3)), 0.0)


def test_a_wall_that_passes_the_needle_between_two_looks_is_a_breach_and_how_deep_is_bounded():
    breath = made_breath((0, 40, 5), (0, -40, 5))
    clear = np.array([39.0 - 0.15, 39.0 - 0.15])
    zone = SimpleNamespace(clearance=38.85)
    found = breathing._between(breath, WALL, ride_through(breath), zone, clear)
    assert found <= -0.85  # the shaft in the middle of 2 mm of wall
    assert found == pytest.approx(38.85 - 40.0, abs=0.1)
    assert breathing._first_reach(breath, WALL, ride_through(breath), 50.0, 5.15, [None]) == 0.0


def test_a_wall_that_passes_by_is_as_near_as_it_comes():
    """Past the tip, 8 mm below it at the middle of the way: both phases are far."""
    breath = made_breath((-60, 0, 33.15), (60, 0, 33.15))
    zone, clear = SimpleNamespace(clearance=45.0), np.array([45.0, 45.0])
    found = breathing._between(breath, WALL, ride_through(breath), zone, clear)
    assert found == pytest.approx(8.0, abs=0.04)
    assert found <= 8.0
    first = breathing._first_reach(breath, WALL, ride_through(breath), 50.0, 5.15, [None])
    assert first == pytest.approx(13.0, abs=0.06)
    assert first <= 13.0


def test_a_wall_that_slides_along_itself_comes_no_nearer():
    breath = made_breath((-5, 11.15, 5), (0, 11.15, 5), (5, 11.15, 5))
    zone, clear = SimpleNamespace(clearance=10.0), np.array([10.0, 10.0])
    found = breathing._between(breath, WALL, ride_through(breath), zone, clear)
    assert found == pytest.approx(10.0, abs=0.04)


def test_what_was_inside_at_a_phase_is_told_no_less_deep():
    breath = made_breath((0, 0, 5), (0, 3, 5))
    zone, clear = SimpleNamespace(clearance=-1.15), np.array([-1.15, 1.85])
    assert breathing._between(breath, WALL, ride_through(breath), zone, clear) <= -1.15


def test_the_worst_names_the_phase_it_was_measured_at():
    breath = made_breath((0, 40, 5), (0, 39, 5))
    _, _, plain = still()
    far = replace(row(plain, "parietal_pleura_left"), clearance=40.0, verdict=Verdict.CLEAR)
    worst = breathing._worst_result(breath, far, np.array([40.0, 38.0]), 37.5)
    assert (worst.clearance_worst, worst.worst_phase, worst.at_worst_phase) == (37.5, 1.0, 38.0)
    touched = breathing._worst_result(breath, far, np.array([40.0, 38.0]), -1.0)
    assert touched.verdict is Verdict.BREACH


# ---- the family ----------------------------------------------------------------------------------


def drawn_needles(body, n, seed):
    """Needles anywhere on the back and the flanks, up to 20 degrees off the normal, 2 to 60 mm."""
    rng, skin = np.random.default_rng(seed), body.skin.surface
    middle = skin.points[skin.triangles].mean(axis=1)
    wanted = (middle[:, 1] > 20) & (middle[:, 2] > -330) & (middle[:, 2] < 110)
    made = []
    for at in rng.choice(np.flatnonzero(wanted), n):
        inward = skin_normal(body, middle[at])
        lean = inward + 0.36 * rng.uniform(0, 1) * rng.normal(size=3)
        made.append(Needle(nearest_on_skin(body, middle[at]), lean / np.linalg.norm(lean),
                           float(rng.uniform(2, 60)), 0.15))  # fmt: skip
    return made


def look_through(name, needles_of, phases):
    """Against the body itself at phases that nobody looked at; returns how much was told nearer."""
    from meshes.packs.store import at_phase

    body = load_body(name)
    needles = needles_of(body)
    plain = assess_needles(body, needles)
    breathed = with_breath(body, plain)
    assert STILL not in breathed.not_modelled
    assert KIDNEYS in breathed.not_modelled
    breath = breath_of(body)
    differs, true_least = 0, np.full((len(needles), len(plain.needles[0].zones)), np.inf)
    for phase in phases:
        moved = at_phase(body, phase)
        stand = SimpleNamespace(skin=moved.skin.surface.points)
        riding = [carried(breath, n, stand) for n in needles]
        now = assess_needles(moved, riding)
        for k, (worst, true, before) in enumerate(
            zip(breathed.needles, now.needles, plain.needles, strict=True)
        ):
            for j, (a, b, c) in enumerate(zip(worst.zones, true.zones, before.zones, strict=True)):
                if b.clearance is None:
                    continue
                assert a.clearance_worst <= b.clearance + 1e-6, (phase, a.zone_id)
                assert a.clearance_worst <= c.clearance
                assert VERDICTS.index(a.verdict) <= VERDICTS.index(b.verdict)
                true_least[k, j] = min(true_least[k, j], b.clearance, a.at_worst_phase)
                differs += a.clearance_worst < c.clearance - 0.5
                if b.limit_depth is not None:
                    assert a.limit_depth <= b.limit_depth + 1e-6, (phase, a.zone_id)
                if b.first_contact is not None:
                    assert a.first_contact <= b.first_contact + 1e-6, (phase, a.zone_id)
            if true.limit_depth is not None:
                assert worst.limit_depth <= true.limit_depth + 1e-6
    told = np.array([[np.nan if z.clearance_worst is None else z.clearance_worst for z in n.zones]
                     for n in breathed.needles])  # fmt: skip
    return breathed, differs, (true_least - told)[(told > 0) & np.isfinite(true_least)]


def test_no_moment_is_nearer_than_the_worst_of_the_breath():
    breathed, differs, early = look_through(
        "reference", lambda body: drawn_needles(body, 12, 5), (0.0625, 0.4375, 0.93)
    )
    assert differs > 20
    # The bound says something: what is told too near is the stray, not half of a 16 mm way.
    assert np.quantile(early, 0.5) < 0.1
    assert early.max() < 2.5
    pleura = row(breathed, "parietal_pleura_left")
    assert pleura.worst_phase in (
        *breath_table().phases,
        breath_of(load_body("reference")).own_phase,
    )


@pytest.mark.long
@pytest.mark.parametrize(
    "name", ["reference", "reference:F1", "reference:F3@1", "reference:male-195-35"]
)
def test_no_moment_of_anybody_is_nearer_than_the_worst_of_the_breath(name):
    def needles_of(body):
        ids = ["RMA", "UT2", "QL-S", "SA", "PMJ-C", "LD"]
        found = [resolve_point(body, key, side).needle for key in ids for side in ("left", "right")]
        stored = [n for n in found if n is not None]
        deeper = [replace(n, depth=n.depth + 25.0) for n in stored]
        return [*stored, *deeper, *drawn_needles(body, 80, 11)]

    phases = np.random.default_rng(2).uniform(0, 1, 5).tolist()
    look_through(
        name, needles_of, [1 / 16, 3 / 16, 5 / 16, 7 / 16, 9 / 16, 11 / 16, 15 / 16, *phases]
    )


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
