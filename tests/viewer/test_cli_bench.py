"""`needlewise bench`: the synthetic torso, the peers' answers, the document; not the times."""

from __future__ import annotations

import json

import numpy as np
import pytest
from solids import zone

from meshes.checks import check_structures
from meshes.index import packed
from meshes.index.body_index import body_index
from viewer.bench import peers as others
from viewer.bench.growth import growth_rows
from viewer.bench.jobs import PeerFigure, Row, build_row, cached_row, needle_row, one_by_one
from viewer.bench.peers import Peer, available
from viewer.bench.samples import STEP_MM, axis_samples
from viewer.bench.synthetic import inward_needles, synthetic_body, synthetic_zones
from viewer.bench.truth import Soup, nearest
from viewer.cli import bench
from viewer.cli.main import main
from zones.needle import Needle


@pytest.fixture(scope="module")
def torso():
    return synthetic_body(0.12)


def surfaces_of(body):
    return [s.surface for s in body.structures.values() if s.system != "skin"]


def test_the_torso_is_as_large_as_the_goal_asks():
    body = synthetic_body()
    surfaces = surfaces_of(body)
    assert len(surfaces) >= 100
    assert sum(len(s.triangles) for s in surfaces) >= 1_000_000


def test_the_torso_is_closed_everywhere_and_always_the_same(torso):
    checks = check_structures(torso.structures.values())
    assert [key for key, check in checks.items() if not check.closed] == []
    again = synthetic_body(0.12)
    for key, structure in torso.structures.items():
        assert again.structures[key].surface.content_hash == structure.surface.content_hash


def test_needles_start_on_the_skin_and_go_in(torso):
    for needle in inward_needles(torso, 20):
        skin = torso.skin.surface
        distance = nearest(Soup.of([skin]), needle.entry, needle.direction, 0.0)[0][0]
        assert distance < 1e-9
        assert needle.direction @ (-needle.entry) > 0


def test_samples_hold_both_ends_and_are_close_enough():
    points = axis_samples(Needle([1, 2, 3], [0, 0, 1], 10.2))
    assert np.allclose(points[[0, -1]], [[1, 2, 3], [1, 2, 13.2]])
    assert np.diff(points[:, 2]).max() <= STEP_MM + 1e-12
    assert len(axis_samples(Needle([1, 2, 3], [0, 0, 1], 0.0))) == 2


@pytest.mark.parametrize("name", ["Open3D", "VTK", "python-fcl"])
def test_each_peer_answers_the_same_question(name, torso):
    """Within its own error: a sampled distance is at most half a step too large."""
    peer = next((p for p in available()[0] if p.name == name), None)
    if peer is None:
        pytest.skip(f"{name} is not installed (extra bench)")
    surfaces = surfaces_of(torso)
    answer, soup = peer.prepare(surfaces), Soup.of(surfaces)
    for needle in inward_needles(torso, 3):
        truth = nearest(soup, needle.entry, needle.direction, needle.depth)[0]
        error = answer(needle) - truth
        assert error.min() > -1e-3
        assert error.max() < STEP_MM / 2 + 1e-3
        if name == "python-fcl":
            assert np.abs(error).max() < 1e-9


def test_a_row_counts_reassuring_errors_and_the_engine_has_none(torso):
    zones = synthetic_zones(torso)
    soup = Soup.of(surfaces_of(torso))

    def too_far(_surfaces):
        return lambda n: nearest(soup, n.entry, n.direction, n.depth)[0] + 1e-3

    def exact(_surfaces):
        return lambda n: nearest(soup, n.entry, n.direction, n.depth)[0]

    peers = [Peer("liar", "", too_far), Peer("saint", "", exact, is_slow=True)]
    row = needle_row(torso, zones, inward_needles(torso, 5), peers, goal=1e9)
    assert (row.reassuring_errors, row.pairs) == (0, 5 * len(zones))
    assert row.peers["liar"].reassuring_errors == row.pairs
    assert row.peers["saint"].reassuring_errors == 0
    assert row.met
    assert row.peers["liar"].ratio == pytest.approx(row.peers["liar"].ms / row.product_ms)


def test_index_rows_have_a_time_and_a_goal(torso):
    zones = synthetic_zones(torso)
    built = build_row(torso, zones, [])
    assert built.product_ms > 0
    ids = {i for zone in zones for i in zone.structures}
    millions = sum(len(torso.structures[i].surface.triangles) for i in ids) / 1e6
    assert built.goal == pytest.approx(600 * millions)  # per million triangles
    assert cached_row(torso, zones).goal == pytest.approx(200 * millions)


def test_index_rows_time_surfaces_that_the_index_does_not_know_yet(torso, monkeypatch):
    """A tree that is remembered is refitted in no time: neither built nor read."""
    zones = synthetic_zones(torso)
    body_index(torso)
    monkeypatch.setattr(packed, "remembered", refuse_known(packed.remembered))
    assert build_row(torso, zones, []).product_ms > 0
    assert cached_row(torso, zones).product_ms > 0


def refuse_known(remembered):
    def asked(triangles):
        assert remembered(triangles) is None

    return asked


def test_within_an_interest_radius_nothing_nearer_is_hidden(torso):
    zones = synthetic_zones(torso)
    needles = inward_needles(torso, 8)
    row = needle_row(torso, zones, needles, [], within=40.0, what=", near")
    assert (row.reassuring_errors, row.pairs) == (0, 8 * len(zones))
    assert row.job.startswith("one needle of a drag, near, synthetic")


def test_a_structure_of_two_zones_is_asked_once_by_itself():
    zones = [zone("a", "b", margin=3.0), zone("b", "c", margin=9.0)]
    alone = one_by_one(zones)
    assert [(z.structures, z.margin_mm) for z in alone] == [
        (("a",), 3.0), (("b",), 3.0), (("c",), 9.0)
    ]  # fmt: skip


def test_growth_is_judged_by_the_coarsest():
    rows = list(growth_rows((0.1, 0.2), 3))
    assert rows[0].goal is None
    assert rows[1].goal == pytest.approx(3 * rows[0].product_ms)
    triangles = [int(r.job.split(", ")[-1].split()[0].replace(",", "")) for r in rows]
    assert triangles[1] > 2 * triangles[0]
    assert rows[1].p95_ms >= rows[1].product_ms


def test_a_missing_peer_is_named_and_left_out(monkeypatch, capsys):
    def none(module):
        raise ImportError(module)

    monkeypatch.setattr(others.importlib, "import_module", none)
    assert others.available() == ([], ["Open3D", "VTK", "python-fcl"])


def test_the_document_is_the_contracts(monkeypatch, capsys):
    rows = [
        Row("a job", 0.5, {"VTK": PeerFigure(100.0, 200.0, 7)}, 1.0, 0, 60, 0.9),
        Row("another", 3000.0, {}, 1500.0),
    ]
    monkeypatch.setattr(bench, "measured", lambda peers: iter(rows))
    assert main(["bench", "--json"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert {"machine", "date", "rows"} <= set(found)
    first, second = found["rows"]
    assert {"job", "product_ms", "peers", "goal", "met"} <= set(first)
    assert first["peers"]["VTK"] == {"ms": 100.0, "ratio": 200.0, "reassuring_errors": 7}
    assert (first["met"], second["met"]) == (True, False)
    assert "a job" in err
    assert main(["bench"]) == 0
    page = capsys.readouterr().out
    assert "200 times as long; 7 reassuring errors" in page
    assert "NOT MET" in page
