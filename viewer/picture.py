"""The view as a picture for others: scene, and below it verdict, body and notice. Drawn by Qt.

What leaves the program says what it is: no picture without the intended use, and the text stands
in the file as well.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QImage, QPainter

from viewer import describe
from viewer.assessing import current
from viewer.i18n.text import is_right_to_left, tr
from viewer.notices_text import notice
from viewer.scene.still import body_line
from viewer.theme.palette import VERDICT_FILL
from viewer.theme.style import theme

Window = Any
"""`viewer.window.Window`, which saves pictures and therefore imports this module."""

_FAMILIES = ["Inter", "Segoe UI", "SF Pro Text", "Helvetica Neue", "Noto Sans", "DejaVu Sans"]
_STRIPE, _EDGE = 12, 26


def picture_of(window: Window) -> QImage:
    """Return the view with its foot; the file's text holds the notice."""
    rows = window.canvas.screenshot()
    height, width = rows.shape[:2]
    scene = QImage(rows.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    foot = foot_of(window, width)
    made = QImage(width, height + foot.height(), QImage.Format.Format_RGB32)
    painter = QPainter(made)
    painter.drawImage(0, 0, scene)
    painter.drawImage(0, height, foot)
    painter.end()
    made.setText("Software", "Needlewise")
    made.setText("Disclaimer", notice())
    return made


def foot_of(window: Window, width: int) -> QImage:
    """Return the band below the scene: verdict with its reason, whose body, what it is not for."""
    bench = window.bench
    planned = bench.desk.planned
    found = current(bench.session, planned.id) if planned else None
    if found is not None:
        word, why = describe.verdict_word(found.verdict), describe.reason(found)
        state = found.verdict.value
    else:
        word, why = (tr("Computing…") if planned else tr("No needle")), ""
        state = "computing" if planned else "none"
    texts = [(word, 22, 700), (why, 14, 400), (body_line(bench.session.body), 12, 400),
             (notice(), 12, 400)]  # fmt: skip
    return _foot([t for t in texts if t[0]], state, width)


def _foot(texts: list[tuple[str, int, int]], state: str, width: int) -> QImage:
    room = width - 2 * _EDGE - _STRIPE
    lines, top = [], 12
    for text, size, weight in texts:
        font = QFont()
        font.setFamilies(_FAMILIES)
        font.setPixelSize(size)
        font.setWeight(QFont.Weight(weight))
        flags = Qt.TextFlag.TextWordWrap.value
        box = QFontMetrics(font).boundingRect(QRect(0, 0, room, 9999), flags, text)
        lines.append((text, font, QRect(_EDGE, top, room, box.height())))
        top += box.height() + 4
    image = QImage(width, top + 8, QImage.Format.Format_RGB32)
    image.fill(QColor(theme().card))
    painter = QPainter(image)
    painter.setPen(QColor(theme().text))
    if is_right_to_left():
        painter.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    for text, font, box in lines:
        painter.setFont(font)
        painter.drawText(box, Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignLeading, text)
    stripe = QRect(0, 0, _STRIPE, image.height())
    painter.fillRect(stripe, QColor(VERDICT_FILL.get(state, theme().border)))
    if state in ("not_assessed", "computing"):
        painter.fillRect(stripe, QBrush(QColor(255, 255, 255, 120), Qt.BrushStyle.BDiagPattern))
    painter.end()
    return image
