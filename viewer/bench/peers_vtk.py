"""VTK as a peer: signed distance of sampled points to poly data.

The one place outside `viewer.canvas` that imports VTK, by a named exception of the import
contract: here it is measured, not used to draw, and nothing but `needlewise bench` loads it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkDoubleArray, vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkFiltersCore import vtkImplicitPolyDataDistance

from meshes.surface import Surface
from viewer.bench.samples import axis_samples
from zones.needle import Needle


def implicit_distances(
    surfaces: Sequence[Surface],
) -> Callable[[Needle], NDArray[np.float64]]:
    """One `vtkImplicitPolyDataDistance` per surface; the least absolute value over axis samples."""
    functions = []
    for surface in surfaces:
        function = vtkImplicitPolyDataDistance()
        function.SetInput(_poly_data(surface))
        function.EvaluateFunction((0.0, 0.0, 0.0))  # builds its locator
        functions.append(function)

    def distances(needle: Needle) -> NDArray[np.float64]:
        points = numpy_to_vtk(axis_samples(needle), deep=True)
        values = vtkDoubleArray()
        found = []
        for function in functions:
            function.FunctionValue(points, values)
            found.append(float(np.abs(vtk_to_numpy(values)).min()))
        return np.array(found)

    return distances


def unsigned_distances(
    surface: Surface,
) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Distance of (n, 3) points to a surface, whatever their side, by the same function."""
    function = vtkImplicitPolyDataDistance()
    function.SetInput(_poly_data(surface))

    def distances(points: NDArray[np.float64]) -> NDArray[np.float64]:
        values = vtkDoubleArray()
        function.FunctionValue(numpy_to_vtk(np.ascontiguousarray(points), deep=True), values)
        return np.abs(vtk_to_numpy(values))

    return distances


def _poly_data(surface: Surface) -> vtkPolyData:
    points = vtkPoints()
    points.SetData(numpy_to_vtk(surface.points, deep=True))
    corners = surface.triangles.astype(np.int64).ravel()
    starts = np.arange(0, len(corners) + 1, 3, dtype=np.int64)
    cells = vtkCellArray()
    cells.SetData(
        numpy_to_vtkIdTypeArray(starts, deep=True), numpy_to_vtkIdTypeArray(corners, deep=True)
    )
    data = vtkPolyData()
    data.SetPoints(points)
    data.SetPolys(cells)
    return data
