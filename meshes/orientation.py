"""Whole-body tests: metadata claims a frame, the organs prove it.

A mirrored, upside-down or back-to-front body gives plausible numbers for the wrong place, so a
failure blocks the body. A test that finds nothing to test says so; it never counts as passed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from meshes.body import Finding
from meshes.catalogue import Structure, fold
from meshes.topology import winding

SWAP_DOUBT_MM = 10.0
"""A left part whose centre lies this far right of its twin's is swapped. Convention."""

SMALLEST_SET_MM, SMALLEST_BODY_MM, LARGEST_BODY_MM = 30.0, 250.0, 2600.0
"""Longest measure of a set of organs, of anything with a skin, and of a body. Convention."""

SKIN_DOUBT_MM = 10.0
"""How far a part may stand out of the skin's box before it is named. Convention."""

MOST_SAMPLES = 40
"""Parts tested against the skin itself; more would cost seconds and prove nothing new."""

OUTSIDE_SHARE = 0.2
"""More than this share of sample points outside the skin blocks. Convention."""

_RIB = re.compile(r"\brib (\d+)\b|\b(\d+)(?:st|nd|rd|th)? rib\b")
_VERTEBRA = re.compile(r"\bvertebra ([ctl])(\d+)\b|\b([ctl])(\d+) vertebra\b")
_SPINE = re.compile(r"\b(vertebrae?|vertebral column|spine|sacrum)\b")
_NOT_BONE = re.compile(r"\b(artery|arteries|veins?|nerves?|muscles?|ligaments?|disc|cartilage)\b")


def midline_x(structures: Mapping[str, Structure]) -> float | None:
    """Return x of the midline: half-way between paired bones, else through unpaired ones.

    Twins of other systems say nothing: the left ventricle is no mirror image of the right one.
    ``None`` without any such bone.
    """
    twins = [pair for pair in _twins(structures) if pair[0].system in ("bone", "cartilage")]
    if twins:
        return float(np.median([(_centre(a)[0] + _centre(b)[0]) / 2.0 for a, b in twins]))
    bones = [_centre(s)[0] for s in structures.values() if s.side == "mid" and s.system == "bone"]
    return float(np.median(bones)) if bones else None


def check_whole_body(structures: Mapping[str, Structure]) -> list[Finding]:
    """Run every test of `TESTS`; world frame (LPS), mm.

    Returns
    -------
    list of Finding
        ``structure`` is empty. ``block`` with the reason where a test fails; ``info`` where the
        body has nothing to test it on; nothing where it passes.
    """
    usable = {
        key: s
        for key, s in structures.items()
        if len(s.surface.triangles) and np.isfinite(s.surface.points).all()
    }
    findings = []
    for name, test in TESTS:
        severity, message = test(usable)
        if message:
            findings.append(Finding("", name, message, severity))
    return findings


Outcome = tuple[str, str]
_PASSED: Outcome = ("", "")


def _untested(what: str) -> Outcome:
    return "info", f"not tested: the body has no {what}"


def _size(structures: Mapping[str, Structure]) -> Outcome:
    if not structures:
        return "block", "the body has no usable structure"
    bounds = np.stack([s.surface.bounds for s in structures.values()])
    size = float((bounds[:, 1].max(axis=0) - bounds[:, 0].min(axis=0)).max())
    has_skin = any(s.system == "skin" for s in structures.values())
    smallest = SMALLEST_BODY_MM if has_skin else SMALLEST_SET_MM
    if smallest <= size <= LARGEST_BODY_MM:
        return _PASSED
    return "block", (
        f"the body measures {size:.3g} mm; expected {smallest:.0f} to "
        f"{LARGEST_BODY_MM:.0f} mm: its units are wrong"
    )


def _heart_left(structures: Mapping[str, Structure]) -> Outcome:
    heart = _named(structures, r"^heart\b", ("organ", "other", "muscle")) or _named(
        structures, r"\b(left|right) (ventricle|atrium)\b", ("organ", "other", "muscle")
    )
    if not heart:
        return _untested("heart")
    middle = midline_x(structures)
    if middle is None:
        return _untested("bone that shows the midline")
    offset = _together(heart)[0] - middle
    if offset > 0.0:
        return _PASSED
    return "block", (
        f"the heart lies {-offset:.0f} mm right of the midline; expected left: the body is "
        "mirrored or its frame is not what it declares"
    )


