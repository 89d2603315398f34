"""Plans and edits for tests: a small plan, random needles, a stream of random edits."""

from __future__ import annotations

import numpy as np
from shapes import egg_body

from meshes.body import Subject
from zones import edits
from zones.needle import Needle
from zones.plan import Plan, PlannedNeedle, empty_plan

ZONES = ("lung_left", "parietal_pleura_left", "heart")


def needle(entry=(60, 95, 20), direction=(0, -1, 0), depth=20.0, radius=0.15) -> Needle:
    return Needle(np.array(entry, float), np.array(direction, float), depth, radius)


def small_plan(body=None) -> Plan:
    """Two needles on the egg body."""
    plan = empty_plan(body or egg_body())
    planned = (PlannedNeedle("n1", "first", needle()), PlannedNeedle("n2", "second", needle(
        (-60, 95, 20), (0.2, -1, 0.1), 30.0), length=40.0))  # fmt: skip
    return Plan(plan.body_id, plan.body_hash, plan.posture, needles=planned)


def random_edit(plan: Plan, random: np.random.Generator) -> edits.Edit:
    """An edit that the plan accepts; now and then one that changes nothing."""
    if not plan.needles:
        return edits.add_needle(needle(random.normal(0, 50, 3)))
    key = plan.needles[int(random.integers(len(plan.needles)))].id
    zone = ZONES[int(random.integers(len(ZONES)))]
    point, vector = random.normal(0, 60, 3), random.normal(size=3)
    number = float(random.uniform(0.5, 60))
    unlocked = not plan.needle(key).locked
    choices = [
        lambda: edits.add_needle(needle(point, vector, number), needle_id=""),
        lambda: edits.set_margin(zone, number),
        lambda: edits.set_margin(zone, None),
        lambda: edits.set_zone_active(zone, bool(random.integers(2))),
        lambda: edits.rename(key, f"name {number:.1f}"),
        lambda: edits.set_note(key, "note" * int(number / 20)),
        lambda: edits.set_notes(f"{number:.0f}"),
        lambda: edits.set_title(f"{number:.0f}"),
        lambda: edits.set_technique("superficial" if number > 30 else ""),
        lambda: edits.answer_screening({"anticoagulants": "yes" if number > 30 else ""}),
        lambda: edits.set_subject(Subject("female", 150 + number, None)),
        lambda: edits.review("R. Eviewer", "2026-01-01"),
        lambda: edits.lock(key, bool(random.integers(2))),
    ]
    if unlocked:
        choices += [
            lambda: edits.move_entry(key, point),
            lambda: edits.move_entry(key, point, "tip"),
            lambda: edits.move_tip(key, point),
            lambda: edits.set_direction(key, vector),
            lambda: edits.set_angles(key, vector, 30.0, number),
            lambda: edits.set_depth(key, number),
            lambda: edits.set_depth(key, plan.needle(key).needle.depth),
            lambda: edits.set_radius(key, 0.15),
            lambda: edits.set_length(key, number),
            lambda: edits.duplicate_needle(key),
        ]
        if len(plan.needles) > 4:
            choices.append(lambda: edits.remove_needle(key))
    return choices[int(random.integers(len(choices)))]()
