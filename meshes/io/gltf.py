"""glTF 2.0, binary (``.glb``) and text (``.gltf``): one part per node that shows triangles.

Node names and ``extras`` are kept, because anatomical sets carry their ids there. glTF fixes frame
and unit: metres, +y up, a model faces +z; node transforms are applied in double precision. Buffers
outside the file are read only from its own folder. Compressed geometry (Draco, meshopt) is refused.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from meshes.errors import BadFileError, MissingFileError
from meshes.frames import to_world
from meshes.io.limits import (
    MAX_POINTS,
    MAX_TRIANGLES,
    RawMesh,
    checked_mesh,
    checked_size,
)
from meshes.io.polygons import compact

FRAME, UNITS = "glTF", "m"
_MAX_JSON_BYTES = 1 << 27
_MAX_NODES = 1_000_000
_MAX_DEPTH = 256
_COMPONENT = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTH = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
_TRIANGLES, _STRIP, _FAN = 4, 5, 6


@dataclass
class _Document:
    path: Path
    tree: dict[str, Any]
    binary: bytes
    buffers: dict[int, bytes]


def read_gltf(path: Path) -> list[RawMesh]:
    """Read the triangles of every node of the default scene, in glTF's frame and unit.

    Returns
    -------
    list of RawMesh
        In scene order; ``name`` is the node's, else the mesh's; ``extras`` those of both.

    Raises
    ------
    BadFileError
        Not glTF 2.0, truncated, compressed, a reference that leads nowhere, a coordinate that is
        not finite, or no triangle.
    MissingFileError
        A buffer file beside it is not there.
    """
    document = _open(path)
    try:
        meshes = [
            mesh for node, matrix in _nodes(document) for mesh in _parts(document, node, matrix)
        ]
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
        if isinstance(error, BadFileError):
            raise
        raise BadFileError(
            f"{path.name} is not valid glTF ({type(error).__name__}: {error}); export it again"
        ) from error
    if not meshes:
        raise BadFileError(f"{path.name} shows no triangles; expected at least one mesh")
    return meshes


def _open(path: Path) -> _Document:
    size = checked_size(path)
    with path.open("rb") as stream:
        head = stream.read(12)
        if head[:4] == b"glTF":
            return _open_binary(path, size, head, stream.read)
    if path.suffix.casefold() == ".glb":
        raise BadFileError(f"{path.name} is not a GLB file; it does not begin with glTF")
    checked_size(path, _MAX_JSON_BYTES)
    return _Document(path, _tree(path, path.read_bytes()), b"", {})


def _open_binary(path: Path, size: int, head: bytes, read: Any) -> _Document:
    version, length = (int.from_bytes(head[i : i + 4], "little") for i in (4, 8))
    if version != 2:
        raise BadFileError(f"{path.name} is glTF {version}; expected version 2")
    if length > size:
        raise BadFileError(f"{path.name} is truncated: it announces {length} bytes and has {size}")
    chunks: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= length:
        prefix = read(8)
        n_bytes, kind = int.from_bytes(prefix[:4], "little"), prefix[4:8]
        at += 8 + n_bytes
        if at > size or len(prefix) < 8 or (kind == b"JSON" and n_bytes > _MAX_JSON_BYTES):
            raise BadFileError(f"{path.name} is truncated or damaged in its {kind!r} chunk")
        chunks.setdefault(kind, read(n_bytes))
    if b"JSON" not in chunks:
        raise BadFileError(f"{path.name} has no JSON chunk; it is not a GLB file")
    return _Document(path, _tree(path, chunks[b"JSON"]), chunks.get(b"BIN\0", b""), {})


def _tree(path: Path, text: bytes) -> dict[str, Any]:
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFileError(f"{path.name} is not valid glTF: its JSON is damaged") from error
    if not isinstance(tree, dict) or "asset" not in tree:
        raise BadFileError(f"{path.name} is not glTF; it has no asset entry")
    packed = {"KHR_draco_mesh_compression", "EXT_meshopt_compression"} & set(
        tree.get("extensionsRequired") or ()
    )
    if packed:
        raise BadFileError(
            f"{path.name} is compressed ({', '.join(sorted(packed))}); export it uncompressed"
        )
    return tree


def _nodes(document: _Document) -> Iterator[tuple[dict[str, Any], NDArray[np.float64]]]:
    """Yield the nodes of the default scene with their world transform; a cycle is refused."""
    nodes = document.tree.get("nodes", [])
    scenes = document.tree.get("scenes", [])
    if scenes:
        roots = list(scenes[_index(document.tree.get("scene", 0))].get("nodes", []))
    else:
        children = {child for node in nodes for child in node.get("children", [])}
        roots = [i for i in range(len(nodes)) if i not in children]
    stack = [(root, np.eye(4), 0) for root in reversed(roots)]
    n_seen = 0
    while stack:
        number, parent, depth = stack.pop()
        n_seen += 1
        if depth > _MAX_DEPTH or n_seen > _MAX_NODES:
            raise BadFileError(f"{document.path.name}: its nodes form a loop; the file is damaged")
        node = nodes[_index(number)]
        matrix = parent @ _local(node)
        yield node, matrix
        stack += [(child, matrix, depth + 1) for child in reversed(node.get("children", []))]


def _local(node: Mapping[str, Any]) -> NDArray[np.float64]:
    if "matrix" in node:
        return np.array(node["matrix"], dtype=np.float64).reshape(4, 4).T
    matrix = np.eye(4)
    x, y, z, w = np.array(node.get("rotation", (0, 0, 0, 1)), dtype=np.float64)
    length = float(x * x + y * y + z * z + w * w)
    if not length > 0:
        raise ValueError("a rotation of length 0")
    s = 2.0 / length
    matrix[:3, :3] = [
        [1 - s * (y * y + z * z), s * (x * y - z * w), s * (x * z + y * w)],
        [s * (x * y + z * w), 1 - s * (x * x + z * z), s * (y * z - x * w)],
        [s * (x * z - y * w), s * (y * z + x * w), 1 - s * (x * x + y * y)],
    ]
    matrix[:3, :3] *= np.array(node.get("scale", (1, 1, 1)), dtype=np.float64).reshape(3)
    matrix[:3, 3] = np.array(node.get("translation", (0, 0, 0)), dtype=np.float64).reshape(3)
    return matrix


def _parts(
    document: _Document, node: dict[str, Any], matrix: NDArray[np.float64]
) -> Iterator[RawMesh]:
    """Yield the node's triangles as one part; its primitives differ in material only."""
    if "mesh" not in node:
        return
    mesh = document.tree["meshes"][_index(node["mesh"])]
    all_points: list[NDArray[np.float64]] = []
    all_triangles: list[NDArray[np.int64]] = []
    n_before = 0
    for primitive in mesh.get("primitives", []):
        if primitive.get("mode", _TRIANGLES) not in (_TRIANGLES, _STRIP, _FAN):
            continue  # points and lines have no surface
        points = _accessor(document, primitive["attributes"]["POSITION"], "VEC3")
        if "indices" in primitive:
            order = _accessor(document, primitive["indices"], "SCALAR").reshape(-1)
        else:
            order = np.arange(len(points))
        triangles = _triangles(order.astype(np.int64), primitive.get("mode", _TRIANGLES))
        if len(triangles) and int(triangles.max()) >= len(points):
            raise BadFileError(f"{document.path.name}: a face names a point that is not there")
        all_points.append(points.astype(np.float64))
        all_triangles.append(triangles + n_before)
        n_before += len(points)
    if not sum(map(len, all_triangles)):
        return
    name = str(node.get("name") or mesh.get("name") or document.path.stem)
    where = Path(f"{document.path.name}#{name}")
    points, faces = checked_mesh(where, np.concatenate(all_points), np.concatenate(all_triangles))
    points, faces = to_world(*compact(points, faces), matrix)
    points, faces = checked_mesh(where, points, faces)
    extras = {**_extras(mesh), **_extras(node)}
    yield RawMesh(name, points, faces, FRAME, UNITS, extras)


