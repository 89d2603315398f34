import base64
import json
import struct
import zlib

import numpy as np
import pytest
import trimesh
from atlases import atlas
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapes import ball_arrays

from meshes.errors import BadFileError, MeshError, MissingFileError
from meshes.io.formats import READERS, read_meshes
from meshes.io.ply import write_ply

POINTS, FACES = ball_arrays(30.0, (5, -7, 11), rings=6)
POINTS = POINTS.astype(np.float32).astype(np.float64)  # what every format can hold


def write_obj(path, points=POINTS, faces=FACES, fmt="{}"):
    rows = [f"v {x!r} {y!r} {z!r}" for x, y, z in points.tolist()]
    rows += ["f " + " ".join(fmt.format(i + 1) for i in face) for face in faces]
    path.write_text("# File ID : FJ1\no ball\n" + "\n".join(rows) + "\n")
    return path


def write_stl(path, points=POINTS, faces=FACES):
    row = np.zeros(len(faces), [("n", "<f4", 3), ("c", "<f4", (3, 3)), ("e", "<u2")])
    row["c"] = points[faces]
    path.write_bytes(b"\0" * 80 + struct.pack("<I", len(faces)) + row.tobytes())
    return path


def write_stl_text(path, points=POINTS, faces=FACES):
    lines = ["solid ball"]
    for face in points[faces]:
        lines += ["facet normal 0 0 0", "outer loop"]
        lines += [f"vertex {x!r} {y!r} {z!r}" for x, y, z in face.tolist()]
        lines += ["endloop", "endfacet"]
    path.write_text("\n".join([*lines, "endsolid ball"]))
    return path


def gltf_tree(node=None, **more):
    p = POINTS.astype("<f4").tobytes()
    f = FACES.astype("<u2").tobytes()
    tree = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": "Rib.l", "extras": {"fma": "FMA1"}, **(node or {})}],
        "meshes": [
            {"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}],
             "extras": {"source": "here"}}
        ],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": len(POINTS), "type": "VEC3"},
            {"bufferView": 1, "componentType": 5123, "count": FACES.size, "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteLength": len(p)},
            {"buffer": 0, "byteOffset": len(p), "byteLength": len(f)},
        ],
        "buffers": [{"byteLength": len(p) + len(f)}],
        **more,
    }  # fmt: skip
    return tree, p + f


