"""What lies along the line, by depth: to the tip and beyond. World frame, mm.

Inside a closed structure is where its winding number is not 0; a line through an edge or a vertex
crosses once, so nothing needs to be merged but spans that touch. Of a surface that is not closed
only the crossings count: they are paired while they alternate, and said to be ``open``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from meshes.catalogue import Structure
from meshes.index.states import CLOSED
from zones.assessment import LayerSpan

if TYPE_CHECKING:
    from meshes.index.answers import Crossed
    from meshes.index.body_index import BodyIndex

_MERGE_MM = 1e-9
"""Spans of one structure nearer than this are one; a span thinner than this is a graze."""

Span = tuple[float, float]


def layers(
    index: BodyIndex,
    found: Crossed,
    structures: Mapping[str, Structure],
    searched_length_mm: float,
) -> tuple[LayerSpan, ...]:
    """List the structures along the measured line, by depth of entry.

    ``found`` must hold the crossings of all structures of ``index``. A span that begins beyond the
    searched length is left out; one that ends beyond it has ``exit=None``. Bone is marked: it is a
    contact, never a protection.
    """
    spans = []
    all_depths, all_signs = found.hit_depth.tolist(), found.hit_sign.tolist()
    counts = np.diff(found.hit_stop, prepend=0)
    end = 0
    for row in np.flatnonzero(counts).tolist():
        begin, end = end, end + int(counts[row])
        depths, signs = all_depths[begin:end], all_signs[begin:end]
        closed = bool(index.packed.kinds[row] == CLOSED)
        runs = merged(closed_spans(depths, signs)) if closed else open_spans(depths, signs)
        structure = structures[index.ids[row]]
        bone = structure.system == "bone"
        for enter, leave in runs:
            if enter <= searched_length_mm:
                until = leave if leave <= searched_length_mm else None
                spans.append(LayerSpan(structure.id, enter, until, bone, not closed))
    return tuple(sorted(spans, key=lambda span: span.enter))


def closed_spans(depths: Sequence[float], signs: Sequence[int]) -> Iterator[Span]:
    """Yield the stretches inside a closed surface from its signed crossings ahead of the entry.

    The winding number at a depth is the sum of the signs beyond it; at the entry, of all.
    """
    winding, start = sum(signs), 0.0
    for depth, sign in zip(depths, signs, strict=True):
        if winding != 0:
            yield start, depth
        winding -= sign
        start = depth


def merged(spans: Iterator[Span]) -> Iterator[Span]:
    """Join spans that touch and drop those too thin to be one."""
    current: Span | None = None
    for start, stop in spans:
        if current is not None and start - current[1] <= _MERGE_MM:
            current = (current[0], stop)
            continue
        if current is not None and current[1] - current[0] > _MERGE_MM:
            yield current
        current = (start, stop)
    if current is not None and current[1] - current[0] > _MERGE_MM:
        yield current


def open_spans(depths: Sequence[float], signs: Sequence[int]) -> Iterator[Span]:
    """Pair the crossings of an open surface where they enter and leave in turn.

    Where they do not, each crossing is a span without thickness.
    """
    alternate = all(a == -b for a, b in zip(signs, signs[1:], strict=False))
    if len(depths) >= 2 and len(depths) % 2 == 0 and alternate:
        yield from zip(depths[::2], depths[1::2], strict=True)
    else:
        for depth in depths:
            yield depth, depth