def _liver_right(structures: Mapping[str, Structure]) -> Outcome:
    liver = _named(structures, r"^liver\b|\bsegment of liver\b", ("organ", "other"))
    if not liver:
        return _untested("liver")
    middle = midline_x(structures)
    if middle is None:
        return _untested("bone that shows the midline")
    offset = _together(liver)[0] - middle
    if offset < 0.0:
        return _PASSED
    return "block", (
        f"the liver lies {offset:.0f} mm left of the midline; expected right: the body is mirrored "
        "or its frame is not what it declares"
    )


def _sides(structures: Mapping[str, Structure]) -> Outcome:
    twins = _twins(structures)
    if not twins:
        return _untested("pair of left and right structures")
    swapped = [a.id for a, b in twins if _centre(a)[0] < _centre(b)[0] - SWAP_DOUBT_MM]
    if not swapped:
        return _PASSED
    return "block", (
        f"{len(swapped)} of {len(twins)} pairs have left and right swapped, {swapped[0]} among them"
    )


def _spine_behind(structures: Mapping[str, Structure]) -> Outcome:
    bones = _named(structures, r"\b(sternum|manubrium)\b", ("bone",))
    spine = [s for s in structures.values() if s.system == "bone" and _SPINE.search(fold(s.name))]
    if not bones or not spine:
        return _untested("sternum and spine")
    ahead = _together(bones)[1] - _together(spine)[1]
    if ahead < 0.0:
        return _PASSED
    return "block", (
        f"the spine lies {ahead:.0f} mm in front of the sternum; expected behind: the frame's "
        "second axis is not posterior"
    )


def _ribs_descend(structures: Mapping[str, Structure]) -> Outcome:
    """Compare the tops of the ribs: their heads, which stand in order whatever the rib's slope."""
    tops: dict[tuple[str, int], float] = {}
    for s in structures.values():
        if s.system == "bone" and s.side in ("left", "right"):
            number = rib_number(s)
            if number:
                tops[s.side, number] = float(s.surface.bounds[1, 2])
    chains = {
        side: sorted((n, z) for (where, n), z in tops.items() if where == side)
        for side in ("left", "right")
    }
    if all(len(chain) < 2 for chain in chains.values()):
        return _untested("ribs with a number")
    for side, chain in chains.items():
        for (upper, high), (lower, low) in zip(chain, chain[1:], strict=False):
            if low >= high:
                return "block", (
                    f"{side} rib {lower} reaches {low - high:.0f} mm above rib {upper}; expected "
                    "ribs in order downwards: the ribs are misnamed or the body is upside down"
                )
    return _PASSED


def _cranial_up(structures: Mapping[str, Structure]) -> Outcome:
    levels = [
        ("ctl".index(region) * 20 + number, float(_centre(s)[2]))
        for s in structures.values()
        if s.system == "bone"
        for region, number in [vertebra_level(s)]
        if region
    ]
    if len(levels) < 2:
        head = _named(structures, r"\bclavicle\b|\brib 1\b|\bfirst rib\b", ("bone",))
        foot = _named(structures, r"\bsacrum\b|\bhip bone\b|\brib 12\b|\btwelfth rib\b", ("bone",))
        if not head or not foot:
            return _untested("two vertebrae, nor shoulder and pelvis")
        levels = [(0, float(_together(head)[2])), (1, float(_together(foot)[2]))]
    levels.sort()
    if levels[0][1] > levels[-1][1]:
        return _PASSED
    return "block", (
        "the upper bones lie below the lower ones; expected the head end up: the frame's third "
        "axis is not superior"
    )


