"""The table of published figures, and the tables of the body that read it."""

import csv
from importlib import resources

import pytest

from meshes.measurements.figures import EVIDENCE, UnknownFigureError, figure, figures, value
from meshes.reference import tables
from meshes.reference.catalogue import rows
from meshes.reference.tables import figure_ids, read_table

TABLES = ("spine", "ribs", "girdle", "scapula", "pelvis", "skull", "vertebra", "joints", "tubes",
          "organs", "landmarks", "envelope", "postures")  # fmt: skip


def test_known_figures_read_as_published():
    rhomboid = figure("dv-036")
    assert (rhomboid.value, rhomboid.sd) == (21.0, 4.0)
    assert rhomboid.used_to_build
    assert value("clavicle-length-men") == 166.8
    # regression at 173 cm and BMI 22, worked by hand: 276.8 + 3 x 0.908 - 3 x 2.813
    assert value("ansur-chest-breadth-m1") == pytest.approx(271.1, abs=0.05)


def test_every_figure_says_where_it_comes_from_and_how_far_it_was_read():
    for found in figures().values():
        assert found.source, found.id
        assert found.evidence.split(" ")[0] in EVIDENCE, found.id
        assert found.unit, found.id
        if found.sd is not None:
            assert found.sd > 0, found.id


def test_ids_are_unique():
    text = (resources.files("meshes.measurements") / "figures.csv").read_text("utf-8")
    ids = [row["id"] for row in csv.DictReader(text.splitlines())]
    assert len(ids) == len(set(ids)) > 400


@pytest.mark.parametrize("name", TABLES)
def test_tables_read_only_figures_that_exist_and_are_declared_as_used(name):
    for key in figure_ids(name):
        assert figure(key).used_to_build, key


def test_figures_reach_the_tables_as_numbers():
    widths = read_table("spine")["width"]["values"]
    levels = read_table("spine")["levels"]
    assert widths[levels.index("t6")] == value("endplate-width-t6")
    assert read_table("tubes")["bundle"]["below_edge"][0] == value("intercostal-artery-at-spine")


def test_an_unknown_figure_is_refused_by_name():
    with pytest.raises(UnknownFigureError, match="no-such"):
        figure("no-such")
    with pytest.raises(UnknownFigureError, match="no-such"):
        tables._filled({"a": ["@no-such * 2"]})


def test_catalogue_rows_name_known_figures_and_known_systems():
    from meshes.catalogue import SYSTEMS

    for key, (_, row) in rows().items():
        assert row["system"] in SYSTEMS, key
        for cell in row["measurements"].split(";"):
            if cell.strip():
                assert figure(cell.strip()), key
