"""Painting of the slice: bands, danger outlines, names, ruler, needle. Millimetres in, pixels out.

Bands are painted once per slice into a picture of their own; the needle, its limit and the names
are painted over it each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QByteArray, QDataStream, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from meshes.section import Section
from viewer.appearance import Color
from viewer.i18n.text import tr
from viewer.section_slice import ABOVE_MM, SKIN_SHOWN_MM, Piece, Slice
from viewer.theme.style import font, px, theme

Vector = NDArray[np.float64]
_STEPS = (1, 2, 5, 10, 20, 50)
INK, PAPER = QColor("#10171F"), QColor("#FFFFFF")
UNNAMED = QColor("#CFC6BC")
"""Ground of tissue that no structure of the body holds."""


@dataclass(frozen=True)
class Scale:
    """Between plane coordinates and pixels: ``px_per_mm``, entry point at (``x``, ``y``)."""

    px_per_mm: float
    x: float
    y: float

    @classmethod
    def of(cls, width: float, height: float, tall: float, shift: float = 0.0) -> Scale:
        """The picture shows ``tall`` mm; its middle is ``shift`` mm beside the entry point."""
        scale = height / tall
        return cls(scale, width / 2 - shift * scale, ABOVE_MM * scale)

    def point(self, flat: ArrayLike) -> QPointF:
        """Plane coordinates (2,) → pixels."""
        u, v = np.asarray(flat, dtype=np.float64)
        return QPointF(self.x + u * self.px_per_mm, self.y + v * self.px_per_mm)

    def flat(self, at: QPointF) -> Vector:
        """Pixels → plane coordinates (2,)."""
        return np.array([(at.x() - self.x) / self.px_per_mm, (at.y() - self.y) / self.px_per_mm])


def outline(section: Section, scale: Scale) -> QPainterPath:
    """The section as a path; what lies between its loops is inside."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    pixels = section.points * scale.px_per_mm + (scale.x, scale.y)
    for a, b in zip(section.starts[:-1], section.starts[1:], strict=True):
        path.addPolygon(_polygon(_thinned(pixels[a:b])))
        if section.closed:
            path.closeSubpath()
    return path


def _thinned(loop: Vector) -> Vector:
    """Leave out points that repeat the same third of a pixel."""
    if len(loop) < 8:
        return loop
    cells = np.rint(loop * 3.0)
    kept = np.ones(len(loop), dtype=bool)
    kept[1:] = (cells[1:] != cells[:-1]).any(axis=1)
    return loop[kept]


def _polygon(points: Vector) -> QPolygonF:
    """Many points at once: Qt reads them as a stream, not one by one."""
    head = np.array([len(points)], dtype=">u4").tobytes()
    stream = QDataStream(QByteArray(head + points.astype(">f8").tobytes()))
    made = QPolygonF()
    stream >> made
    return made


