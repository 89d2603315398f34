"""What stands on the polar map besides its colours: rings, letters, a sentence in the middle."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from viewer.i18n.text import tr
from viewer.theme.style import font, px, theme
from zones.angles import skin_frame
from zones.cone import HALF_ANGLE_DEG, SafeCone

Spot = Callable[[float, float], QPointF]
"""Where a tilt and an azimuth, degrees, are on the disc."""
_RINGS_DEG = (20, 40, 60, 80)


def paint_rings(painter: QPainter, box: QRectF, spot: Spot) -> None:
    """Draw a ring every 20° of tilt, the lines of azimuth, and azimuth zero in bold."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(15, 20, 28, 95), 1))
    for tilt in _RINGS_DEG[:-1]:
        out = tilt / HALF_ANGLE_DEG * box.width() / 2
        painter.drawEllipse(box.center(), out, out)
    for azimuth in (90, 180, 270):
        painter.drawLine(spot(8, azimuth), spot(HALF_ANGLE_DEG, azimuth))
    painter.setPen(QPen(QColor(15, 20, 28, 200), 2))
    painter.drawLine(spot(4, 0), spot(HALF_ANGLE_DEG, 0))  # azimuth zero
    painter.setFont(font(9.5, 600))
    for tilt in _RINGS_DEG[:-1]:
        place = spot(tilt, 315)
        text = f"{tilt}°"
        wide = painter.fontMetrics().horizontalAdvance(text)
        plate = QRectF(place.x() - wide / 2 - 2, place.y() - px(6), wide + 4, px(12))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255, 190))
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(QColor("#14202E"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def paint_words(painter: QPainter, box: QRectF, width: float, cone: SafeCone | None) -> None:
    """Write around the disc where azimuth 0, 90, 180 and 270 lean to."""
    painter.setFont(font(10.5, 600))
    painter.setPen(QColor(theme().text))
    tall = painter.fontMetrics().height()
    right, up = box.right() + px(4), box.top() - px(3) - tall
    words = _letters(cone)
    align = Qt.AlignmentFlag
    middle = box.center()
    for at, text, how in (
        (QRectF(middle.x() - px(90), up, px(180), tall), words[0], align.AlignHCenter),
        (QRectF(0, middle.y() - tall / 2, box.left() - px(4), tall), words[1],
         align.AlignRight),
        (QRectF(middle.x() - px(90), box.bottom() + px(3), px(180), tall), words[2],
         align.AlignHCenter),
        (QRectF(right, middle.y() - tall / 2, width - right, tall), words[3],
         align.AlignLeft),
    ):  # fmt: skip
        painter.drawText(at, how | align.AlignVCenter, text)


def _letters(cone: SafeCone | None) -> tuple[str, str, str, str]:
    """Azimuth 0, 90, 180, 270 with the subject's side each leans to."""
    names = ((tr("L"), tr("R")), (tr("P"), tr("A")), (tr("S"), tr("I")))
    if cone is None:
        return "0°", "90°", "180°", "270°"
    _, zero, quarter = skin_frame(cone.normal)
    found = []
    for azimuth, way in ((0, zero), (90, quarter), (180, -zero), (270, -quarter)):
        axis = int(np.argmax(np.abs(way)))
        found.append(f"{azimuth}° {names[axis][0 if way[axis] > 0 else 1]}")
    return found[0], found[1], found[2], found[3]


def paint_note(painter: QPainter, box: QRectF, width: float, text: str) -> None:
    """Write a sentence on a plate in the middle of the disc."""
    painter.setFont(font(11.5, 600))
    wide = max(min(width - px(8), px(190)), px(90))
    room = QRectF(0, 0, wide, px(120))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    found = painter.fontMetrics().boundingRect(room.toRect(), flags, text)
    plate = QRectF(0, 0, found.width() + px(16), found.height() + px(10))
    plate.moveCenter(box.center())
    painter.setPen(QPen(QColor(theme().border), 1))
    painter.setBrush(QColor(theme().card))
    painter.drawRoundedRect(plate, px(6), px(6))
    painter.setPen(QColor(theme().text))
    painter.drawText(plate, flags, text)
