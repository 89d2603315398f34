"""`needlewise doctor`: finds what is wrong, survives it, and says who draws."""

from __future__ import annotations

import subprocess
import sys

import pytest
from checkout import ROOT, python

from viewer.cli import doctor, system_libraries
from viewer.cli.main import main
from viewer.cli.system_libraries import Need


def test_it_names_versions_renderer_libraries_and_data(capsys):
    code = main(["doctor"])
    out = capsys.readouterr().out
    assert code in (0, 1)
    for word in ("numpy ", "vtk ", "PySide6_Essentials ", "OpenGL", "window: ", "reference "):
        assert word in out
    assert "verified" in out


@pytest.mark.parametrize(
    ("package", "version", "system", "bad"),
    [
        ("PySide6_Essentials", "6.11.1", "linux", True),
        ("PySide6_Essentials", "6.11.2", "linux", False),
        ("PySide6_Essentials", "6.10.0", "darwin", True),
        ("PySide6_Essentials", "6.9.3", "darwin", False),
        ("PySide6_Essentials", "6.10.0", "linux", False),
        ("pyvista", "0.49.1", "linux", False),
        ("pyvista", "0.50.0rc1", "win32", True),
        ("pyvistaqt", "0.12.0", "linux", True),
        ("pyvistaqt", "0.13.1", "linux", False),
    ],
)
def test_known_bad_versions(package, version, system, bad):
    found = doctor.known_bad({package: version}, system)
    assert bool(found) is bad
    assert all(package in text and version in text for text in found)


def test_a_missing_package_is_a_problem(monkeypatch):
    monkeypatch.setattr(doctor, "PACKAGES", ("numpy", "no-such-package"))
    check = doctor.versions()
    assert [p for p in check.problems if "no-such-package is not installed" in p]


def test_a_check_that_fails_is_a_problem_and_the_others_go_on(monkeypatch, capsys):
    def broken():
        raise RuntimeError("driver from hell")

    monkeypatch.setattr(doctor, "graphics", broken)
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "driver from hell" in out
    assert "verified" in out


def test_a_driver_that_ends_the_process_is_a_problem(monkeypatch):
    def dies(*_args, **_words):
        return subprocess.CompletedProcess([], -11, "", "Segmentation fault\n")

    monkeypatch.setattr(doctor.subprocess, "run", dies)
    assert "-11" in doctor.graphics().problems[0]


def test_a_damaged_body_is_a_problem(home):
    from egg_folder import egg_folder

    folder = egg_folder(home / "bodies")
    assert doctor.bodies().problems == ()
    header = folder / "body.toml"
    stated = header.read_text().split('content_hash = "')[1][:8]
    header.write_text(header.read_text().replace(stated, "00000000"))
    assert "content hash" in doctor.bodies().problems[0]


# ---- system libraries ---------------------------------------------------------------------------

ABSENT = Need(("libnothing.so.7",), "libnothing7")
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone asks")


def test_it_needs_nothing_but_the_standard_library():
    """It runs before anything is installed, as a file, and -I hides every package."""
    path = ROOT / "viewer/cli/system_libraries.py"
    done = subprocess.run([sys.executable, "-I", "-S", path, "picture"], capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.returncode in (0, 2), done.stderr
    assert "Traceback" not in done.stderr
    done = python("import viewer.cli.system_libraries, sys; print('numpy' in sys.modules)")
    assert done.stdout.strip() == "False"


@linux_only
def test_what_is_missing_is_named_with_the_package_and_one_line(monkeypatch, capsys):
    monkeypatch.setitem(system_libraries.NEEDS, "window", (ABSENT, Need(("libc.so.6",), "libc6")))
    assert system_libraries.missing("window") == [ABSENT]
    monkeypatch.setattr(system_libraries, "_is_root", lambda: False)
    assert system_libraries.main(["window"]) == 2
    err = capsys.readouterr().err
    assert "libnothing.so.7" in err
    assert err.count("\n") == 1
    if system_libraries.shutil.which("apt-get"):
        assert "sudo apt-get install -y --no-install-recommends libnothing7" in err


@linux_only
def test_with_the_rights_it_installs_and_looks_again(monkeypatch):
    asked = []
    monkeypatch.setitem(system_libraries.NEEDS, "window", (ABSENT,))
    monkeypatch.setattr(system_libraries, "_is_root", lambda: True)
    monkeypatch.setattr(system_libraries.shutil, "which", lambda name: "/usr/bin/" + name)

    def run(words, **_settings):
        asked.append(words)
        return subprocess.CompletedProcess(words, 0 if len(asked) > 1 else 100)

    monkeypatch.setattr(system_libraries.subprocess, "run", run)
    monkeypatch.setattr(system_libraries, "_loads", lambda name: len(asked) == 3)
    assert system_libraries.main(["window"]) == 0
    assert [words[1] for words in asked] == ["install", "update", "install"]
    assert asked[0][-1] == "libnothing7"


@linux_only
def test_a_display_counts_only_if_it_answers(monkeypatch):
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    assert not system_libraries.has_display()
    monkeypatch.setenv("DISPLAY", ":6543")
    assert not system_libraries.has_display()
