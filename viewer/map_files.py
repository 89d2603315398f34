"""Cones and maps as files: CSV tables, and a surface with values for ParaView and the like. No Qt.

Files are written whole or not at all; what cannot be written raises `UnwritableError`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from meshes.body import Body
from meshes.io.whole_file import whole_file
from zones.depth_map import DepthMap


def write_table(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]], notice: str
) -> None:
    """Write a CSV table; an empty cell is "no value". The notice stands in a comment line."""
    with whole_file(path) as stream:
        stream.write(f"# {notice}\n")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(["" if cell is None else cell for cell in row])


def write_map_surface(path: Path, body: Body, found: DepthMap, notice: str) -> None:
    """Write the mapped skin as VTK XML poly data, point values beside it.

    ``limit_depth`` and ``leaves_at`` are NaN where there is none; ``limiting_zone`` numbers the
    zones listed in the file, -1 for none; ``state`` is 0 limited, 1 leaves, 2 none found, 3
    unknown. LPS, mm.
    """
    skin = body.skin
    triangles = np.zeros((0, 3), np.int64)
    if skin is not None:
        place = np.full(len(skin.surface.points), -1, np.int64)
        place[found.vertices] = np.arange(len(found.vertices))
        mapped = place[skin.surface.triangles]
        triangles = mapped[(mapped >= 0).all(axis=1)]
    depth = np.where(np.isfinite(found.limit_depth), found.limit_depth, np.nan)
    leaves = np.where(np.isfinite(found.leaves_at), found.leaves_at, np.nan)
    zones = " ".join(f"{i}={zone}" for i, zone in enumerate(found.zone_ids))
    with whole_file(path) as stream:
        stream.write('<?xml version="1.0"?>\n')
        stream.write(f"<!-- {escape(notice).replace('--', '- -')} -->\n")
        stream.write(f"<!-- LPS mm; zones: {escape(zones).replace('--', '- -')} -->\n")
        stream.write('<VTKFile type="PolyData" version="0.1"><PolyData>\n')
        stream.write(
            f'<Piece NumberOfPoints="{len(found.points)}" NumberOfPolys="{len(triangles)}">\n'
        )
        stream.write("<Points>\n")
        _array(stream, "Float64", "Points", found.points, 3)
        stream.write('</Points>\n<PointData Scalars="limit_depth">\n')
        _array(stream, "Float64", "limit_depth", depth)
        _array(stream, "Float64", "leaves_at", leaves)
        _array(stream, "Int32", "limiting_zone", found.limiting_zone)
        _array(stream, "Int32", "state", found.state)
        _array(stream, "Int32", "vertex", found.vertices)
        stream.write("</PointData>\n<Polys>\n")
        _array(stream, "Int32", "connectivity", triangles)
        _array(stream, "Int32", "offsets", 3 * np.arange(1, len(triangles) + 1))
        stream.write("</Polys>\n</Piece></PolyData></VTKFile>\n")


def _array(stream: IO[str], kind: str, name: str, values: Any, width: int = 1) -> None:
    stream.write(
        f"<DataArray type={quoteattr(kind)} Name={quoteattr(name)} "
        f'NumberOfComponents="{width}" format="ascii">\n'
    )
    flat = np.asarray(values).ravel().tolist()
    for start in range(0, len(flat), 3000):
        stream.write(" ".join(map(repr, flat[start : start + 3000])) + "\n")
    stream.write("</DataArray>\n")