def _extras(thing: Mapping[str, Any]) -> dict[str, object]:
    extras = thing.get("extras")
    return dict(extras) if isinstance(extras, dict) else {}


def _triangles(order: NDArray[np.int64], mode: int) -> NDArray[np.int64]:
    if mode == _TRIANGLES:
        return order[: len(order) // 3 * 3].reshape(-1, 3)
    if len(order) < 3:
        return np.zeros((0, 3), np.int64)
    if mode == _FAN:
        return np.stack([np.full(len(order) - 2, order[0]), order[1:-1], order[2:]], axis=1)
    strip = np.stack([order[:-2], order[1:-1], order[2:]], axis=1)
    strip[1::2] = strip[1::2, (1, 0, 2)]
    return strip


def _accessor(document: _Document, number: object, kind: str) -> NDArray[Any]:
    """Return the rows of an accessor; every length is weighed before a byte is copied."""
    accessor = document.tree["accessors"][_index(number)]
    if accessor["type"] != kind or "sparse" in accessor or "bufferView" not in accessor:
        raise BadFileError(
            f"{document.path.name} stores {accessor['type']} values in a way that is not read "
            "(sparse or compressed); export it plainly"
        )
    if kind == "VEC3" and accessor["componentType"] != 5126:
        raise BadFileError(f"{document.path.name} has quantised points; export them as floats")
    item = np.dtype(_COMPONENT[accessor["componentType"]])
    count, width = _index(accessor["count"]), _WIDTH[kind]
    if count > (MAX_POINTS if kind == "VEC3" else 3 * MAX_TRIANGLES):
        raise BadFileError(f"{document.path.name} announces {count} values; too many to read")
    view = document.tree["bufferViews"][_index(accessor["bufferView"])]
    data = _buffer(document, _index(view["buffer"]))
    row = item.itemsize * width
    stride = _index(view.get("byteStride", row)) or row
    start = _index(view.get("byteOffset", 0)) + _index(accessor.get("byteOffset", 0))
    needed = stride * (count - 1) + row if count else 0
    if stride < row or start + needed > len(data):
        raise BadFileError(f"{document.path.name} is truncated inside its buffers; copy it again")
    raw = np.frombuffer(data, np.uint8, needed, start)
    rows = np.lib.stride_tricks.as_strided(raw, (count, row), (stride, 1), writeable=False)
    return np.ascontiguousarray(rows).view(item).reshape(count, width)


def _buffer(document: _Document, number: int) -> bytes:
    if number not in document.buffers:
        document.buffers[number] = _load_buffer(document, document.tree["buffers"][number], number)
    return document.buffers[number]


def _load_buffer(document: _Document, buffer: Mapping[str, Any], number: int) -> bytes:
    uri = buffer.get("uri")
    if uri is None:
        if number != 0 or not document.binary:
            raise BadFileError(f"{document.path.name}: buffer {number} has no data")
        return document.binary
    if str(uri).startswith("data:"):
        try:
            return base64.b64decode(str(uri).partition(",")[2], validate=True)
        except binascii.Error as error:
            raise BadFileError(f"{document.path.name}: an inline buffer is damaged") from error
    pure = PurePosixPath(unquote(str(uri)))
    if len(pure.parts) != 1 or pure.name != str(pure) or "\\" in str(uri) or ":" in str(uri):
        raise BadFileError(f"{document.path.name}: buffer {uri!r} must lie beside the file")
    beside = document.path.parent / pure.name
    if not beside.is_file():
        raise MissingFileError(f"{document.path.name} needs {pure.name} beside it; it is missing")
    checked_size(beside)
    return beside.read_bytes()


def _index(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is not an index")
    return value
