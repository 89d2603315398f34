"""A plan's margins and muted rows: switching off is never a clearance."""

from dataclasses import replace

from shapes import egg_body

from zones.assess import assess
from zones.assessment import Verdict
from zones.danger import danger_zones
from zones.needle import Needle
from zones.plan import Plan
from zones.planned import MUTED, planned_zones


def test_every_row_stays_and_a_muted_one_is_never_clear():
    body = egg_body()
    zones = danger_zones(body)
    plan = Plan(body_id=body.id, body_hash=body.content_hash, posture=body.posture)
    plan = replace(plan, margins={"heart": 3.5}, muted_zones=frozenset({"parietal_pleura_left"}))
    planned = planned_zones(plan, zones)
    assert [z.id for z in planned] == [z.id for z in zones]
    by_id = {z.id: z for z in planned}
    assert by_id["heart"].margin_mm == 3.5
    assert by_id["parietal_pleura_left"].note == MUTED
    far = Needle((70.0, 150.0, 0.0), (0.0, 1.0, 0.0), 5.0)
    verdicts = {z.zone_id: z.verdict for z in assess(body, far, planned).needles[0].zones}
    assert verdicts["parietal_pleura_left"] is Verdict.NOT_ASSESSED
    assert verdicts["parietal_pleura_right"] is Verdict.CLEAR
