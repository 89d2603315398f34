"""`needlewise body calibrate`: what it refuses, and the real atlas thinned from end to end."""

import json

import numpy as np
import pytest
from atlases import atlas
from scipy.spatial import cKDTree

from meshes.packs.store import body_folder, open_body
from viewer.cli.main import main
from zones.plan import empty_plan
from zones.report_card import CALIBRATED


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["reference"], "expected an imported body"),
        (["reference:F1"], "expected an imported body"),
        (["nobody-here"], "nobody-here"),
    ],
)
def test_what_is_no_imported_body_is_refused_in_one_sentence(home, capsys, words, said):
    assert main(["body", "calibrate", *words]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert not out
    assert not (home / "bodies").exists()


@pytest.mark.long
def test_z_anatomy_thinned_says_so_everywhere_and_is_never_deeper(home, capsys):
    assert main(["body", "import", str(atlas("z-anatomy")), "--id", "za"]) == 0
    capsys.readouterr()
    assert main(["body", "calibrate", "za", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    first, copy = open_body("za"), open_body("za-calibrated")
    the_card_improves(told)
    surfaces_are_closed_as_before_and_no_skin_is_farther_from_the_pleura(first, copy)
    assert told["body"]["hash"] == copy.content_hash != first.content_hash
    plan = empty_plan(copy)
    assert (plan.body_id, plan.body_hash) == ("za-calibrated", copy.content_hash)
    every_answer_names_the_original(copy, capsys)
    assert main(["body", "calibrate", "za"]) == 2  # there is one already
    assert main(["body", "calibrate", "za-calibrated", "--id", "again"]) == 2
    assert not body_folder("again").exists()


def the_card_improves(told):
    before, after = ({s["id"]: s for s in told[k]["sites"]} for k in ("before", "after"))
    for site in ("rhomboid_rib_depth", "gb21_pleura"):
        assert abs(after[site]["deviation"]) < 0.5 * abs(before[site]["deviation"])
        assert before[site]["held_out"]
        assert not after[site]["held_out"]  # what it was thinned by tests nothing
    assert told["before"]["verdict"] == "too_deep"
    assert told["after"]["verdict"] in ("within", "deviates")
    assert not any(site["dangerous"] for site in after.values())


def surfaces_are_closed_as_before_and_no_skin_is_farther_from_the_pleura(first, copy):
    ids = list(first.structures)
    assert ids == list(copy.structures)
    changed = [k for k in ids if first.structures[k].closed != copy.structures[k].closed]
    assert not changed
    pleura = [k for k in ids if k.startswith("parietal_pleura")]
    before, after = (
        cKDTree(np.concatenate([b.structures[k].surface.points for k in pleura]))
        for b in (first, copy)
    )
    was, now = first.skin.surface.points, copy.skin.surface.points
    low, high = before.data.min(axis=0), before.data.max(axis=0)
    beside = ((was > low) & (was < high + 60.0))[:, 2]
    change = after.query(now[beside])[0] - before.query(was[beside])[0]
    assert change.max() < 0.5
    assert np.median(change) < -5.0


def every_answer_names_the_original(copy, capsys):
    needle = ["--point", "RMA", "--side", "left"]
    main(["assess", "--body", copy.id, *needle, "--json"])
    document = json.loads(capsys.readouterr().out)
    assert document["report_card"]["calibrated"].startswith(f"{CALIBRATED}za ")
    assert document["body"]["hash"] == copy.content_hash
    main(["assess", "--body", copy.id, *needle])
    assert f"{CALIBRATED}za " in " ".join(capsys.readouterr().out.split())
    main(["body", "check", copy.id])
    assert f"{CALIBRATED}za " in " ".join(capsys.readouterr().out.split())
