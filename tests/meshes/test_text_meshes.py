"""Text meshes are read whole: long numbers, indented lines; what cannot be read is refused."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import ball_arrays

from meshes.errors import BadFileError
from meshes.io.formats import read_meshes

POINTS, FACES = ball_arrays(45.0, (70.0, 0.0, 80.0), rings=8)


def obj(form, indent=""):
    lines = [indent + "v " + " ".join(form % v for v in p) for p in POINTS]
    lines += [indent + "f " + " ".join(str(i + 1) for i in f) for f in FACES]
    return "\n".join(lines) + "\n"


def stl(form):
    lines = ["solid ball"]
    for face in FACES:
        lines += ["facet normal 0 0 0", "outer loop"]
        lines += ["vertex " + " ".join(form % v for v in POINTS[i]) for i in face]
        lines += ["endloop", "endfacet"]
    return "\n".join([*lines, "endsolid ball"]) + "\n"


@pytest.mark.parametrize("form", ["%.30e", "%.17g", "%+.40e"])
def test_every_digit_and_exponent_counts(tmp_path, form):
    for name, text in (("a.obj", obj(form)), ("a.stl", stl(form))):
        (tmp_path / name).write_text(text)
        (mesh,) = read_meshes(tmp_path / name)
        corners = mesh.points[mesh.triangles]
        assert corners == pytest.approx(POINTS[FACES], rel=1e-15, abs=1e-13)


@pytest.mark.parametrize("indent", ["  ", "\t", " \t "])
def test_a_line_that_begins_with_blanks_is_read(tmp_path, indent):
    (tmp_path / "a.obj").write_text(obj("%.17g", indent))
    (mesh,) = read_meshes(tmp_path / "a.obj")
    assert len(mesh.triangles) == len(FACES)
    assert np.array_equal(mesh.points[mesh.triangles], POINTS[FACES])


def test_a_number_of_a_hundred_digits_is_refused_not_cut(tmp_path):
    (tmp_path / "a.obj").write_text(obj("%.90e"))
    with pytest.raises(BadFileError):
        read_meshes(tmp_path / "a.obj")
    (tmp_path / "a.stl").write_text(stl("%.90e"))
    with pytest.raises(BadFileError):
        read_meshes(tmp_path / "a.stl")
