"""The checkout itself as an object of tests: its files, and copies of it to break."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("meshes", "zones", "viewer")


def sources(*packages: str) -> list[Path]:
    """Every Python file of the given packages, of all three by default."""
    return [p for name in packages or PACKAGES for p in sorted((ROOT / name).rglob("*.py"))]


def texts() -> list[Path]:
    """Every text file git knows or would add; without git, every source and document."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        found = [*sources(), *ROOT.glob("*.*"), *(ROOT / "docs").rglob("*.md")]
    else:
        found = [ROOT / os.fsdecode(name) for name in done.stdout.split(b"\0") if name]
    binary = {".npz", ".png", ".mo", ".ply", ".glb", ".stl", ".ico", ".ttf"}
    return [p for p in found if p.is_file() and p.suffix not in binary]


def copy_of_packages(target: Path) -> Path:
    """Copy the three packages and pyproject.toml; the copy may be broken at will."""
    for name in PACKAGES:
        shutil.copytree(
            ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "*.part")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-reference-body"):
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, target / name)
    return target


def python(code: str, root: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    """Run code in a new interpreter that imports the packages of ``root``, without a display."""
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    clean = {k: v for k, v in os.environ.items() if k not in hidden}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=root, env={**clean, "PYTHONPATH": str(root), **env},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
