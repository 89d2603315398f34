"""The assessment document is the contract's, whole, and survives JSON unchanged."""

from __future__ import annotations

import json

from shapes import egg_body

from zones.assess import assess_needles
from zones.document import assessment_document
from zones.needle import Needle

BODY = egg_body()
NEEDLES = [Needle([70, 110, 20], [0, -1, 0], d, 0.15) for d in (5, 60)]


def document(**more):
    return assessment_document(assess_needles(BODY, NEEDLES), BODY, **more)


def test_every_field_of_the_contract_is_there():
    found = document(notice="For learning.")
    assert found["schema"] == "needlewise/assessment/1"
    assert (found["frame"], found["units"], found["notice"]) == ("LPS", "mm", "For learning.")
    assert {"engine", "body", "needles", "not_modelled", "report_card"} <= set(found)
    assert {"id", "version", "hash", "posture", "phase"} <= set(found["body"])
    assert set(found["report_card"]) == {"sites", "worst_deviation"}
    needle = found["needles"][0]
    assert {"entry", "tip", "direction", "depth", "radius", "verdict", "limit_depth", "zones",
            "layers"} <= set(needle)  # fmt: skip
    assert {"id", "name", "side", "structures", "margin", "clearance", "clearance_worst",
            "at_depth", "nearest", "first_contact", "verdict", "derived", "note"} <= set(
        needle["zones"][0])  # fmt: skip
    assert {"structure", "enter", "exit"} <= set(needle["layers"][0])


def test_numbers_survive_json_to_the_last_bit():
    made = assess_needles(BODY, NEEDLES)
    read = json.loads(json.dumps(assessment_document(made, BODY), allow_nan=False))
    for record, row in zip(made.needles, read["needles"], strict=True):
        assert row["tip"] == record.needle.tip.tolist()
        assert row["limit_depth"] == record.limit_depth
        assert [z["clearance"] for z in row["zones"]] == [z.clearance for z in record.zones]
        assert [z["verdict"] for z in row["zones"]] == [z.verdict.value for z in record.zones]


def test_what_is_missing_is_null_and_not_assessed():
    rows = [z for z in document()["needles"][0]["zones"] if not z["structures"]]
    assert rows
    for row in rows:
        assert row["verdict"] == "not_assessed"
        assert row["clearance"] is row["nearest"] is row["first_contact"] is None
        assert row["note"]


def test_a_zone_not_met_has_a_null_contact():
    zones = {z["id"]: z for z in document()["needles"][0]["zones"]}
    assert zones["parietal_pleura_right"]["first_contact"] is None
    assert zones["parietal_pleura_left"]["first_contact"] > 0
