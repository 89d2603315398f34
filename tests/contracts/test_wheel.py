"""The wheel, as a stranger gets it: built, installed into an empty environment, with its data."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from checkout import copy_of_packages


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    tree = copy_of_packages(tmp_path_factory.mktemp("tree"))
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation",
         "--disable-pip-version-check", "--no-index", "-w", "dist", "."],
        cwd=tree, check=True, timeout=300, capture_output=True,
    )  # fmt: skip
    (built,) = (tree / "dist").glob("needlewise-*.whl")
    return built


@pytest.fixture(scope="module")
def program(wheel, tmp_path_factory):
    """Run a program of an environment that holds the wheel; its dependencies come from ours."""
    folder = tmp_path_factory.mktemp("empty") / "venv"
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", scripts / "python", "install", "-q", "--no-deps",
         "--disable-pip-version-check", "--no-index", wheel],
        check=True, timeout=300, capture_output=True,
    )  # fmt: skip
    # a folder on PYTHONPATH is not searched for .pth files: the checkout stays out of reach
    env = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib")}

    def run(name, *words):
        return subprocess.run([scripts / name, *words], cwd=folder, env=env, text=True,
                              capture_output=True, timeout=300, check=False)  # fmt: skip

    return run


def test_it_carries_data_and_licences_and_no_test(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {t for t in tops if not t.endswith(".dist-info")} == {"meshes", "zones", "viewer"}
    for needed in (
        "meshes/data/reference/surfaces.npz", "meshes/data/reference/body.toml",
        "zones/data/danger_zones.toml", "meshes/reference/tables/ribs.toml",
    ):  # fmt: skip
        assert needed in names
    assert sum(name.endswith(("licenses/LICENSE", "licenses/LICENSE-reference-body"))
               for name in names) == 2  # fmt: skip
    assert not [name for name in names if "__pycache__" in name]


def test_every_data_file_of_the_tree_is_in_it(wheel):
    """A data folder that nobody declared would be missing only at the user's."""
    from checkout import PACKAGES, ROOT

    names = set(zipfile.ZipFile(wheel).namelist())
    left_out = {".pyc", ".part", ".nbi", ".nbc"}
    data = [
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in left_out
    ]
    assert [name for name in data if name not in names] == []


def test_the_installed_program_runs_and_finds_its_body(program):
    version = program("needlewise", "--version")
    assert version.stdout.startswith("needlewise "), version.stderr
    where = program("python", "-c", "import meshes, zones; print(meshes.__file__);"
                    "print(len(meshes.load_body('reference').structures))")  # fmt: skip
    assert where.returncode == 0, where.stderr
    path, count = where.stdout.split()
    assert "venv" in path
    assert int(count) > 50
    assessed = program("needlewise", "assess", "--entry", "60", "200", "1300", "--direction",
                       "0", "-1", "0", "--depth", "5", "--json")  # fmt: skip
    assert assessed.returncode in (0, 3, 4), assessed.stderr
    assert '"needlewise/assessment/1"' in assessed.stdout
