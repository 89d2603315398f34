"""Which system libraries the window, the tests and pictures need, and how to get what is missing.

Standard library only, and runnable as a file before anything is installed: where a library is
missing Qt aborts the process instead of raising, so this has to be asked first. Linux alone has
this trouble; elsewhere every list is empty.

    python3 -I viewer/cli/system_libraries.py venv|window|test|picture|bench   name and install
    python3 -I viewer/cli/system_libraries.py display                    exit 0 if there is one
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """Something the system must offer; any one of ``names`` will do.

    ``kind`` is ``library`` (a soname), ``program`` or ``module`` (of this Python). ``package`` is
    its name on Debian and Ubuntu.
    """

    names: tuple[str, ...]
    package: str
    kind: str = "library"

    def is_met(self) -> bool:
        """Whether this machine has it; a library counts only if it loads."""
        if self.kind == "program":
            return any(shutil.which(name) for name in self.names)
        if self.kind == "module":
            return any(importlib.util.find_spec(name) for name in self.names)
        return any(_loads(name) for name in self.names)


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


_DRAWING = (
    Need(("libEGL.so.1", "libOSMesa.so.8"), "libegl1"),
    # the vendor library behind libEGL: Mesa's, or a graphics card's own
    Need(("libEGL_mesa.so.0", "libEGL_nvidia.so.0", "libOSMesa.so.8"), "libgl1-mesa-dri"),
)
_WINDOW = (
    Need(("libEGL.so.1",), "libegl1"),
    Need(("libGL.so.1",), "libgl1"),
    Need(("libglib-2.0.so.0",), "libglib2.0-0"),
    Need(("libfontconfig.so.1",), "libfontconfig1"),
    Need(("libdbus-1.so.3",), "libdbus-1-3"),
    Need(("libxkbcommon-x11.so.0",), "libxkbcommon-x11-0"),
    Need(("libxcb-cursor.so.0",), "libxcb-cursor0"),
    Need(("libxcb-icccm.so.4",), "libxcb-icccm4"),
    Need(("libxcb-keysyms.so.1",), "libxcb-keysyms1"),
    Need(("libxcb-shape.so.0",), "libxcb-shape0"),
    Need(("libxcb-xkb.so.1",), "libxcb-xkb1"),
)
NEEDS = {
    "venv": (Need(("ensurepip",), "python3-venv", "module"),),
    "picture": _DRAWING,
    "window": _WINDOW,
    "test": (*_WINDOW, *_DRAWING[1:], Need(("Xvfb",), "xvfb", "program")),
    "bench": (*_WINDOW[:2], Need(("libusb-1.0.so.0",), "libusb-1.0-0")),  # what Open3D links to
}
"""By purpose; found by installing into bare Debian 12, Debian 13 and Ubuntu 24.04 systems."""


def missing(purpose: str) -> list[Need]:
    """What this machine lacks for ``venv``, ``picture``, ``window``, ``test`` or ``bench``."""
    if not sys.platform.startswith("linux"):
        return []
    return [need for need in NEEDS[purpose] if not need.is_met()]


def apt_line(needs: Iterable[Need]) -> str:
    """Return the one command that installs them on Debian and Ubuntu."""
    packages = sorted({need.package for need in needs})
    return "apt-get install -y --no-install-recommends " + " ".join(packages)


def advice(needs: Iterable[Need]) -> str:
    """Return one sentence: what is missing and how to get it here."""
    needs = list(needs)
    names = ", ".join(need.names[0] for need in needs)
    if shutil.which("apt-get"):
        rights = "" if _is_root() else "sudo "
        return f"missing on this system: {names}; to install: {rights}{apt_line(needs)}"
    packages = ", ".join(sorted({need.package for need in needs}))
    return (
        f"missing on this system: {names}; install the packages that hold them "
        f"(on Debian they are called {packages})"
    )


def install(needs: Iterable[Need]) -> bool:
    """Install with apt-get where this process may; say whether it ran without error."""
    if not (_is_root() and shutil.which("apt-get")):
        return False
    command = apt_line(needs).split()
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}

    def run(words: list[str]) -> bool:
        done = subprocess.run(words, env=env, stdin=subprocess.DEVNULL, stdout=sys.stderr)
        return done.returncode == 0

    # a fresh image has no package lists; an old one has stale ones
    return run(command) or (run(["apt-get", "update", "-q"]) and run(command))


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def has_display() -> bool:
    """Whether a window could be opened here. Off Linux there always is a display."""
    if not sys.platform.startswith("linux"):
        return True
    wayland = os.environ.get("WAYLAND_DISPLAY")
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    if wayland and (Path(folder) / wayland).exists():
        return True
    return bool(os.environ.get("DISPLAY")) and _x_answers()


def _x_answers() -> bool:
    """DISPLAY may name a server that is gone: ask, as Qt would end the process."""
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return True  # cannot ask; the window's own check names the missing library
    x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    display = x11.XOpenDisplay(None)
    if not display:
        return False
    x11.XCloseDisplay(display)
    return True


def main(arguments: list[str]) -> int:
    """Check one purpose, install what may be installed; exit 0 if nothing is missing, else 2."""
    if arguments == ["display"]:
        return 0 if has_display() else 1
    if len(arguments) != 1 or arguments[0] not in NEEDS:
        print(f"expected one of {', '.join(NEEDS)}, display", file=sys.stderr)
        return 2
    lacking = missing(arguments[0])
    if not lacking:
        return 0
    print(f"needlewise: {advice(lacking)}", file=sys.stderr, flush=True)
    if _is_root() and install(lacking):
        importlib.invalidate_caches()
        lacking = missing(arguments[0])
    return 2 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
