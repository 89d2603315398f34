import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from shapes import egg_body

from meshes.body import Finding, load_body
from meshes.errors import BadFileError, MeshError, MissingFileError, UnknownBodyError
from meshes.export import export_body
from meshes.index.caps import capped
from meshes.packs.schema import read_body_folder, write_body_folder
from meshes.packs.store import bodies_dir, cache_dir, list_bodies
from meshes.surface import Surface, SurfaceKind


@pytest.fixture
def folder(tmp_path, home):
    write_body_folder(egg_body(), tmp_path / "egg", "ply")
    return tmp_path / "egg"


def edited(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("form", ["npz", "ply"])
def test_what_is_written_is_read_back_bit_for_bit_with_the_same_hash(tmp_path, home, form):
    body = egg_body()
    noise = np.random.default_rng(3).normal(0, 1e-7, body["heart"].surface.points.shape)
    heart = Surface.of(body["heart"].surface.points + noise, body["heart"].surface.triangles)
    structures = {**body.structures, "heart": replace(body["heart"], surface=heart)}
    body = replace(body, structures=structures)
    found = write_body_folder(body, tmp_path / "out", form)
    read = read_body_folder(tmp_path / "out")
    assert read.content_hash == found
    assert list(read.structures) == list(body.structures)
    for key, structure in body.structures.items():
        again = read[key]
        assert again.surface.points.tobytes() == structure.surface.points.tobytes()
        assert again.surface.triangles.tobytes() == structure.surface.triangles.tobytes()
        assert again.surface.kind is structure.surface.kind
        assert (again.name, again.latin, again.side) == (
            structure.name, structure.latin, structure.side)  # fmt: skip
    assert np.array_equal(read.landmarks["top"].point, body.landmarks["top"].point)
    assert read.subject == body.subject


def test_the_two_forms_of_a_body_have_one_hash(tmp_path, home):
    one = write_body_folder(egg_body(), tmp_path / "a", "ply")
    two = write_body_folder(egg_body(), tmp_path / "b", "npz", compress=False)
    assert one == two


def test_export_closes_tubes_as_the_index_does_and_comes_back_unchanged(tmp_path, home):
    body = egg_body()
    bar = body["rib_5_left"].surface
    tube = Surface.of(bar.points, bar.triangles[40:], SurfaceKind.TUBE)
    assert capped(tube).n_caps
    structures = {**body.structures}
    structures["rib_5_left"] = replace(body["rib_5_left"], surface=tube)
    exported = export_body(replace(body, structures=structures), tmp_path / "one")
    assert [f.structure for f in exported.findings] == ["rib_5_left"]
    first = read_body_folder(tmp_path / "one")
    expected = capped(tube).surface
    assert first["rib_5_left"].surface.content_hash == expected.content_hash
    again = export_body(first, tmp_path / "two")
    assert again.findings == ()
    assert again.content_hash == exported.content_hash == first.content_hash


def test_the_shape_decides_whether_a_surface_is_closed_and_the_claim_is_a_finding(folder):
    edited(folder, "structures.csv", "heart.ply,true", "heart.ply,false")
    edited(folder, "body.toml", "content_hash", "note")
    body = read_body_folder(folder)
    assert body["heart"].closed
    assert [f.structure for f in body.findings if f.check == "closed claim"] == ["heart"]


BAD_FOLDERS = {
    "no header": (lambda f: (f / "body.toml").unlink(), MissingFileError),
    "no table": (lambda f: (f / "structures.csv").unlink(), MissingFileError),
    "no units": (lambda f: edited(f, "body.toml", 'units = "mm"', ""), BadFileError),
    "no frame": (lambda f: edited(f, "body.toml", 'frame = "LPS"', ""), BadFileError),
    "empty units": (lambda f: edited(f, "body.toml", '"mm"', '""'), BadFileError),
    "newer": (lambda f: edited(f, "body.toml", "body/1", "body/2"), BadFileError),
    "not toml": (lambda f: (f / "body.toml").write_text("id = "), BadFileError),
    "a surface missing": (lambda f: (f / "surfaces/heart.ply").unlink(), MissingFileError),
    "a surface more": (
        lambda f: shutil.copy(f / "surfaces/heart.ply", f / "surfaces/spleen.ply"), BadFileError),
    "a surface empty": (lambda f: (f / "surfaces/heart.ply").write_bytes(b""), BadFileError),
    "a surface cut": (
        lambda f: (f / "surfaces/heart.ply").write_bytes(
            (f / "surfaces/heart.ply").read_bytes()[:4000]), BadFileError),
    "another surface": (
        lambda f: shutil.copy(f / "surfaces/lung_left.ply", f / "surfaces/heart.ply"),
        BadFileError),
    "twice": (lambda f: edited(f, "structures.csv", "lung_right,", "heart,"), BadFileError),
    "way out": (
        lambda f: edited(f, "structures.csv", "surfaces/heart.ply", "../heart.ply"), BadFileError),
    "unknown side": (lambda f: edited(f, "structures.csv", ",mid,", ",middle,"), BadFileError),
    "placeholder": (lambda f: edited(f, "structures.csv", "heart,Heart,", "heart,-,"),
                    BadFileError),
    "a landmark of words": (lambda f: edited(f, "landmarks.csv", "225.0", "high"), BadFileError),
    "a finding that blocks": (
        lambda f: (f / "findings.csv").write_text(
            "structure,check,message,severity\nheart,repair: cap,x,block\n"), BadFileError),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_FOLDERS)
def test_a_bad_folder_is_refused_whole_in_one_sentence(folder, case):
    spoil, expected = BAD_FOLDERS[case]
    spoil(folder)
    with pytest.raises(expected) as error:
        read_body_folder(folder)
    assert isinstance(error.value, MeshError)
    assert "\n" not in str(error.value)


def test_a_mirrored_body_is_refused_but_can_be_looked_at(folder):
    edited(folder, "body.toml", '"LPS"', '"RPS"')
    edited(folder, "body.toml", "content_hash", "note")
    with pytest.raises(BadFileError, match="swapped|mirrored"):
        read_body_folder(folder)
    body = read_body_folder(folder, strict=False)
    assert any(f.severity == "block" for f in body.findings)


def test_checks_are_remembered_by_content_and_never_from_the_folder(folder, monkeypatch):
    from meshes.packs import verdicts

    read_body_folder(folder)
    (cached,) = (cache_dir() / "checks").iterdir()

    def fail(*args):
        raise AssertionError("checked again")

    monkeypatch.setattr(verdicts.checks, "check_structures", fail)
    assert read_body_folder(folder)["heart"].closed
    assert not cached.is_relative_to(folder)
    data = json.loads(cached.read_text())
    data["closed"].pop("heart")
    cached.write_text(json.dumps(data))
    with pytest.raises(AssertionError, match="checked again"):
        read_body_folder(folder)
    cached.write_text("{")
    with pytest.raises(AssertionError, match="checked again"):
        read_body_folder(folder)


def test_what_the_checks_say_of_the_shipped_body_comes_with_it_and_is_true(home, monkeypatch):
    from meshes.packs import verdicts

    body = load_body("reference")
    told = verdicts._read(
        verdicts.SHIPPED, body.structures, f"{body.content_hash}-{verdicts._code_hash()}"
    )
    assert told is not None, "out of date: python -m meshes.reference.build --checks"
    assert told == verdicts._check(body.structures)
    other = body.content_hash[::-1]  # of another body it says nothing
    looked = ({}, [Finding("", "looked", "at", "info")])
    monkeypatch.setattr(verdicts, "_check", lambda structures: looked)
    assert verdicts.verdicts(other, body.structures) == looked


def test_a_folder_that_cannot_be_cached_is_read_all_the_same(folder, monkeypatch, tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("")
    monkeypatch.setenv("NEEDLEWISE_HOME", str(blocker))
    assert read_body_folder(folder)["heart"].closed


def test_repairs_of_an_import_stay_with_the_body_and_checks_do_not(tmp_path, home):
    kept = Finding("heart", "repair: cap", "heart: closed 2, or 3, planar loops", "info")
    lost = Finding("heart", "closed", "heart is open", "warning")
    write_body_folder(replace(egg_body(), findings=(kept, lost)), tmp_path / "a")
    assert [f for f in read_body_folder(tmp_path / "a").findings if f.severity != "info"] == []
    assert kept in read_body_folder(tmp_path / "a").findings
    assert lost not in read_body_folder(tmp_path / "a").findings


def test_bodies_are_found_by_id_by_folder_and_by_header_or_the_choice_is_named(folder):
    write_body_folder(egg_body(), bodies_dir() / "egg")
    assert list(list_bodies()) == ["reference", "egg"]
    for name in ("egg", str(folder), folder, folder / "body.toml"):
        assert load_body(name).id == "egg"
    with pytest.raises(UnknownBodyError, match="reference, egg"):
        load_body("nobody")
    with pytest.raises(UnknownBodyError, match="variant"):
        load_body("reference:X9")


def test_a_folder_with_content_is_never_overwritten_unasked(folder):
    before = (folder / "body.toml").read_bytes()
    with pytest.raises(BadFileError, match="not empty"):
        write_body_folder(egg_body(), folder)
    assert (folder / "body.toml").read_bytes() == before
    write_body_folder(replace(egg_body(), version="2"), folder, replace_existing=True)
    assert read_body_folder(folder).version == "2"
    assert sorted(p.name for p in folder.parent.iterdir()) == ["egg", "home"] or not list(
        folder.parent.glob(".egg-*")
    )
