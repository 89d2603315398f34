"""The report card in one sentence, the same in the window, on the command line and in reports."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from viewer.i18n.text import tr

if TYPE_CHECKING:
    from zones.report_card import ReportCard


def card_sentence(card: ReportCard) -> str:
    """Say in one line how the body compares with published measurements.

    Of a calibrated copy the line goes on with what was thinned, and the depths before and after.
    """
    said = _compared(card)
    return tr("{card}; {copy}", card=said, copy=card.calibrated) if card.calibrated else said


def _up(deviation_mm: float) -> str:
    """Write a deviation in whole mm, rounded up: no digit is kinder than the number."""
    return f"{math.ceil(abs(deviation_mm) - 1e-9)}"


def _compared(card: ReportCard) -> str:
    worst = card.worst
    if worst is None or worst.deviation is None:
        return tr("This body could not be compared with published measurements.")
    mm = _up(worst.deviation)
    regions = {
        "posterior_wall": tr("posterior chest wall"),
        "anterior_wall": tr("anterior chest wall"),
        "shoulder": tr("wall over the lung apex"),
        "pleural_edge": tr("pleural edge"),
        "spine": tr("spine"),
    }
    region = regions[worst.region]
    if card.verdict == "too_deep":
        return tr(
            "{region} {mm} mm deeper than measured in people: limit depths here are optimistic",
            region=region[:1].upper() + region[1:],
            mm=mm,
        )
    if card.verdict == "edge_too_high":
        deep = [s for s in card.sites if s.dangerous and s.region != "pleural_edge"]
        more = ""
        if deep:
            wall = max(deep, key=lambda s: s.deviation or 0.0)
            more = tr(
                "; {region} {mm} mm too deep",
                region=regions[wall.region],
                mm=_up(wall.deviation or 0.0),
            )
        return tr(
            "Pleura ends {mm} mm above its published edge{more}: limit depths here are optimistic",
            mm=mm,
            more=more,
        )
    if card.verdict == "deviates":
        return tr("Largest deviation from published measurements: {region}, {mm} mm",
                  region=region, mm=mm)  # fmt: skip
    return tr("Within published measurements at every site compared (largest: {region}, {mm} mm)",
              region=region, mm=mm)  # fmt: skip
