"""Answers around a needle in words: one direction, one point of the skin, a drift. No Qt.

Limits are rounded down; what was not assessed is said first and never reads as clear.
"""

from __future__ import annotations

import math

from viewer import describe
from viewer.i18n.text import tr, trn
from viewer.reading import Reading
from zones.danger import DangerZone
from zones.zone_reach import LineState


def angles_text(tilt_deg: float, azimuth_deg: float) -> str:
    """Write a direction by its angles; straight in has no azimuth."""
    if tilt_deg < 0.05:
        return tr("Straight in")
    return tr("Tilt {tilt}°, azimuth {azimuth}°", tilt=describe.number(tilt_deg),
              azimuth=f"{azimuth_deg % 360.0:.0f}")  # fmt: skip


def zone_words(zone: DangerZone | None) -> str:
    """Name a zone with its side, said once; a dash for none."""
    if zone is None:
        return describe.NONE
    return describe.zone_name(zone)


def limit_words(limit: float, state: int, max_depth: float) -> str:
    """Write a limit depth, or why there is no number."""
    if state == LineState.UNKNOWN:
        return tr("not assessed")
    if state == LineState.LIMITED:
        return tr("{mm} mm", mm=describe.limit_text(limit))
    if state == LineState.LEAVES:
        return tr("no conflict found in model")
    return tr("beyond {mm} mm", mm=describe.number(max_depth, 0))


def limit_lines(
    limit: float, state: int, leaves_at: float, zone: DangerZone | None, not_assessed: int,
    max_depth: float,
) -> list[str]:  # fmt: skip
    """Say what limits a line, where it leaves the body, and for whom the limit does not speak."""
    lines = []
    if state == LineState.UNKNOWN:
        lines.append(tr("No assessed zone is met, but unknown is not clear."))
    elif zone is not None:
        lines.append(zone_words(zone))
    if math.isfinite(leaves_at) and (state != LineState.LIMITED or leaves_at < limit):
        lines.append(tr("Leaves the body at {mm} mm", mm=describe.limit_text(leaves_at)))
    if not_assessed:
        lines.append(unknown_words(not_assessed))
    return lines


def reading_lines(found: Reading) -> list[str]:
    """Say what limits one direction."""
    return limit_lines(found.limit, found.state, found.leaves_at, found.zone, found.not_assessed,
                       found.max_depth)  # fmt: skip


def limit_title(not_assessed: int) -> str:
    """Name a limit depth so that it never speaks for a zone that was not assessed."""
    return tr("Limit depth (assessed zones)") if not_assessed else tr("Limit depth")


def unknown_words(count: int) -> str:
    """Say that zones are not assessed."""
    return trn("{count} zone not assessed", "{count} zones not assessed", count)
