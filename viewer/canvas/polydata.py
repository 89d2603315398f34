"""Arrays → the renderer's mesh format, without copying where the layout allows it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData

from viewer.canvas.protocol import Segments, Triangles


def _array(values: NDArray, name: str = ""):
    array = numpy_to_vtk(np.ascontiguousarray(values), deep=False)
    if name:
        array.SetName(name)
    return array


def _points(values: NDArray) -> vtkPoints:
    points = vtkPoints()
    points.SetData(_array(np.asarray(values, dtype=np.float32)))
    return points


def _cells(connectivity: NDArray, width: int) -> vtkCellArray:
    cells = vtkCellArray()
    flat = np.ascontiguousarray(connectivity, dtype=np.int32).reshape(-1)
    cells.SetData(width, _array(flat))
    return cells


def fill(poly: vtkPolyData, shape: Triangles | Segments) -> None:
    """Replace the content of ``poly`` by a shape."""
    poly.Initialize()
    poly.SetPoints(_points(shape.points))
    if isinstance(shape, Triangles):
        poly.SetPolys(_cells(shape.triangles, 3))
        if shape.normals is not None:
            normals = np.asarray(shape.normals, dtype=np.float32)
            poly.GetPointData().SetNormals(_array(normals, "normals"))
    else:
        poly.SetLines(_cells(np.arange(len(shape.points)), 2))
    if shape.colors is not None:
        poly.GetPointData().SetScalars(_array(shape.colors, "colors"))