def write_glb(path, node=None, **more):
    tree, data = gltf_tree(node, **more)
    text = json.dumps(tree).encode()
    text += b" " * (-len(text) % 4)
    data += b"\0" * (-len(data) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    chunks += struct.pack("<I4s", len(data), b"BIN\0") + data
    path.write_bytes(b"glTF" + struct.pack("<II", 2, 12 + len(chunks)) + chunks)
    return path


def write_gltf(path):
    tree, data = gltf_tree()
    tree["buffers"][0]["uri"] = "data:application/octet-stream;base64," + base64.b64encode(
        data
    ).decode("ascii")
    path.write_text(json.dumps(tree))
    return path


def write_vtp(path, packed=False):
    def stored(array):
        raw = array.tobytes()
        if not packed:
            return base64.b64encode(struct.pack("<I", len(raw)) + raw).decode()
        body = zlib.compress(raw)
        head = struct.pack("<4I", 1, len(raw), 0, len(body))
        return (base64.b64encode(head) + base64.b64encode(body)).decode()

    path.write_text(
        '<VTKFile type="PolyData" version="0.1" byte_order="LittleEndian"'
        + (' compressor="vtkZLibDataCompressor"' if packed else "")
        + "><PolyData><Piece><Points>"
        f'<DataArray type="Float64" NumberOfComponents="3" format="binary">{stored(POINTS)}'
        "</DataArray></Points><Polys>"
        '<DataArray type="Int64" Name="connectivity" format="binary">'
        f"{stored(FACES.astype('<i8'))}</DataArray>"
        '<DataArray type="Int64" Name="offsets" format="ascii">'
        f"{' '.join(str(3 * i + 3) for i in range(len(FACES)))}</DataArray>"
        "</Polys></Piece></PolyData></VTKFile>"
    )
    return path


WRITERS = {
    "ball.obj": write_obj,
    "ball.stl": write_stl,
    "text.stl": write_stl_text,
    "ball.glb": write_glb,
    "ball.gltf": write_gltf,
    "ball.vtp": write_vtp,
    "packed.vtp": lambda path: write_vtp(path, packed=True),
    "ball.ply": lambda path: write_ply(path, POINTS, FACES) or path,
}


def corner_set(points, faces):
    """The triangles as a set of rotated corner triples: equal whatever the numbering."""
    found = set()
    for face in np.asarray(points)[np.asarray(faces)]:
        rows = [tuple(corner) for corner in face.tolist()]
        first = rows.index(min(rows))
        found.add(tuple(rows[first:] + rows[:first]))
    return found


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_back_exactly_the_triangles_written(tmp_path, name):
    (mesh,) = read_meshes(WRITERS[name](tmp_path / name))
    assert mesh.points.dtype == np.float64
    assert corner_set(mesh.points, mesh.triangles) == corner_set(POINTS, FACES)


@pytest.mark.parametrize("name", ["ball.obj", "ball.stl", "text.stl", "ball.glb", "ball.ply"])
def test_an_independent_reader_agrees(tmp_path, name):
    path = WRITERS[name](tmp_path / name)
    other = trimesh.load(path, force="mesh", process=False)
    (mesh,) = read_meshes(path)
    assert corner_set(mesh.points, mesh.triangles) == corner_set(
        other.vertices.astype(np.float64), other.faces
    )


def test_the_atlas_glb_files_agree_with_an_independent_reader():
    path = atlas("z-anatomy") / "glb" / "lungs.glb"
    meshes = read_meshes(path)
    scene = trimesh.load(path, process=False)
    other = np.concatenate(
        [
            trimesh.transform_points(scene.geometry[geometry].vertices, matrix)
            for matrix, geometry in (scene.graph[n] for n in scene.graph.nodes_geometry)
        ]
    )
    ours = np.concatenate([m.points[np.unique(m.triangles)] for m in meshes])
    assert {(m.frame, m.units) for m in meshes} == {("glTF", "m")}
    assert np.abs(ours.min(0) - other.min(0)).max() < 1e-6
    assert np.abs(ours.max(0) - other.max(0)).max() < 1e-6
    assert all(m.name for m in meshes)


def test_node_transform_name_and_extras_are_kept(tmp_path):
    turn = [0, 0, np.sin(np.pi / 4), np.cos(np.pi / 4)]  # 90 degrees about z
    node = {"rotation": turn, "translation": [1, 2, 3], "scale": [2, 2, 2]}
    (mesh,) = read_meshes(write_glb(tmp_path / "a.glb", node))
    expected = np.stack([-POINTS[:, 1], POINTS[:, 0], POINTS[:, 2]], 1) * 2 + [1, 2, 3]
    assert np.abs(mesh.points - expected).max() < 1e-12
    assert mesh.name == "Rib.l"
    assert mesh.extras == {"source": "here", "fma": "FMA1"}


def test_a_mirroring_node_keeps_the_surface_outward(tmp_path):
    (mesh,) = read_meshes(write_glb(tmp_path / "a.glb", {"scale": [-1, 1, 1]}))
    a, b, c = (mesh.points[mesh.triangles[:, i]] for i in range(3))
    assert np.einsum("ij,ij->i", a, np.cross(b, c)).sum() > 0


def test_obj_polygons_relative_indices_and_groups(tmp_path):
    path = tmp_path / "a.obj"
    path.write_text(
        "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\ng one\nf 1/1/1 2//2 3 4\n"
        "v 0 0 1\nv 1 0 1\nv 1 1 1\ng two\nf -3 -2 -1\n"
    )
    one, two = read_meshes(path)
    assert (one.name, two.name) == ("one", "two")
    assert corner_set(one.points, one.triangles) == {
        ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (1.0, 1.0, 0.0)),
        ((0.0, 0.0, 0.0), (1.0, 1.0, 0.0), (0.0, 1.0, 0.0)),
    }
    assert corner_set(two.points, two.triangles) == {
        ((0.0, 0.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 1.0))
    }


