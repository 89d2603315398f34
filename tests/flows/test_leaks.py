"""Edits and other bodies do not fill the memory: 10,000 and 50 of them in the long run."""

from __future__ import annotations

import ctypes
import ctypes.util
import gc
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from windows import settle

from meshes.body import load_body
from zones.needle import Needle
from zones.skin import nearest_on_skin

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc/self/statm"),
]
MOST_MB = 50.0


def resident_mb() -> float:
    """Memory of this process, with what is free given back first."""
    QApplication.processEvents()
    gc.collect()
    ctypes.CDLL(ctypes.util.find_library("c")).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def edit(window, number: int) -> None:
    """One of the things a person does to a needle, by number."""
    desk = window.bench.desk
    turns = (
        lambda: desk.push(1.0 if number % 14 < 7 else -1.0),
        lambda: desk.turn(1.0 if number % 10 < 5 else -1.0),
        lambda: desk.turn(0.0, 5.0),
        lambda: desk.slide(90.0, 1.0 if number % 8 < 4 else -1.0),
        window.deeds.undo,
        window.deeds.redo,
        lambda: desk.set_tilt(float(number % 30)),
    )
    turns[number % len(turns)]()
    if number % 5 == 0:
        QApplication.processEvents()


def run_through(window, qtbot, edits: int, bodies: int) -> None:
    for number in range(edits):
        edit(window, number)
    settle(qtbot, window)
    for number in range(bodies):
        sex, stature = (
            ("female", 155.0 + number % 7) if number % 2 else ("male", 170.0 + number % 9)
        )
        assert window.subject.ask(sex, stature, 20.0 + number % 5, 0.15)
        settle(qtbot, window)


def grown_mb(open_window, qtbot, edits: int, bodies: int) -> float:
    """What a second run of the same length adds to the first."""
    body = load_body("reference")
    window = open_window(body)
    entry = nearest_on_skin(body, (44.0, 106.0, -22.0))
    window.bench.desk.add(Needle(entry, np.array([0.0, -1.0, 0.0]), 20.0, 0.15))
    settle(qtbot, window)
    run_through(window, qtbot, min(edits, 400), min(bodies, 6))  # caches of fixed size fill first
    before = resident_mb()
    run_through(window, qtbot, edits, bodies)
    return resident_mb() - before


def test_a_slice_of_edits_and_bodies_leaks_nothing(open_window, qtbot):
    assert grown_mb(open_window, qtbot, 300, 3) < MOST_MB


@pytest.mark.long
def test_ten_thousand_edits_and_fifty_bodies_leak_less_than_fifty_megabytes(open_window, qtbot):
    assert grown_mb(open_window, qtbot, 10_000, 50) < MOST_MB
