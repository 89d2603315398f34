"""Trigger points in words: why one cannot be placed, what its depth rests on. No Qt.

For the window, the command line and reports alike. Whatever a source or a convention says of a
depth is called by that name; no wording here turns it into advice.
"""

from __future__ import annotations

from viewer import describe
from viewer.i18n.text import tr
from zones import points
from zones.point_catalogue import TriggerPoint
from zones.points import ResolvedPoint


def reason_text(found: ResolvedPoint) -> str:
    """Say why a point is not placed, not over its muscle or blocked; empty if nothing is wrong."""
    detail = found.detail
    texts = {
        "": "",
        points.NO_MUSCLE: tr("the body does not have this muscle"),
        points.LANDMARK_MISSING: tr("not on this body: {names} not found", names=detail),
        points.NO_SKIN: tr("the body has no skin to enter"),
        points.IN_THE_WAY: tr(
            "not on this body: {mm} mm from the anchor to the skin, something lies between",
            mm=detail,
        ),
        points.POSTURE: tr("not reached in this posture: {place}", place=tr(detail)),
        points.NOT_OVER_MUSCLE: tr("neither the skin normal nor the approach meets the muscle"),
        points.NOT_RECOMMENDED: tr("not recommended: {why}", why=tr(detail)),
    }
    if found.reason == points.NO_MUSCLE and not found.on_body:
        return tr("not on this body: it does not have this muscle")
    return texts[found.reason]


def band_text(band: tuple[float, float]) -> str:
    """Write a depth band in whole mm, without its unit; one that has no width as its end."""
    low, high = (describe.number(value, 0) for value in band)
    return tr("to {high}", high=high) if low == high else f"{low}–{high}"


def depth_text(point: TriggerPoint) -> str:
    """Write the depth band with its basis, never a single depth."""
    depth = point.depth
    if depth is None:
        return tr("none: blocked from planning")
    band = tr(
        "{band} mm {how}",
        band=band_text((depth.low_mm, depth.max_mm)),
        how=tr("at right angles to the skin") if depth.perpendicular else tr("along the needle"),
    )
    return tr("{band}; basis: {basis} ({note})", band=band, basis=tr(depth.basis),
              note=tr(depth.note))  # fmt: skip


def needle_text(point: TriggerPoint) -> str:
    """Write the named needles: diameters × lengths, mm; a dash where there is none."""
    needle = point.needle
    if needle is None:
        return describe.NONE
    diameters = _range(needle.diameters, 2)
    if needle.below is not None:
        return tr("{diameter} × below {length} mm", diameter=diameters,
                  length=describe.number(needle.below, 0))  # fmt: skip
    return tr("{diameter} × {length} mm", diameter=diameters, length=_range(needle.lengths, 0))


def _range(values: tuple[float, ...], decimals: int) -> str:
    low, high = describe.number(min(values), decimals), describe.number(max(values), decimals)
    return low if low == high else f"{low}–{high}"


def technique_text(point: TriggerPoint) -> str:
    """Write the technique's tokens; says where a lifted fold is not modelled."""
    words = ", ".join(tr(token) for token in point.technique) or describe.NONE
    if point.fold:
        return tr(
            "{words}; the lifted fold is not modelled, the line is drawn at rest", words=words
        )
    return words
