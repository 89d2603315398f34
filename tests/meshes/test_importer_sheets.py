"""What is named as a sheet: closed it keeps its inside, open it is said to have none."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import ball_arrays

from meshes.importers.records import ImportOptions
from meshes.importers.run import build_body
from meshes.index.body_index import body_index
from meshes.io.ply import write_ply
from meshes.surface import SurfaceKind
from zones.assess import assess
from zones.assessment import Verdict
from zones.danger import danger_zones
from zones.needle import Needle

STATED = ImportOptions(units="mm", frame="LPS")
WITHIN = Needle([60, 0, 0], [0, 0, 1], 1.0, 0.1)
CENTRE, SIZE = (60, 0, 0), (20, 15, 30)


def without_bottom(points, faces):
    """A sac: all but the lowest tenth."""
    return points, faces[points[faces][:, :, 2].min(axis=1) > -27]


def patch_of(points, faces):
    """A gently bent piece of the wall."""
    return points, faces[(points[faces][:, :, 0] > 75).all(axis=1)]


def imported(folder, name, cut=lambda p, f: (p, f), system=""):
    folder.mkdir(exist_ok=True)
    points, faces = cut(*ball_arrays(1.0, CENTRE, SIZE, 16))
    write_ply(folder / "part.ply", points, faces)
    (folder / "manifest.csv").write_text(f"file,name,system\npart.ply,{name},{system}\n")
    body = build_body(folder, "set", STATED)
    (structure,) = body.structures.values()
    said = {f.check: f for f in body.findings if f.structure == structure.id}
    return body, structure, said


@pytest.mark.parametrize(
    "name", ["Obturator membrane", "Interosseous membrane of forearm", "Renal fascia",
             "Plantar aponeurosis"],
)  # fmt: skip
def test_a_closed_membrane_keeps_its_inside_and_that_is_said(name, tmp_path, home):
    body, structure, said = imported(tmp_path / "set", name)
    assert structure.surface.kind is SurfaceKind.SOLID
    assert structure.closed
    assert body_index(body).inside(WITHIN.entry).tolist() == [1]
    assert "is closed: read as a solid" in said["repair: kind"].message


@pytest.mark.parametrize(
    ("name", "system", "zone"),
    [
        ("Parietal pleura (serous membrane)", "pleura", "parietal_pleura_left"),
        ("Pleura fascia", "organ", "parietal_pleura_left"),
        ("Dura membrane", "", "spinal_canal"),
        ("Heart membrane", "organ", "heart"),
    ],
)
@pytest.mark.parametrize("cut", [lambda p, f: (p, f), without_bottom])
def test_within_a_danger_structure_named_as_a_sheet_nothing_is_clear(
    name, system, zone, cut, tmp_path, home
):
    """Also open at the bottom: its ends are closed, or it is not assessed."""
    body, structure, _ = imported(tmp_path / "set", name, cut, system)
    assert structure.surface.kind is not SurfaceKind.SHEET
    rows = [z for z in danger_zones(body) if structure.id in z.structures]
    assert zone in [z.id for z in rows]
    for result in assess(body, WITHIN, rows).needles[0].zones:
        assert result.verdict is Verdict.BREACH
        assert result.clearance < -10.0


def test_a_sac_whose_mouth_cannot_be_closed_is_never_clear(tmp_path, home):
    """A mouth that is far from flat stays open: what is within is unknown."""

    def torn(points, faces):
        x, _, z = np.moveaxis(points[faces].mean(axis=1), -1, 0)
        return points, faces[z > -24 + 14 * np.sign(x - 60) * (np.abs(x - 60) > 3)]

    body, structure, said = imported(tmp_path / "set", "Dura membrane", torn)
    assert structure.surface.kind is SurfaceKind.SOLID
    assert not structure.closed
    assert "encloses more than its border spans" in said["repair: kind"].message
    rows = [z for z in danger_zones(body) if structure.id in z.structures]
    assert rows
    results = assess(body, WITHIN, rows).needles[0].zones
    assert all(r.verdict in (Verdict.NOT_ASSESSED, Verdict.BREACH) for r in results)


def test_an_open_membrane_stays_a_sheet_and_is_listed(tmp_path, home):
    body, structure, said = imported(tmp_path / "set", "Obturator membrane", patch_of)
    assert structure.surface.kind is SurfaceKind.SHEET
    assert said["import: kind"].severity == "warning"
    assert "read as a sheet by its name" in said["import: kind"].message
    assert body_index(body).inside(WITHIN.entry).tolist() == [-1]


def test_halves_of_one_file_are_told_apart(tmp_path, home):
    def both(points, faces):
        return (np.vstack([points, points * [-1, 1, 1]]),
                np.vstack([faces, faces[:, ::-1] + len(points)]))  # fmt: skip

    folder = tmp_path / "set"
    folder.mkdir()
    points, faces = both(*ball_arrays(1.0, CENTRE, SIZE, 16))
    write_ply(folder / "Suprapleural_membrane.ply", points, faces)
    body = build_body(folder, "set", STATED)
    assert {s.side: s.surface.kind for s in body.structures.values()} == {
        "left": SurfaceKind.SOLID, "right": SurfaceKind.SOLID,
    }  # fmt: skip
    assert all(s.closed for s in body.structures.values())


def test_a_name_of_a_tube_does_not_make_it_a_sheet(tmp_path, home):
    _, structure, _ = imported(tmp_path / "set", "Axillary vein in the plane", system="vessel")
    assert structure.surface.kind in (SurfaceKind.TUBE, SurfaceKind.SOLID)