def test_vtp_as_another_library_writes_it(tmp_path):
    pyvista = pytest.importorskip("pyvista")
    faces = np.column_stack([np.full(len(FACES), 3), FACES]).ravel()
    poly = pyvista.PolyData(POINTS, faces)
    for binary in (True, False):
        path = tmp_path / f"{binary}.vtp"
        poly.save(path, binary=binary)
        (mesh,) = read_meshes(path)
        assert np.array_equal(mesh.points, POINTS)
        assert np.array_equal(mesh.triangles, FACES)


DAMAGE = {
    "nan.obj": b"v 0 0 nan\nv 1 0 0\nv 0 1 0\nf 1 2 3\n",
    "range.obj": b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 4\n",
    "zero.obj": b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 0 1 2\n",
    "word.obj": b"v 0 0 zero\nf 1 2 3\n",
    "faceless.obj": b"v 0 0 0\nv 1 0 0\nv 0 1 0\n",
    "empty.obj": b"",
    "words.obj": b"lorem ipsum dolor\n" * 1000,
    "short.stl": b"\0" * 80 + struct.pack("<I", 7) + b"\0" * 50,
    "none.stl": b"\0" * 84,
    "bad.stl": b"solid x\nvertex 1 2\n",
    "nan.stl": b"\0" * 80 + struct.pack("<I", 1) + struct.pack("<12f", *[np.nan] * 12) + b"\0\0",
    "bad.glb": b"glTF" + struct.pack("<II", 2, 4000) + b"\0" * 40,
    "old.glb": b"glTF" + struct.pack("<II", 1, 12),
    "bad.gltf": b'{"asset": {}, "nodes": [{"children": [0]}], "scenes": [{"nodes": [0]}]}',
    "bad.vtp": b"<VTKFile type='PolyData'><PolyData><Piece>",
    "other.vtp": b"<VTKFile type='ImageData'></VTKFile>",
    "unknown.xyz": b"0 0 0",
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_named_in_one_sentence(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(DAMAGE[name])
    with pytest.raises(BadFileError) as error:
        read_meshes(path)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_and_a_compressed_one_say_what_to_do(tmp_path):
    with pytest.raises(MissingFileError, match="check the path"):
        read_meshes(tmp_path / "no.obj")
    packed = write_glb(tmp_path / "a.glb", extensionsRequired=["KHR_draco_mesh_compression"])
    with pytest.raises(BadFileError, match="export it uncompressed"):
        read_meshes(packed)


def test_a_buffer_outside_the_folder_is_refused(tmp_path):
    tree, _ = gltf_tree()
    (tmp_path / "secret.bin").write_bytes(b"\0" * 100_000)
    inner = tmp_path / "inner"
    inner.mkdir()
    for uri in ("../secret.bin", str(tmp_path / "secret.bin"), "..%2Fsecret.bin"):
        tree["buffers"][0]["uri"] = uri
        (inner / "a.gltf").write_text(json.dumps(tree))
        with pytest.raises(BadFileError, match="beside the file"):
            read_meshes(inner / "a.gltf")


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_a_gigabyte_of_nothing_is_refused_without_reading_it(tmp_path, suffix):
    path = tmp_path / f"huge{suffix}"
    with path.open("wb") as stream:
        stream.truncate(1_000_000_000)
    with pytest.raises(BadFileError):
        read_meshes(path)


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_garbled_and_truncated_files_raise_only_our_errors(tmp_path, name, data):
    path = WRITERS[name](tmp_path / name)
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(raw) - 1) | st.integers(0, min(400, len(raw) - 1)))
        raw[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(raw)))
    path.write_bytes(raw[:cut] if data.draw(st.booleans()) else raw)
    try:
        meshes = read_meshes(path)
    except MeshError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        for mesh in meshes:
            assert np.isfinite(mesh.points).all()
            assert 0 <= mesh.triangles.min() <= mesh.triangles.max() < len(mesh.points)
