"""Drifts and probabilities in words: certified bounds rounded towards danger. No Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence

from viewer import describe
from viewer.i18n.text import tr
from viewer.sampled_words import contribution_name, range_text, share_text
from zones.sampling import Sampled
from zones.tolerance import MOST_ANGLE_DEG, MOST_DEPTH_MM, MOST_ENTRY_MM, Drift, Tolerance

_HAIR = 1e-9
"""A bound is certified to the last bit: 45° may be a bit less, and is still written as 45.0."""


def down(value: float) -> str:
    """A certified bound: rounded down."""
    return describe.clearance_text(value)


def up(value: float) -> str:
    """A drift that was measured to lose: rounded up, where it still loses."""
    return describe.number(math.ceil(value * 10.0 - 1e-9) / 10.0)


def kept_text(drift: Drift, unit: str) -> str:
    """The certified bound with its unit."""
    return tr("{number} {unit}", number=down(drift.kept + _HAIR), unit=unit)


def lost_text(drift: Drift, unit: str, most: float) -> str:
    """The measured drift that loses a margin; a dash, or that none does as far as was followed."""
    if drift.lost is not None:
        return tr("{number} {unit}", number=up(drift.lost), unit=unit)
    if drift.kept + _HAIR >= most:
        return tr("none up to {number} {unit}", number=down(most), unit=unit)
    return describe.NONE


def rows(found: Tolerance) -> list[tuple[str, Drift, str, str]]:
    """Name, drift, certified and lost text of each single drift."""
    made = []
    for name, drift, unit, most in (
        (tr("Entry point"), found.entry, tr("mm"), MOST_ENTRY_MM),
        (tr("Angle"), found.angle, tr("°"), MOST_ANGLE_DEG),
        (tr("Depth"), found.depth, tr("mm"), MOST_DEPTH_MM),
    ):
        made.append((name, drift, kept_text(drift, unit), lost_text(drift, unit, most)))
    return made


def joint_text(found: Tolerance, scale: float, lost: bool = False) -> str:
    """All three at once, for a scale of the shares."""
    write = up if lost else down
    entry, angle, depth = (write(share * scale) for share in found.shares)
    return tr("{entry} mm, {angle}°, {depth} mm", entry=entry, angle=angle, depth=depth)


def sampled_lines(found: Sampled, who: str) -> list[str]:
    """What drawn needles say: ranges with their worst, shares with their intervals."""
    lines = [
        tr("Breach: {share}", share=share_text(found.breach)),
        tr("A margin lost: {share}", share=share_text(found.tally.margin_lost)),
        tr("Least clearance: {range} mm", range=range_text(found.least)),
    ]
    if found.influences:
        first = found.influences[0]
        lines.append(
            tr("Takes most: {name}, {loss} mm off the 5th percentile",
               name=contribution_name(first.id), loss=describe.number(first.loss))
        )  # fmt: skip
    return [*lines, *_basis(found, who)]


def _basis(found: Sampled, who: str) -> Sequence[str]:
    left_out = ", ".join(contribution_name(i) for i in found.not_assessed)
    lines = [
        tr("{n} drawn needles, seed {seed}; middle nine tenths with the worst, intervals 95 %.",
           n=found.n, seed=found.seed),
        tr("Shares of drawn needles in the model {who}, not a chance in any person.", who=who),
    ]  # fmt: skip
    if left_out:
        lines.append(tr("Not assessed: {names}.", names=left_out))
    return lines
