"""Places painted by hand follow the direction of the language: left becomes right in a frame."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt


def placed(box: QRectF, within: QRect | QRectF, direction: Qt.LayoutDirection) -> QRectF:
    """Return a box, laid out from left to right, where it lies in this direction."""
    if direction != Qt.LayoutDirection.RightToLeft:
        return box
    frame = QRectF(within)
    return QRectF(frame.left() + frame.right() - box.right(), box.top(), box.width(), box.height())
