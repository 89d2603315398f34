"""A long table as text: the same page however it is cut, and no work that is not printed."""

from __future__ import annotations

import numpy as np
import pytest
from egg_folder import egg_folder

from viewer.cli import assess as command
from viewer.cli.main import main

HEADER = "id,entry_x,entry_y,entry_z,dir_x,dir_y,dir_z,depth,diameter,margin"


@pytest.fixture(scope="module")
def egg(tmp_path_factory):
    return str(egg_folder(tmp_path_factory.mktemp("eggs")))


@pytest.fixture
def table(tmp_path):
    rng = np.random.default_rng(3)
    lines = [HEADER]
    for i in range(9):
        x, y, z = rng.uniform([-90, 60, -20], [90, 110, 60]).round(2)
        margin = "" if i % 4 else "2.5"
        lines.append(f"n{i},{x},{y},{z},0,-1,0,{rng.uniform(2, 70):.1f},0.3,{margin}")
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n")
    return tmp_path / "t.csv"


def page(capsys, *words):
    code = main(["assess", *map(str, words)])
    done = capsys.readouterr()
    return code, done.out, done.err


@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_a_table_gives_one_page_however_it_is_cut(at_once, egg, table, capsys, monkeypatch):
    whole = page(capsys, "--body", egg, "--needles", table)
    monkeypatch.setattr(command, "_AT_ONCE", at_once)
    assert page(capsys, "--body", egg, "--needles", table) == whole
    assert whole[1].count("Body egg") == whole[1].count("Not modelled:") == 1
    assert [w for w in whole[1].split() if w[0] == "n" and w[1:-1].isdigit()] == [
        f"n{i}:" for i in range(9)
    ]


def test_the_block_of_a_needle_is_that_of_the_needle_alone(egg, table, capsys):
    _, out, _ = page(capsys, "--body", egg, "--needles", table)
    for line in table.read_text().splitlines()[2:5]:
        name, x, y, z, *_, depth, _, margin = line.split(",")
        words = ["--entry", x, y, z, "--direction", 0, -1, 0, "--depth", depth]
        _, alone, _ = page(capsys, "--body", egg, *words, *(["--margin", margin] if margin else []))
        start, end = alone.index("Needle 1:"), alone.index("Not modelled:")
        assert alone[start:end].replace("Needle 1:", f"Needle {name}:") in out


def test_the_worst_of_all_parts_decides_the_exit_code(egg, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(command, "_AT_ONCE", 1)
    far, through = "0,0,400,0,0,1,10,0.3,", "70,100,20,0,-1,0,60,0.3,"
    for order, code in (((far, through, far), 3), ((far, far), 4)):
        rows = [f"n{i},{row}" for i, row in enumerate(order)]
        (tmp_path / "t.csv").write_text("\n".join([HEADER, *rows]) + "\n")
        assert page(capsys, "--body", egg, "--needles", tmp_path / "t.csv")[0] == code


def test_what_moves_a_zone_is_looked_up_once_for_all_needles(egg, table, capsys, monkeypatch):
    """It is the same for every needle: asked anew it took longer than the distances."""
    import zones.contributions as module
    from meshes.body import load_body
    from zones.danger import danger_zones

    asked = []
    true = module.zone_uncertainty
    monkeypatch.setattr(
        module, "zone_uncertainty", lambda body, zone: (asked.append(zone.id), true(body, zone))[1]
    )
    page(capsys, "--body", egg, "--needles", table)
    assert sorted(asked) == sorted(zone.id for zone in danger_zones(load_body(egg)))
