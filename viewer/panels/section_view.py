"""The picture of the slice along the needle, like an ultrasound picture with names.

It paints the slice of the present needle or says that it is computing; an older slice is shown
pale and without needle, names or numbers, so that it cannot be read as the present one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer import describe
from viewer.appearance import Color
from viewer.i18n.text import tr
from viewer.measure import Measures
from viewer.needle_desk import NeedleDesk
from viewer.panels import section_paint as ink
from viewer.panels.section_needle import (
    NeedlePainter,
    needle_boxes,
    paint_distance,
    paint_distances,
)
from viewer.panels.section_paint import Name, Scale
from viewer.section_slice import ABOVE_MM, Frame, Slice, slice_plane
from viewer.slicing import Slicing
from viewer.theme.palette import VERDICT_FILL
from viewer.theme.style import font, px, theme
from zones.assessment import NeedleAssessment, Verdict

_SPANS_MM = (30, 40, 55, 75, 100, 140, 200, 280)
_USUAL = 3
_NAMED_ZONES = 4


class SectionView(QWidget):
    """``result_of`` gives the current assessment of the selected needle or ``None``."""

    hovered = Signal(str, object)
    """Structure id under the mouse (or empty) and its world point (or None)."""

    def __init__(
        self,
        slicing: Slicing,
        desk: NeedleDesk,
        measures: Measures,
        result_of: Callable[[], NeedleAssessment | None],
        name_of: Callable[[str], str],
        color_of: Callable[[str], Color],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._slicing, self._desk, self._measures = slicing, desk, measures
        self._result_of, self._name_of, self._color_of = result_of, name_of, color_of
        self._span = _USUAL
        self._bands: tuple[tuple[object, ...], QPixmap] | None = None
        self._ruler: tuple[QPointF, QPointF] | None = None
        self.names: list[Name] = []
        self.state = "none"
        self.setMouseTracking(True)
        self.setMinimumSize(px(180), px(120))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Section along the needle, millimetres"))
        self.setCursor(Qt.CursorShape.CrossCursor)

    # -- what part is shown -------------------------------------------------------------------
    @property
    def tall_mm(self) -> float:
        """Millimetres from top to bottom: what was chosen, or more if the tip needs it."""
        planned = self._desk.planned
        depth = planned.needle.depth if planned is not None else 0.0
        return max(float(_SPANS_MM[self._span]), depth + ABOVE_MM + 10.0)

    @property
    def scale(self) -> Scale:
        """Between millimetres and pixels, as shown now."""
        return Scale.of(self.width(), self.height(), self.tall_mm, self._slicing.frame.shift)

    def zoom(self, steps: int) -> None:
        """Show less (positive) or more of the plane."""
        self._span = int(np.clip(self._span - steps, 0, len(_SPANS_MM) - 1))
        self.follow()

    def follow(self) -> None:
        """Ask for the slice of what can be seen now, and paint."""
        tall = round(self.tall_mm, 1)
        wide = round(tall * self.width() / max(self.height(), 1), 1)
        self._slicing.set_frame(Frame(wide, tall, self._shift(wide)))
        self.update()

    def _shift(self, wide: float) -> float:
        """Keep the tip in the picture: in steps, so that a push of the needle cuts nothing anew."""
        planned = self._desk.planned
        if planned is None:
            return 0.0
        needle = planned.needle
        plane = slice_plane(needle, self._desk.normal(), self._slicing.turn_deg)
        tip = float(plane.flat(needle.point_at(needle.depth))[0, 0])
        step = wide / 8
        return round(round(0.5 * tip / step) * step, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another shape shows another part."""
        self.follow()

    # -- painting -----------------------------------------------------------------------------
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the present slice, or that it is computed."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme().scene_top))
        made, planned = self._slicing.current, self._desk.planned
        self.names = []
        if planned is None:
            self._say(painter, "none", tr("The section along the needle appears here."))
        elif made is None:
            self._paint_old(painter)
            failure = self._slicing.failure
            self._say(painter, "failed" if failure else "computing", failure or tr("Computing…"))
        else:
            self.state = "current"
            self._paint(painter, made)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(theme().focus))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _say(self, painter: QPainter, state: str, text: str) -> None:
        self.state = state
        self.setAccessibleDescription(text)
        painter.setFont(font(14, 600))
        painter.setPen(QColor(theme().text))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(px(12), 0, -px(12), 0), flags, text)

    def _paint_old(self, painter: QPainter) -> None:
        if self._bands is not None and self._slicing.last is not None:
            painter.setOpacity(0.35)
            painter.drawPixmap(0, 0, self._bands[1])
            painter.setOpacity(1.0)

    def _paint(self, painter: QPainter, made: Slice) -> None:
        planned = self._desk.planned
        assert planned is not None
        scale, size = self.scale, (float(self.width()), float(self.height()))
        painter.drawPixmap(0, 0, self._banded(made, scale))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        result = self._result_of()
        first = self._paint_zones(painter, made, scale, result)
        ink.paint_ruler(painter, made, scale, size[1])
        edges = ink.paint_edges(painter, made, size[0])
        limit = result.limit_depth if result is not None else None
        needle = NeedlePainter(made, planned.needle, limit, scale)
        taken = [*needle_boxes(made, planned.needle, scale), *edges,
                 QRectF(0, 0, px(36), size[1]), *(box for _, box in needle.texts())]  # fmt: skip
        self.names = ink.place_names(made, scale, size, self._name_of, first, taken)
        ink.paint_names(painter, self.names, self._color_of)
        needle.paint(painter, size[1])
        paint_distances(painter, made, scale, self._measures.kept, QColor(theme().accent))
        if self._ruler is not None:
            start, stop = self._ruler
            mm = float(np.linalg.norm(scale.flat(stop) - scale.flat(start)))
            paint_distance(painter, start, stop, mm, QColor(theme().accent))
        words = [f"{text} mm" for text, _ in needle.texts()] + [name.text for name in self.names]
        self.setAccessibleDescription("; ".join(words))

    def _banded(self, made: Slice, scale: Scale) -> QPixmap:
        ratio = self.devicePixelRatioF()
        looks = tuple(self._color_of(piece.structure_id) for piece in made.pieces)
        key = (made, self.width(), self.height(), ratio, theme().name, looks)
        if self._bands is None or self._bands[0] != key:
            picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(QColor(theme().scene_top))
            painter = QPainter(picture)
            ink.paint_bands(painter, made, scale, self._color_of)
            painter.end()
            self._bands = (key, picture)
        return self._bands[1]

    def _paint_zones(
        self, painter: QPainter, made: Slice, scale: Scale, result: NeedleAssessment | None
    ) -> list[str]:
        """Outline danger zones in the colour of their verdict; returns what must be named."""
        if result is None:
            return []
        marks: dict[str, QColor] = {}
        urgent: list[str] = []
        shown = {piece.structure_id for piece in made.pieces}
        band = None
        for zone in describe.by_danger(result.zones):
            color = QColor(VERDICT_FILL[zone.verdict.value])
            ids = shown.intersection(zone.structures)
            if ids and band is None and zone.margin > 0:
                band = (frozenset(ids), zone.margin, QColor(color))
            if zone.verdict is not Verdict.CLEAR or len(urgent) < _NAMED_ZONES:
                urgent += [key for key in ids if key not in urgent]
            for key in ids:
                marks.setdefault(key, color)
        ink.paint_zones(painter, made, scale, marks, band)
        return urgent

    # -- mouse and keys -----------------------------------------------------------------------
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to measure."""
        if event.button() == Qt.MouseButton.LeftButton and self._slicing.current is not None:
            self._ruler = (event.position(), event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Measure while the button is down, else name what is under the mouse."""
        if self._ruler is not None:
            self._ruler = (self._ruler[0], event.position())
            self.update()
            return
        made = self._slicing.current
        if made is None:
            self.hovered.emit("", None)
            return
        spot = self.scale.flat(event.position())
        piece = made.piece_at(spot)
        self.hovered.emit(piece.structure_id if piece else "", made.plane.world(spot)[0])
        self.setToolTip(self._name_of(piece.structure_id) if piece else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep the distance, unless it was only a click."""
        ruler, self._ruler = self._ruler, None
        made = self._slicing.current
        if ruler is not None and made is not None:
            ends = [self.scale.flat(at) for at in (ruler[0], event.position())]
            if np.abs(ends[1] - ends[0]).max() * self.scale.px_per_mm > px(4):
                start, stop = made.plane.world(np.stack(ends))
                self._measures.add(start, stop)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom."""
        turn = event.angleDelta().y()
        if turn:
            self.zoom(1 if turn > 0 else -1)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse."""
        self.hovered.emit("", None)
