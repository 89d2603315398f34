"""The one class of pyvistaqt that is used here, without what its package imports beside it.

`QVTKRenderWindowInteractor` (a `QOpenGLWidget` that a VTK window draws into) needs Qt and two
classes of VTK. Its package imports all of pyvista and matplotlib first, two seconds of a start that
nothing here reads. So the module is loaded under a package without content, which goes again.
"""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec
from types import ModuleType

from vtkmodules.vtkRenderingOpenGL2 import vtkGenericOpenGLRenderWindow
from vtkmodules.vtkRenderingUI import vtkGenericRenderWindowInteractor

_PACKAGE, _BACKEND, _WANTED = "pyvistaqt", "pyvistaqt._vtk", "pyvistaqt.rwi"


def _loaded() -> ModuleType:
    if _WANTED in sys.modules:  # somebody imported the whole package already
        return sys.modules[_WANTED]
    spec = find_spec(_PACKAGE)
    if spec is None:
        raise ImportError("pyvistaqt is not installed; expected it beside needlewise: `make setup`")
    package, backend = ModuleType(_PACKAGE), ModuleType(_BACKEND)
    package.__path__ = list(spec.submodule_search_locations or ())
    package._vtk = backend  # type: ignore[attr-defined]
    backend.VTK_BACKEND = "vtkmodules"  # type: ignore[attr-defined]
    backend.vtkGenericOpenGLRenderWindow = vtkGenericOpenGLRenderWindow  # type: ignore[attr-defined]
    backend.vtkGenericRenderWindowInteractor = (  # type: ignore[attr-defined]
        vtkGenericRenderWindowInteractor
    )
    before = {name: sys.modules.get(name) for name in (_PACKAGE, _BACKEND, _WANTED)}
    sys.modules[_PACKAGE], sys.modules[_BACKEND] = package, backend
    try:
        return importlib.import_module(_WANTED)
    finally:  # whoever wants the whole package later gets it
        for name, module in before.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


QVTKRenderWindowInteractor = _loaded().QVTKRenderWindowInteractor
