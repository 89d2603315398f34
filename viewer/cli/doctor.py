"""`needlewise doctor`: what is installed, what draws, whether the data are what they were.

Each check returns lines and problems and never raises: a diagnosis has to survive the illness.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any

from viewer.cli import system_libraries
from viewer.cli.outcome import DONE, INTERNAL
from viewer.i18n.text import tr

PACKAGES = (
    "numpy", "scipy", "numba", "trimesh", "platformdirs", "vtk", "pyvista", "pyvistaqt",
    "PySide6_Essentials",
)  # fmt: skip
_OPTIONAL = ("open3d", "python-fcl")
_DRAW_SECONDS = 120


@dataclass(frozen=True)
class Check:
    """One section of the diagnosis: a title, what was found, what is wrong."""

    title: str
    lines: tuple[str, ...]
    problems: tuple[str, ...] = ()


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    subparsers.add_parser(
        "doctor",
        help=tr("versions, graphics, system libraries, known-bad versions, data hashes"),
        description=tr(
            "Look at this installation. Exit 0 if nothing is wrong, 1 if something is. Paste the "
            "output into a report of a fault."
        ),
    )


def run(args: argparse.Namespace) -> int:
    """Print every section; 0 if none has a problem."""
    problems: list[str] = []
    for examine in (versions, system, graphics, bodies):
        check = _survived(examine)
        print(check.title)
        for line in check.lines:
            print(f"  {line}")
        for problem in check.problems:
            print(tr("  PROBLEM: {text}", text=problem))
        problems += check.problems
    print()
    if not problems:
        print(tr("Nothing wrong was found."))
        return DONE
    print(tr("{n} found; see above.", n=len(problems)))
    return INTERNAL


def _survived(examine: Callable[[], Check]) -> Check:
    try:
        return examine()
    except Exception as error:  # the one broad catch of the command line: see the module
        text = tr("this check failed: {kind}: {text}", kind=type(error).__name__, text=error)
        return Check(examine.__name__, (), (text,))


def versions() -> Check:
    """Look at the packages, and whether one of them is known to misbehave."""
    lines = [f"needlewise {installed('needlewise') or '–'}",
             f"Python {platform.python_version()}, {platform.platform()}"]  # fmt: skip
    problems = []
    for package in PACKAGES:
        found = installed(package)
        lines.append(f"{package} {found or tr('MISSING')}")
        if found is None:
            problems.append(tr("{package} is not installed; `pip install needlewise` brings it",
                               package=package))  # fmt: skip
    lines += [f"{p} {installed(p) or tr('not installed (only for bench)')}" for p in _OPTIONAL]
    have = {package: installed(package) for package in PACKAGES}
    problems += known_bad({p: v for p, v in have.items() if v}, sys.platform)
    return Check(tr("Versions"), tuple(lines), tuple(problems))


def installed(package: str) -> str | None:
    """Return the installed version of a distribution, or ``None``."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def known_bad(have: dict[str, str], system_name: str) -> list[str]:
    """Say which of the given versions are known to misbehave, and how."""
    import tomllib

    text = files("viewer").joinpath("data/known_bad.toml").read_text(encoding="utf-8")
    return [
        tr("{package} {version}: {effect} ({source}); install another version",
           package=row["package"], version=have[row["package"]], effect=row["effect"],
           source=row["source"])
        for row in tomllib.loads(text)["version"]
        if row["package"] in have
        and system_name.startswith(row.get("platform", ""))
        and _covers(row, have[row["package"]])
    ]  # fmt: skip


def _covers(row: dict[str, Any], found: str) -> bool:
    at = _release(found)
    if "only" in row:
        return at == _release(row["only"])
    low, high = row.get("since"), row.get("before")
    return (low is None or at >= _release(low)) and (high is None or at < _release(high))


def _release(text: str) -> tuple[int, ...]:
    """``6.10.0`` and ``6.10`` are one release: trailing zeros go."""
    numbers = []
    for part in text.split("+")[0].split("."):
        digits = ""
        for sign in part:
            if not sign.isdigit():
                break
            digits += sign
        numbers.append(int(digits or 0))
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def system() -> Check:
    """Look at the libraries of the operating system, and the display."""
    lines, problems = [], []
    for purpose, meaning in (("window", tr("window")), ("picture", tr("pictures")),
                             ("test", tr("tests"))):  # fmt: skip
        lacking = system_libraries.missing(purpose)
        lines.append(f"{meaning}: " + (system_libraries.advice(lacking) if lacking
                                       else tr("all there")))  # fmt: skip
        if lacking and purpose != "test":
            problems.append(system_libraries.advice(lacking))
    display = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or tr("this system's")
    lines.append(
        tr("display: {name}", name=display) if system_libraries.has_display()
        else tr("display: none; `render` and `assess` work, the window does not")
    )  # fmt: skip
    return Check(tr("System"), tuple(lines), tuple(problems))


def graphics() -> Check:
    """Draw one picture in another process, which may die, and say who drew it."""
    command = [sys.executable, "-m", "viewer.canvas.capabilities"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_DRAW_SECONDS,
                              stdin=subprocess.DEVNULL, check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        return Check(tr("Graphics"), (), (tr("drawing took over {s} s", s=_DRAW_SECONDS),))
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [tr("no message")])[-1]
        text = tr("nothing can be drawn here (exit {code}): {last}", code=done.returncode,
                  last=last)  # fmt: skip
        return Check(tr("Graphics"), (), (text,))
    found = json.loads(done.stdout.strip().splitlines()[-1])
    lines = [tr("without a display: {renderer}, OpenGL {version} ({window})", **found)]
    if found["software"]:
        lines.append(tr("no graphics card is used: pictures are right, turning the view is slower"))
    return Check(tr("Graphics"), tuple(lines))


def bodies() -> Check:
    """Read every body that can be opened by name; reading verifies its content hash."""
    from meshes.errors import MeshError
    from meshes.packs.store import cache_dir, home_dir, list_bodies, open_body

    lines = [tr("data folder: {path}", path=home_dir()), tr("caches: {path}", path=cache_dir())]
    problems = []
    for name in list_bodies():
        try:
            body = open_body(name)
        except (MeshError, OSError) as error:
            problems.append(f"{name}: {error}")
            continue
        said = tr("verified")
        if any(finding.check == "hash" for finding in body.findings):
            said = tr("(none stated to verify)")
        lines.append(tr("{name} {version}: {n} structures, content hash {hash}… {said}",
                        name=name, version=body.version, n=len(body.structures),
                        hash=body.content_hash[:16], said=said))  # fmt: skip
    return Check(tr("Data"), tuple(lines), tuple(problems))
