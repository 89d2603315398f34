"""Who may import whom: the linter's contracts catch a planted breach of each, and at run time
nothing that draws or opens a window is loaded where only numbers are asked for."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from checkout import ROOT, copy_of_packages, python, sources

PLANTED = {
    "viewer > zones > meshes": ("meshes/surface.py", "import zones.needle"),
    "anatomy and risk know no window and no renderer": ("zones/needle.py", "import pyvista"),
    "distances come from full resolution, never from drawing copies": (
        "zones/assessment.py", "def later():\n    import meshes.simplify",
    ),
    "no network": ("meshes/frames.py", "def later():\n    import requests"),
    "the command line and the scene know no Qt": (
        "viewer/i18n/text.py", "def later():\n    from PySide6 import QtCore",
    ),
    "only the canvas draws": ("viewer/view_state.py", "import vtkmodules"),
    "panels and scene meet through the session only": (
        "viewer/panels/planted.py", "import viewer.scene.structures",
    ),
    "no cycles between siblings": ("meshes/errors.py", "def later():\n    import meshes.body"),
}  # fmt: skip

LOADED = """
import json, sys
{work}
print(json.dumps(sorted(sys.modules)))
"""
LIBRARY = """
import meshes, zones
body = meshes.load_body("reference")
from zones.assess import assess
assess(body, zones.Needle([0, 150, 1300], [0, -1, 0], 20))
"""
COMMAND = """
import io, contextlib
from viewer.cli.main import main
with contextlib.redirect_stdout(io.StringIO()):
    code = main(["assess", "--body", "reference", "--entry", "0", "150", "1300",
                 "--direction", "0", "-1", "0", "--depth", "20", "--json"])
assert code in (0, 3, 4), code
"""
DRAWS = re.compile(
    r"PySide6|shiboken6|qtpy|pyvistaqt|matplotlib|pyvista\.plotting|vtkmodules\.vtkRendering"
    r"|vtkmodules\.vtkInteraction|vtkmodules\.qt"
)


def lint(folder: Path) -> str:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def loaded_by(work: str, root: Path = ROOT) -> list[str]:
    done = python(LOADED.format(work=work), root)
    assert done.returncode == 0, done.stderr
    return [name for name in json.loads(done.stdout.splitlines()[-1]) if DRAWS.match(name)]


def test_every_contract_has_a_planted_breach():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert {contract["name"] for contract in settings["contracts"]} == set(PLANTED)


def test_the_linter_catches_a_breach_of_every_contract(tmp_path):
    tree = copy_of_packages(tmp_path)
    kept = set(re.findall(r"^(.+?) KEPT", lint(tree), re.MULTILINE))
    assert kept == set(PLANTED), "the tree itself must keep its contracts"
    for file, line in PLANTED.values():
        with (tree / file).open("a", encoding="utf-8") as stream:
            stream.write(f"\n\n{line}\n")
    broken = set(re.findall(r"^(.+?) BROKEN", lint(tree), re.MULTILINE))
    assert broken == set(PLANTED)


@pytest.mark.parametrize("work", [LIBRARY, COMMAND], ids=["library", "assess"])
def test_numbers_load_nothing_that_draws(work):
    assert loaded_by(work) == []


def test_the_run_time_test_sees_what_the_linter_cannot(tmp_path):
    """An import by name, hidden from the linter, is seen in sys.modules."""
    tree = copy_of_packages(tmp_path)
    with (tree / "zones/needle.py").open("a", encoding="utf-8") as stream:
        stream.write("\n\nimport importlib\n\nimportlib.import_module('PySide6' + '.QtCore')\n")
    done = python(LOADED.format(work="import zones.needle"), tree)
    assert any(DRAWS.match(name) for name in json.loads(done.stdout.splitlines()[-1]))


def test_the_command_line_starts_without_numbers_or_windows():
    """`--help` and a typing mistake must not wait for numpy, let alone for Qt."""
    work = "from viewer.cli.main import main; main(['assess', '--dpeth', '3'])"
    done = python(LOADED.format(work=work))
    modules = json.loads(done.stdout.splitlines()[-1])
    assert not {"numpy", "numba", "vtk", "pyvista", "PySide6"} & set(modules)


def test_inits_import_nothing_but_the_two_that_export():
    """Importing a module runs its parents: one import there would reach everybody.

    The tables of the reference body may use their own package: nothing but its builder loads them.
    """
    exporting = {ROOT / "meshes/__init__.py", ROOT / "zones/__init__.py"}
    for path in sources():
        if path.name != "__init__.py" or path in exporting:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
            own = {"meshes"} if path.is_relative_to(ROOT / "meshes/reference") else set()
            assert {n.split(".")[0] for n in names} <= sys.stdlib_module_names | own, path


def test_no_test_folder_shadows_a_package():
    """An ``__init__`` in tests/zones would make it the package ``zones`` for pytest."""
    assert not list((ROOT / "tests").rglob("__init__.py"))
