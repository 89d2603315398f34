"""The one decorator of the compiled kernels: float64 by the book, and never a stale cache.

`fastmath` stays off: it breaks rounding in a known direction and consistent signs. `nogil` lets a
worker thread compute while the window draws. Numba renews a cached function when *its* file
changes, not when a function it calls lives in another file that did; therefore the stamp of every
kernel is here the digest of all kernel sources.

The compiled code is kept beside the sources, in ``NUMBA_CACHE_DIR`` if that is set, in the user's
cache where the install is read-only, and nowhere if no folder can be written: then every process
compiles anew, which costs seconds and changes no result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.extending import intrinsic

Function = TypeVar("Function", bound=Callable[..., object])


@cache
def sources_stamp() -> str:
    """Digest of every source file of this package: one stamp for all kernels and cached trees."""
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _compile(function: Function, **options: Any) -> Any:
    """Hand the function to numba, cached on disk wherever a folder can be written."""
    try:
        return numba.njit(nogil=True, cache=True, error_model="numpy", **options)(function)
    except RuntimeError:  # numba found no folder it may write to
        return numba.njit(nogil=True, error_model="numpy", **options)(function)


def kernel(function: Function) -> Function:
    """Compile ``function`` with numba on first call, cached on disk, without the GIL."""
    compiled: Function = _stamped(_compile(function))
    return compiled


def inlined(function: Function) -> Function:
    """Compile a small function into each of its callers: a call costs more than it computes."""
    compiled: Function = _stamped(_compile(function, forceinline=True))
    return compiled


def spelled(function: Callable[..., Any]) -> Any:
    """Let kernels call what ``function`` spells out in the compiler's own language."""
    return intrinsic(function)


def _stamped(compiled: Any) -> Any:
    """Bind the cache to the sources of all kernels, not to one file."""
    store: Any = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if hasattr(store, "_source_stamp"):
        store._source_stamp = (sources_stamp(), 0)
    return compiled