def paint_bands(
    painter: QPainter, made: Slice, scale: Scale, color_of: Callable[[str], Color]
) -> None:
    """Fill every piece in its tissue's colour, with a fine dark edge."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for piece in made.pieces:
        color = QColor.fromRgbF(*color_of(piece.structure_id))
        path = outline(piece.section, scale)
        if piece.is_skin and piece.section.closed:
            _paint_skin(painter, path, color, scale)
            continue
        painter.setPen(QPen(color.darker(150), 0.9))
        painter.setBrush(color if piece.section.closed else Qt.BrushStyle.NoBrush)
        painter.drawPath(path)


def _paint_skin(painter: QPainter, path: QPainterPath, color: QColor, scale: Scale) -> None:
    """A band below the surface; deeper, the plain ground of tissue that is in no structure."""
    painter.fillPath(path, UNNAMED)
    painter.save()
    painter.setClipPath(path)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 2 * SKIN_SHOWN_MM * scale.px_per_mm))
    painter.drawPath(path)
    painter.restore()
    painter.setPen(QPen(color.darker(150), 0.9))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def paint_zones(
    painter: QPainter,
    made: Slice,
    scale: Scale,
    marks: Mapping[str, QColor],
    band: tuple[frozenset[str], float, QColor] | None,
) -> None:
    """Outline what belongs to danger zones; ``band`` is the deciding zone's margin around it."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pieces = {piece.structure_id: piece for piece in made.pieces}
    if band is not None:
        ids, margin, color = band
        paths = [outline(pieces[key].section, scale) for key in sorted(ids & pieces.keys())]
        painter.save()
        for path in paths:  # the band lies around the zone, not in it
            around = QPainterPath()
            around.addRect(QRectF(painter.viewport()))
            around.addPath(path)
            painter.setClipPath(around, Qt.ClipOperation.IntersectClip)
        color.setAlphaF(0.42)
        pen = QPen(color, 2 * margin * scale.px_per_mm)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        together = QPainterPath()
        for path in paths:
            together.addPath(path)
        painter.drawPath(together)  # one stroke: where bands meet, the tint stays the same
        painter.restore()
    for key, color in marks.items():
        if key not in pieces:
            continue
        path = outline(pieces[key].section, scale)
        for tone, width in ((INK, px(3.4)), (color, px(2.0))):
            painter.setPen(QPen(tone, width))
            painter.drawPath(path)


def paint_ruler(painter: QPainter, made: Slice, scale: Scale, height: float) -> None:
    """Millimetres down the left edge, from the entry point, and letters of the directions."""
    painter.setFont(font(10.5, 600))
    metrics = QFontMetricsF(painter.font())
    step = next((s for s in _STEPS if s * scale.px_per_mm >= px(22)), _STEPS[-1])
    deepest = int((height - scale.y) / scale.px_per_mm)
    strip = QColor(theme().card)
    strip.setAlphaF(0.82)
    painter.fillRect(QRectF(0, 0, px(36), height), strip)
    painter.setPen(QPen(QColor(theme().text), 1))
    unit = QRectF(0, px(4), px(36), metrics.height())
    painter.drawText(unit, Qt.AlignmentFlag.AlignHCenter, tr("mm"))
    for mark in range(0, deepest + 1, step):
        y = scale.y + mark * scale.px_per_mm
        painter.drawLine(QLineF(px(29), y, px(36), y))
        if y + metrics.height() / 2 < height:
            box = QRectF(0, y - metrics.height() / 2, px(27), metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight, str(mark))
        for tenth in range(1, 5 if step < 10 else 10):
            minor = y + tenth * step * scale.px_per_mm / (5 if step < 10 else 10)
            if minor < height:
                painter.drawLine(QLineF(px(33), minor, px(36), minor))


def paint_edges(painter: QPainter, made: Slice, width: float) -> list[QRectF]:
    """Say which way left and right lie; returns where that is written."""
    painter.setFont(font(13, 800))
    boxes = []
    for text, left in ((made.edges[0], px(40)), (made.edges[1], width - px(22))):
        box = QRectF(left, px(3), px(18), px(18))
        plate(painter, box, tr(text))
        boxes.append(box)
    return boxes


