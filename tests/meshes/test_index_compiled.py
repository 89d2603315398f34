"""Kernels compile wherever they are installed, and never from a cache of other sources."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
from numba.core import caching

from meshes.index import compiled
from meshes.index.build import half_area


def test_where_nothing_can_be_written_kernels_compile_all_the_same(monkeypatch):
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    area = compiled.kernel(half_area.py_func)
    assert area(np.array([0.0, 0, 0, 1, 2, 3])) == 11.0
    assert not area.stats.cache_path


def test_the_stamp_of_every_kernel_covers_every_source():
    store = half_area._cache._cache_file
    assert store._source_stamp == (compiled.sources_stamp(), 0)


def test_importing_zones_compiles_nothing():
    code = "import sys, zones; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_warming_up_compiles_what_an_assessment_needs():
    from meshes.index import by_zone, measure, profile, reach
    from meshes.index.warm import warm_up

    warm_up()
    for kernel in (measure.measure, by_zone.by_zone, profile.signed_along, reach.first_reach):
        assert len(kernel.signatures) == 1  # one set of types: bodies compile nothing more
