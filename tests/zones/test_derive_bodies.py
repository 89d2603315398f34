"""Derivation on real shapes: the reference body without its pleura, and Z-Anatomy's short one."""

from __future__ import annotations

import csv
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from atlases import atlas

from meshes.body import load_body
from meshes.checks import check_structures
from meshes.importers.run import build_body
from meshes.index.body_index import body_index
from zones.acceptance.probe import Probe
from zones.anatomy import structures_of
from zones.derive.complete import completed
from zones.derive.figures import check_figures, figures, kind
from zones.derive.pleura import derive_sac
from zones.derive.reflection import short_by
from zones.derive.tubes import below_border
from zones.errors import BadCatalogueError


def holds(surface, points):
    """Whether a derived sac holds every point."""
    index = body_index([surface])
    return all(index.inside(p)[0] == 1 for p in points)


def test_the_reference_body_without_its_pleura_gets_it_back():
    body = load_body("reference")
    own = structures_of(body, "parietal_pleura", "left")
    lungs = structures_of(body, "lung", "left")
    kept = {k: s for k, s in body.structures.items() if s.system != "pleura"}
    probe = Probe(replace(body, structures=kept))
    surface = derive_sac(probe, "left", lungs, False)
    sac = replace(body[own[0]], id="sac", surface=surface)
    assert check_structures([sac])["sac"].closed
    for key in lungs:
        assert holds(sac, body[key].surface.points[::5])
    made = Probe(replace(body, structures={**kept, "sac": sac}))
    assert all(abs(v) <= 0.5 for v in short_by(made, "parietal_pleura", "left").values())
    index = body_index([sac])
    points = body[own[0]].surface.points
    outside = np.array([index.inside(p)[0] == 0 for p in points[::11]])
    away = np.array([index.nearest(p)[0].ravel()[0] for p in points[::11][outside]])
    # the body's own pleura reaches past the derived one nowhere beyond the stated uncertainty
    assert len(away) == 0 or away.max() <= kind("parietal_pleura").uncertainty_mm


CHEST = re.compile(
    r"rib|costal cartilage|sternum|vertebra [ct]|vertebra l1|clavicle|pleura|lobe of \w+ lung", re.I
)


@pytest.fixture(scope="module")
def z_chest(tmp_path_factory):
    """Chest, lungs and pleura of Z-Anatomy, imported."""
    folder, part = atlas("z-anatomy"), tmp_path_factory.mktemp("z-chest")
    (part / "surfaces").mkdir()
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as source:
        rows = [
            r
            for r in csv.DictReader(source)
            if CHEST.search(r["english_name"])
            and not re.search("arter|vein|muscle", r["english_name"], re.I)
        ]
    for file in folder.iterdir():
        if file.is_file() and file.name != "manifest.csv":
            shutil.copy(file, part)
    with (part / "manifest.csv").open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        shutil.copy(folder / row["file"], part / row["file"])
    return build_body(part, "z-chest")


@pytest.mark.assets
def test_the_short_pleura_of_z_anatomy_is_completed_downward(z_chest):
    """Rows AT-E01 to AT-E03 of the pleura: all fail before, all pass after, on both sides."""
    before = [short_by(Probe(z_chest), "parietal_pleura", s) for s in ("left", "right")]
    assert all(v > 1.0 for row in before for v in row.values())
    made = completed(z_chest)
    for side in ("left", "right"):
        after = short_by(Probe(made), "parietal_pleura", side)
        assert all(abs(v) <= 0.5 for v in after.values())
        sac = made[f"parietal_pleura_completed_{side}"]
        assert sac.closed
        assert sac.derived
        for key in structures_of(z_chest, "parietal_pleura", side):
            assert made.structures[key] is z_chest.structures[key]
            assert holds(sac, z_chest[key].surface.points[::5])


def test_every_figure_answers_for_itself():
    for group in ("pleura", "bundle", "pericardium"):
        assert figures(group)
    assert below_border([0.0], 40.0)[0] == figures("bundle")["below_beside_spine"]
    good = {"value": 1.0, "source": "convention: x", "evidence": "convention"}
    table = {
        "structure": {"a": {"uncertainty_mm": 1.0, "source": "x", "evidence": "assumed"}},
        "pleura": {"a": good}, "bundle": {"a": good}, "pericardium": {"a": good},
    }  # fmt: skip
    check_figures(table)
    for broken in ({"source": ""}, {"evidence": "surely"}, {"value": "1"}):
        with pytest.raises(BadCatalogueError, match=r"bundle\.a"):
            check_figures({**table, "bundle": {"a": {**good, **broken}}})