def plate(painter: QPainter, box: QRectF, text: str, bold: bool = False) -> None:
    """Write on a plate that can be read over any tissue."""
    ground = QColor(theme().card)
    ground.setAlphaF(0.88)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, px(3), px(3))
    painter.setPen(QColor(theme().text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


@dataclass(frozen=True)
class Name:
    """A name and its place. ``lead`` is where a line points to, ``None`` inside the piece."""

    text: str
    box: QRectF
    piece: Piece
    lead: QPointF | None = None


def place_names(
    made: Slice,
    scale: Scale,
    size: tuple[float, float],
    name_of: Callable[[str], str],
    first: Sequence[str],
    taken: Sequence[QRectF],
) -> list[Name]:
    """Names inside their pieces where they fit, else in a column at the edge with a line.

    ``first`` are the ids that must not go without a name while there is room; ``taken`` is where
    nothing may be written. No two names overlap.
    """
    metrics = QFontMetricsF(font(11, 600))
    tall = metrics.height() + px(2)
    used, inside, column = list(taken), [], []
    order = {key: k for k, key in enumerate(first)}
    ranked = sorted(
        enumerate(made.pieces),
        key=lambda item: (order.get(item[1].structure_id, len(order)), -item[1].room),
    )
    for number, piece in ranked:
        urgent = piece.structure_id in order
        if piece.room * scale.px_per_mm < (px(1) if urgent else px(4)):
            continue
        text = name_of(piece.structure_id)
        wide = metrics.horizontalAdvance(text) + px(8)
        box = _inside(made, number, scale, wide, tall, used)
        if box is not None:
            inside.append(Name(text, box, piece))
            used.append(box)
        elif len(column) < max(2, int(size[1] / tall / 2)):
            column.append((piece, text, wide))
    return inside + _column(column, scale, size, tall, used)


def _inside(
    made: Slice, number: int, scale: Scale, wide: float, tall: float, used: Sequence[QRectF]
) -> QRectF | None:  # fmt: skip
    if made.pieces[number].room * scale.px_per_mm < (tall - px(4)) / 2:
        return None  # thinner than a letter everywhere
    spots = made.room_for(number, wide / scale.px_per_mm, (tall - px(4)) / scale.px_per_mm)
    for spot in spots[:: max(1, len(spots) // 40)]:
        at = scale.point(spot)
        box = QRectF(at.x() - wide / 2, at.y() - tall / 2, wide, tall)
        if not any(box.intersects(other) for other in used):
            return box
    return None


def _column(
    rows: list[tuple[Piece, str, float]], scale: Scale, size: tuple[float, float], tall: float,
    used: Sequence[QRectF],
) -> list[Name]:  # fmt: skip
    """Stack names at the nearer edge, by the height of what they name; without room they fall."""
    placed: list[Name] = []
    bottom, blocked = size[1] - px(3), list(used)
    for piece, text, wide in sorted(rows, key=lambda row: float(row[0].spot[1])):
        at = scale.point(piece.spot)
        start = min(max(at.y() - tall / 2, px(24)), bottom - tall)
        left = px(42) if at.x() < size[0] / 2 else size[0] - px(4) - wide
        for step in sorted(range(-9, 10), key=abs):
            box = QRectF(left, start + step * tall * 0.55, wide, tall)
            near = box.adjusted(-px(6), -px(3), px(6), px(3))
            if box.top() < px(24) or box.bottom() > bottom or near.contains(at):
                continue
            if any(box.adjusted(-2, -1, 2, 1).intersects(other) for other in blocked):
                continue
            placed.append(Name(text, box, piece, at))
            blocked.append(box)
            break
    return placed


def paint_names(painter: QPainter, names: Sequence[Name], color_of: Callable[[str], Color]) -> None:
    """Write the names; lines first, so that none crosses a letter."""
    painter.setFont(font(11, 600))
    for name in names:
        if name.lead is not None:
            to_right = name.lead.x() > name.box.center().x()
            edge = name.box.right() if to_right else name.box.left()
            start = QPointF(edge, name.box.center().y())
            for tone, width in ((PAPER, px(2.6)), (INK, px(1.1))):
                painter.setPen(QPen(tone, width))
                painter.drawLine(start, name.lead)
            painter.setBrush(INK)
            painter.drawEllipse(name.lead, px(2), px(2))
    for name in names:
        if name.lead is not None:
            plate(painter, name.box, name.text)
            continue
        ground = QColor.fromRgbF(*color_of(name.piece.structure_id))
        painter.setPen(INK if ground.lightnessF() > 0.45 else PAPER)
        painter.drawText(name.box, Qt.AlignmentFlag.AlignCenter, name.text)
