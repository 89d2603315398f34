"""The colours along the line say what an assessment says, never anything kinder."""

import numpy as np
import pytest
from scenes import eggs

from viewer.scene import colors
from viewer.scene.profile import profile
from zones.assess import assess
from zones.assessment import Verdict
from zones.needle import Needle

RANK = [colors.BREACH, colors.WITHIN, colors.CLEAR]


def random_needles(count, seed):
    random = np.random.default_rng(seed)
    for _ in range(count):
        entry = np.array([random.uniform(-90, 90), 95.0, random.uniform(-120, 120)])
        direction = np.array([random.normal(0, 0.5), -1.0, random.normal(0, 0.5)])
        yield Needle(entry, direction, float(random.uniform(1, 90)), 0.15)


def worst_measured(found) -> tuple:
    verdicts = {z.verdict for z in found.zones}
    if Verdict.BREACH in verdicts:
        return colors.BREACH
    return colors.WITHIN if Verdict.WITHIN_MARGIN in verdicts else colors.CLEAR


def test_the_colour_at_the_tip_is_that_of_the_verdict():
    body, data = eggs()
    seen = set()
    for needle in random_needles(60, 1):
        found = assess(body, needle, index=data.index)
        found = found.needles[0] if hasattr(found, "needles") else found
        color = profile(found).color_at(needle.depth)
        assert color == worst_measured(found)
        seen.add(color)
    assert seen == set(RANK)


def test_blue_anywhere_on_the_line_means_that_a_tip_there_keeps_every_margin():
    body, data = eggs()
    checked = 0
    for needle in random_needles(25, 2):
        known = profile(assess(body, needle, index=data.index).needles[0])
        for depth in np.linspace(0.5, 120, 9):
            if known.color_at(depth) == colors.CLEAR:
                there = Needle(needle.entry, needle.direction, depth, needle.radius)
                found = assess(body, there, index=data.index).needles[0]
                assert worst_measured(found) == colors.CLEAR
                checked += 1
    assert checked > 30


def test_the_scale_never_turns_kinder_with_depth():
    body, data = eggs()
    for needle in random_needles(30, 3):
        known = profile(assess(body, needle, index=data.index).needles[0])
        ranks = [RANK.index(known.color_at(d)) for d in np.linspace(0, 200, 80)]
        assert ranks == sorted(ranks, reverse=True)
        assert known.cuts(0.0, 200.0) == sorted(known.cuts(0.0, 200.0))


def test_the_three_colours_are_told_apart_by_every_eye():
    def seen_by(matrix, color):
        linear = np.array(color) ** 2.2
        return np.clip(matrix @ linear, 0, 1)

    deuteranope = np.array(  # Machado, Oliveira & Fernandes 2009, severity 1.0
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    )  # fmt: skip
    for matrix in (np.eye(3), deuteranope):
        shades = [seen_by(matrix, c) for c in RANK]
        gaps = [np.abs(a - b).max() for i, a in enumerate(shades) for b in shades[:i]]
        assert min(gaps) > 0.2


@pytest.mark.parametrize("verdict", [*Verdict, None])
def test_every_verdict_has_a_colour_of_its_own(verdict):
    others = [colors.of_verdict(v) for v in (*Verdict, None) if v is not verdict]
    assert colors.of_verdict(verdict) not in others
