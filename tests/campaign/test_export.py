"""What the command line says, against brute force on the surfaces it exports.

Nothing is shared with the program but the files: the table of needles goes in, the document and
the exported PLY come out, and this file reads them by itself.
"""

from __future__ import annotations

import csv
import json
import re

import numpy as np
import pytest
from atlases import atlas
from brute import Scene, facts, is_closed
from nasty import nasty_needles
from tally import compared

from meshes.surface import Surface
from viewer.cli.main import main

TOLERANCE = 1e-6
COLUMNS = "id,entry_x,entry_y,entry_z,dir_x,dir_y,dir_z,depth,diameter"


def read_export(folder) -> dict[str, Surface]:
    """Surfaces by structure id, from binary little-endian PLY in double precision alone."""
    with (folder / "structures.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {row["id"]: read_ply(folder / row["file"]) for row in rows}


def read_ply(path) -> Surface:
    """The one form that `body export` writes."""
    head, _, data = path.read_bytes().partition(b"end_header\n")
    text = head.decode("ascii")
    assert "format binary_little_endian 1.0" in text
    assert re.findall(r"property (\w+) ([xyz])$", text, re.MULTILINE) == [
        ("double", "x"), ("double", "y"), ("double", "z"),
    ]  # fmt: skip
    n, m = (int(re.search(rf"element {kind} (\d+)", text).group(1)) for kind in ("vertex", "face"))
    points = np.frombuffer(data, "<f8", 3 * n).reshape(n, 3)
    faces = np.frombuffer(data, np.dtype([("n", "u1"), ("v", "<i4", 3)]), m, 24 * n)
    assert (faces["n"] == 3).all()
    assert len(data) == 24 * n + 13 * m
    return Surface.of(points, faces["v"])


def write_table(path, needles):
    """Every needle with every bit: `repr` reads back exactly."""
    lines = [COLUMNS]
    for k, (_, n) in enumerate(needles):
        values = [*n.entry, *n.direction, n.depth, 2 * n.radius]
        lines.append(f"{k}," + ",".join(repr(float(v)) for v in values))
    path.write_text("\n".join(lines) + "\n")


def compare(capsys, body, folder, count, seed):
    """Violations of a run of the program on a body, against its own export."""
    assert main(["body", "export", body, "--out", str(folder / "export")]) == 0
    surfaces = read_export(folder / "export")
    scene = Scene.of(surfaces)
    needles = nasty_needles(seed, count, scene.soup.corners)
    write_table(folder / "needles.csv", needles)
    capsys.readouterr()
    words = ["assess", "--body", body, "--needles", str(folder / "needles.csv"), "--json"]
    assert main(words) in (3, 4)
    document = json.loads(capsys.readouterr().out)
    assert len(document["needles"]) == count
    wrong = []
    for (kind, needle), told in zip(needles, document["needles"], strict=True):
        assert told["entry"] == needle.entry.tolist()
        assert told["depth"] == needle.depth
        truth = facts(scene, needle, told["searched_length"])
        for kind in ("clearance", "first contact"):
            compared(f"{kind} on the command line", len(told["zones"]))
        for zone in told["zones"]:
            bad = disagreement(zone, [truth[s] for s in zone["structures"]], surfaces)
            if bad:
                wrong.append(f"{kind} {told['entry']} {told['direction']} {told['depth']} "
                             f"{told['radius']} {zone['id']}: {bad}")  # fmt: skip
    return wrong


def disagreement(zone, members, surfaces) -> str:
    """Why a zone's row cannot be true, or nothing."""
    if not members:
        right = zone["verdict"] == "not_assessed" and zone["clearance"] is None
        return "" if right else "a zone without structures has an answer"
    clearance = min(fact.clearance for fact in members)
    contacts = [fact.contact for fact in members if fact.contact is not None]
    breach = any(fact.is_breach for fact in members)
    if zone["clearance"] > clearance + TOLERANCE:
        return f"clearance {zone['clearance']} is larger than {clearance}"
    closed = all(is_closed(surfaces[s].triangles) for s in zone["structures"])
    if closed and zone["clearance"] < clearance - TOLERANCE:
        return f"clearance {zone['clearance']} is smaller than {clearance}"
    if contacts and (
        zone["first_contact"] is None or zone["first_contact"] > min(contacts) + TOLERANCE
    ):
        return f"first contact {zone['first_contact']}, but it meets at {min(contacts)}"
    if breach and zone["verdict"] != "breach":
        return f"{zone['verdict']}, but it is breached"
    if clearance < zone["margin"] - 1e-9 and zone["verdict"] in ("clear", "not_assessed"):
        return f"{zone['verdict']}, but the clearance is {clearance}"
    return ""


def test_a_slice_on_the_exported_reference_body(capsys, tmp_path):
    assert compare(capsys, "reference", tmp_path, 15, 5) == []


@pytest.mark.long
def test_two_thousand_needles_on_the_exported_reference_body(capsys, tmp_path):
    assert compare(capsys, "reference", tmp_path, 2000, 6) == []


@pytest.mark.long
@pytest.mark.assets
def test_two_thousand_needles_on_exported_z_anatomy(capsys, tmp_path, home):
    assert main(["body", "import", str(atlas("z-anatomy")), "--id", "z-anatomy"]) == 0
    assert compare(capsys, "z-anatomy", tmp_path, 2000, 7) == []
