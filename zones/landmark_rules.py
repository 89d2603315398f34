"""Finding landmarks on bones: one function per kind of rule, in the frame of the subject's side.

All points here are (lateral, posterior, superior), mm: lateral is away from the midline on the
side in question, so that left and right are one case. Which bone and which rule is the
catalogue's (`data/landmarks.toml`); nothing here knows an anatomical name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Found = Callable[[str], Points | None]
"""Returns another landmark's point in the same frame, or ``None`` where it is missing."""

_AXES = ("lateral", "posterior", "superior")
_BLEND_MM = 1.0
"""Vertices this close to the farthest count with it, so that no single one decides."""
_BAND_MM = 6.0
"""Half the thickness of a slice through a bone."""


class NotFoundError(LookupError):
    """A rule that cannot be carried out on this body; its text says why."""


def find(rule: Mapping[str, Any], bone: Points, other: Found) -> Points:
    """Return the (3,) point a rule finds on a bone's (n, 3) vertices.

    Raises
    ------
    NotFoundError
        The bone has nothing where the rule looks, or another landmark it needs is missing.
    """
    return FINDERS[rule["kind"]](rule, bone, other)


def _window(rule: Mapping[str, Any], bone: Points) -> Points:
    """The vertices a rule looks at; fractions are of the bone's extent along an axis."""
    keep = np.ones(len(bone), dtype=bool)
    low, high = bone.min(axis=0), bone.max(axis=0)
    for name, (first, last) in rule.get("window", {}).items():
        axis = _AXES.index(name)
        size = high[axis] - low[axis]
        keep &= bone[:, axis] >= low[axis] + first * size
        keep &= bone[:, axis] <= low[axis] + last * size
    if "near_mid_mm" in rule:
        keep &= np.abs(bone[:, 0]) <= rule["near_mid_mm"]
    if float(np.ptp(bone, axis=0).max()) < rule.get("needs_extent_mm", 0.0):
        raise NotFoundError("the bone is cut off")
    if not keep.any():
        raise NotFoundError("the bone has nothing where the rule looks")
    return bone[keep]


def _farthest(points: Points, along: Points) -> Points:
    """The vertex in the middle of those farthest along a direction's values."""
    top = points[along >= along.max() - _BLEND_MM]
    middle: Points = top[np.argmin(np.linalg.norm(top - top.mean(axis=0), axis=1))]
    return middle


def _needed(other: Found, landmark_id: str) -> Points:
    point = other(landmark_id)
    if point is None:
        raise NotFoundError(f"{landmark_id} is missing")
    return point


def _extreme(rule: Mapping[str, Any], bone: Points, _other: Found) -> Points:
    looked_at = _window(rule, bone)
    toward = np.asarray(rule["toward"], dtype=np.float64)
    return _farthest(looked_at, looked_at @ (toward / np.linalg.norm(toward)))


def _border(rule: Mapping[str, Any], bone: Points, other: Found) -> Points:
    """The medial (or lateral) border at a height."""
    if "level_of" in rule:
        height = _needed(other, rule["level_of"])[2]
    else:
        first, second = (_needed(other, name)[2] for name in rule["between"])
        height = first + rule["at"] * (second - first)
    near = bone[np.abs(bone[:, 2] - height) <= _BAND_MM / 2]
    if not len(near):
        raise NotFoundError("the bone does not reach that height")
    return _farthest(near, near[:, 0] if rule.get("lateral") else -near[:, 0])


def _crest(rule: Mapping[str, Any], bone: Points, _other: Found) -> Points:
    """The part that stands out most, backwards, from the plane of the bone's lower half."""
    height = np.quantile(bone[:, 2], [0.0, 1.0])
    blade = bone[bone[:, 2] < height[0] + 0.5 * (height[1] - height[0])]
    centre = blade.mean(axis=0)
    normal = np.linalg.svd(blade - centre, full_matrices=False)[2][2]
    normal = normal if normal[1] > 0 else -normal
    looked_at = _window(rule, bone)
    return _farthest(looked_at, (looked_at - centre) @ normal)


def _along(rule: Mapping[str, Any], bone: Points, _other: Found) -> Points:
    """The front of the middle of the section at a fraction of the lateral extent."""
    low, high = bone[:, 0].min(), bone[:, 0].max()
    at = low + rule["at"] * (high - low)
    near = bone[np.abs(bone[:, 0] - at) <= _BAND_MM]
    if not len(near):
        raise NotFoundError("the bone has nothing at that fraction")
    middle = near.mean(axis=0)
    front = near[np.abs(near[:, 2] - middle[2]) <= max(_BAND_MM, 0.35 * np.ptp(near[:, 2]))]
    return _farthest(front, -front[:, 1])


def _at_line(rule: Mapping[str, Any], bone: Points, other: Found) -> Points:
    """The front of the bone where an upright line crosses it."""
    line = _needed(other, rule["line"])[0]
    near = bone[np.abs(bone[:, 0] - line) <= _BAND_MM]
    front = near[near[:, 1] < bone[:, 1].mean()] if rule.get("front") else near
    if not len(front):
        raise NotFoundError("the bone does not reach the line")
    middle = front.mean(axis=0)
    level = front[np.abs(front[:, 2] - middle[2]) <= _BAND_MM]
    return _farthest(level, -level[:, 1]) if len(level) else middle


def _between(rule: Mapping[str, Any], _bone: Points, other: Found) -> Points:
    first, second = (_needed(other, name) for name in rule["between"])
    point: Points = first + rule["at"] * (second - first)
    return point


FINDERS: dict[str, Callable[[Mapping[str, Any], Points, Found], Points]] = {
    "extreme": _extreme,
    "border": _border,
    "crest": _crest,
    "along": _along,
    "at_line": _at_line,
    "between": _between,
}
BONELESS = frozenset({"between"})
"""Kinds that need no bone of their own."""