def _skin_encloses(structures: Mapping[str, Structure]) -> Outcome:
    skins = [s for s in structures.values() if s.system == "skin"]
    inner = [s for s in structures.values() if s.system in ("bone", "organ", "pleura", "cartilage")]
    if not skins or not inner:
        return _untested("skin with something inside")
    skin = max(skins, key=lambda s: len(s.surface.triangles))
    low, high = skin.surface.bounds
    within = [
        s for s in inner if (s.surface.bounds[0, 2] < high[2] and s.surface.bounds[1, 2] > low[2])
    ]  # parts above or below a torso that is cut off have nothing to be enclosed by
    if not within:
        return "block", "no part of the body lies at the height of the skin; a part is misplaced"
    tried = within[:: -(-len(within) // MOST_SAMPLES)]
    samples = np.stack([_inner_sample(s, low[2], high[2]) for s in tried])
    outside = winding(skin.surface, samples) < 0.5
    names = [s.id for s, out in zip(tried, outside, strict=True) if out]
    if len(names) > OUTSIDE_SHARE * len(tried):
        return "block", (
            f"{len(names)} of {len(tried)} parts lie outside the skin, {names[0]} among them; "
            "expected the skin to enclose the rest: check frame and units of the skin"
        )
    beyond = [
        s.id
        for s in within
        if (s.surface.bounds[0, :2] < low[:2] - SKIN_DOUBT_MM).any()
        or (s.surface.bounds[1, :2] > high[:2] + SKIN_DOUBT_MM).any()
    ]
    doubtful = sorted(set(names) | set(beyond))
    if not doubtful:
        return _PASSED
    more = f" and {len(doubtful) - 3} more" if len(doubtful) > 3 else ""
    return "warning", f"these reach out of the skin: {', '.join(doubtful[:3])}{more}"


TESTS: tuple[tuple[str, Callable[[Mapping[str, Structure]], Outcome]], ...] = (
    ("body size", _size),
    ("left and right", _sides),
    ("heart left", _heart_left),
    ("liver right", _liver_right),
    ("spine behind sternum", _spine_behind),
    ("ribs in order", _ribs_descend),
    ("cranial up", _cranial_up),
    ("skin encloses", _skin_encloses),
)
"""Name and function of every whole-body test; a function returns severity and sentence."""


def rib_number(structure: Structure) -> int:
    """Return the number of a rib from its id or name; 0 if it is not a rib."""
    for text in (fold(structure.id), fold(structure.name)):
        match = None if _NOT_BONE.search(text) else _RIB.search(text)
        if match:
            return int(match.group(1) or match.group(2))
    return 0


def vertebra_level(structure: Structure) -> tuple[str, int]:
    """Return region ``c``, ``t`` or ``l`` and number of a vertebra; ``("", 0)`` if it is none."""
    for text in (fold(structure.id), fold(structure.name)):
        match = None if _NOT_BONE.search(text) else _VERTEBRA.search(text)
        if match:
            return match.group(1) or match.group(3), int(match.group(2) or match.group(4))
    return "", 0


def _named(
    structures: Mapping[str, Structure], pattern: str, systems: tuple[str, ...]
) -> list[Structure]:
    search = re.compile(pattern).search
    return [
        s
        for s in structures.values()
        if s.system in systems and (search(fold(s.id)) or search(fold(s.name)))
    ]


def _centre(structure: Structure) -> NDArray[np.float64]:
    middle: NDArray[np.float64] = structure.surface.bounds.mean(axis=0)
    return middle


def _together(structures: list[Structure]) -> NDArray[np.float64]:
    """Mean of all points that triangles use: where the mass of the parts is, roughly."""
    used = [s.surface.points[np.unique(s.surface.triangles)] for s in structures]
    mean: NDArray[np.float64] = np.concatenate(used).mean(axis=0)
    return mean


def _twins(structures: Mapping[str, Structure]) -> list[tuple[Structure, Structure]]:
    """Left and right structures whose ids differ in that word only."""
    pairs = []
    for key, left in structures.items():
        if left.side == "left" and "left" in key:
            right = structures.get(key.replace("left", "right"))
            if right is not None and right.side == "right":
                pairs.append((left, right))
    return pairs


def _inner_sample(structure: Structure, low: float, high: float) -> NDArray[np.float64]:
    """Return the surface point nearest to the part's centre, at the height of the skin."""
    points = structure.surface.points[np.unique(structure.surface.triangles)]
    kept = points[(points[:, 2] >= low) & (points[:, 2] <= high)]
    points = kept if len(kept) else points
    nearest: NDArray[np.float64] = points[
        int(np.argmin(((points - points.mean(axis=0)) ** 2).sum(axis=1)))
    ]
    return nearest
