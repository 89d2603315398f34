"""Numbers that no hand, needle or body has: one sentence with range, number and what to do."""

from __future__ import annotations

import pytest
from egg_folder import egg_folder

from viewer.cli.main import main
from zones.errors import BadCatalogueError, BadNeedleError
from zones.needle import MOST_MM, Needle
from zones.uncertainty import LARGEST, contributions, with_sizes
from zones.uncertainty_draws import deflection_mm

LINE = ("--entry", "70", "100", "20", "--direction", "0", "-1", "0")
NEEDLE = (*LINE, "--depth", "20")
SIZED = [row for row in contributions() if row.shape != "phases"]


@pytest.fixture(scope="module")
def egg(tmp_path_factory):
    return str(egg_folder(tmp_path_factory.mktemp("eggs")))


def refused(capsys, *words):
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    assert (code, said.out) == (2, ""), words
    assert said.err.count("\n") == 1
    assert "expected" in said.err
    return said.err


@pytest.mark.parametrize("row", SIZED, ids=lambda row: row.id)
@pytest.mark.parametrize("size", ["1e300", "beyond", "inf", "nan", "-1", "-inf"])
def test_an_absurd_size_of_any_contribution_is_refused(row, size, egg, capsys):
    text = f"{1.01 * LARGEST[row.unit]}" if size == "beyond" else size
    said = refused(capsys, "sample", "--body", egg, *NEEDLE, "--set", f"{row.id}={text}")
    assert row.id in said
    if size in ("1e300", "beyond"):
        assert f"is {float(text)!r} {row.unit}; expected a number from 0 to" in said
        assert "0 to leave it out" in said


def test_the_largest_size_of_each_unit_still_gives_an_answer(egg, capsys):
    sizes = [word for row in SIZED for word in ("--set", f"{row.id}={LARGEST[row.unit]}")]
    words = ["sample", "--body", egg, *NEEDLE, "--samples", "40", *sizes]
    assert main(words) == 0
    assert "Least clearance" in capsys.readouterr().out


def test_the_core_refuses_them_too():
    for row in SIZED:
        for size in (1.01 * LARGEST[row.unit], float("nan"), float("inf"), -1.0):
            with pytest.raises(BadCatalogueError, match=row.id):
                with_sizes(contributions(), {row.id: size})
    for depth in (1.01 * MOST_MM, 1e300, float("inf"), float("nan"), -1.0):
        with pytest.raises(BadNeedleError, match="the depth is .*; expected 0 to"):
            Needle([0, 0, 0], [0, 0, 1], depth)
        with pytest.raises(BadNeedleError, match="the radius is .*; expected 0 to"):
            Needle([0, 0, 0], [0, 0, 1], 1.0, depth)


@pytest.mark.parametrize(("depth", "radius"), [(20, 1e-100), (20, 1e-8), (1e6, 1e-3)])
def test_a_shaft_too_thin_to_be_bent_is_refused_and_none_is_not(depth, radius):
    (row,) = [row for row in contributions() if row.id == "bending"]
    with pytest.raises(BadNeedleError, match="leave bending out"):
        deflection_mm(Needle([0, 0, 0], [0, 0, 1], depth, radius), row)
    assert deflection_mm(Needle([0, 0, 0], [0, 0, 1], depth, 0.0), row) == 0.0
    assert deflection_mm(Needle([0, 0, 0], [0, 0, 1], 0.0, radius), row) == 0.0


@pytest.mark.parametrize(
    "words",
    [
        ("sample", *LINE, "--depth", "1e300"),
        ("sample", *LINE, "--depth", "1e7"),
        ("sample", *NEEDLE, "--diameter", "1e-100"),
        ("sample", *NEEDLE, "--margin", "1e300"),
        ("sample", *NEEDLE, "--samples", "0"),
        ("sample", *NEEDLE, "--samples", "10000001"),
        ("sample", *NEEDLE, "--seed", "-1"),
        ("sample", *NEEDLE, "--seed", str(2**64)),
        ("sample", *NEEDLE, "--workers", "1025"),
        ("assess", *LINE, "--depth", "1e300"),
        ("assess", "--entry", "70", "100", "20", "--tilt", "1e300", "--azimuth", "0", "--depth",
         "5"),
        ("assess", "--entry", "70", "100", "20", "--tilt", "5", "--azimuth", "361", "--depth", "5"),
        ("assess", *NEEDLE, "--margin", "1e7"),
        ("cone", "--entry", "70", "85", "20", "--max-depth", "1e300"),
        ("cone", "--entry", "70", "85", "20", "--diameter", "inf"),
        ("depth-map", "--out", "x.csv", "--diameter", "1e300"),
        ("depth-map", "--out", "x.csv", "--tilt", "1e300"),
        ("depth-map", "--out", "x.csv", "--azimuth", "-1e300"),
        ("depth-map", "--out", "x.csv", "--around", "0", "0", "nan", "5"),
        ("depth-map", "--out", "x.csv", "--around", "0", "0", "0", "1e300"),
        ("targets", "--target", "70", "70", "1e300"),
        ("targets", "--target", "70", "70", "20", "--max-length", "1e300"),
        ("targets", "--target", "70", "70", "20", "--diameter", "1e300"),
    ],
)  # fmt: skip
def test_an_absurd_number_is_refused_by_every_command(words, egg, capsys):
    refused(capsys, *words, "--body", egg)


def test_a_table_is_refused_before_anything_is_printed(egg, tmp_path, capsys):
    """However late the line: a page that breaks off could read as one that ends."""
    head = "id,entry_x,entry_y,entry_z,dir_x,dir_y,dir_z,depth,diameter,margin\n"
    good = "".join(f"n{i},70,100,20,0,-1,0,5,0.3,\n" for i in range(300))
    for bad in ("x,70,100,20,0,-1,0,1e300,0.3,\n", "x,70,100,20,0,-1,0,5,0.3,1e300\n"):
        (tmp_path / "t.csv").write_text(head + good + bad)
        said = refused(capsys, "assess", "--body", egg, "--needles", tmp_path / "t.csv")
        assert "line 302" in said
