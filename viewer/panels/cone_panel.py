"""Panel: how deep each direction from this entry point may go, as a map with its read-outs."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from viewer import answer_words, describe
from viewer.i18n.text import tr
from viewer.panels.cone_map import ConeMap
from viewer.panels.depth_legend import DepthLegend
from viewer.panels.read_out import ReadOut
from viewer.reading import Reading
from viewer.theme.style import px
from viewer.widgets.build import label, named, rule
from viewer.workbench import Workbench
from zones.cone import SafeCone
from zones.zone_reach import LineState


class ConePanel(QWidget):
    """Shows a `ConeDesk`; computes only while in sight."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench, self._desk = bench, bench.answers.cone
        self.map = ConeMap(self._desk)
        self.pointed = ReadOut(tr("Direction pointed at"))
        self.needle = ReadOut(tr("Needle"))
        self.share = label("", "small")
        self.share.setWordWrap(True)
        self.dome = named(QCheckBox(tr("Dome in the view")), tr("Show the dome in the view"))
        self.dome.setToolTip(tr("The same map as a dome around the needle's handle"))
        self.dome.toggled.connect(lambda on: bench.answers.show_dome(on))
        self.legend = DepthLegend()
        self._lay_out()
        self._desk.on_change.append(self.follow)
        bench.answers.on_toggle.append(self.follow)
        self.map.installEventFilter(self)
        self.follow()

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(px(3))
        for part in (self.pointed, rule(), self.needle, self.share):
            side.addWidget(part)
        side.addStretch(1)
        side.addWidget(self.legend)
        side.addWidget(self.dome, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(8), px(4), px(8), px(6))
        row.setSpacing(px(10))
        row.addWidget(self.map, 3)
        row.addLayout(side, 2)

    # -- following ----------------------------------------------------------------------------
    def follow(self) -> None:
        """Show what the desk has now; numbers only where they are current."""
        cone = self._desk.current
        self.map.update()
        self.dome.blockSignals(True)
        self.dome.setChecked(self._bench.answers.dome_on)
        self.dome.blockSignals(False)
        self._follow_pointed()
        self._follow_needle(cone)
        self.share.setText(self._share_text(cone))
        self.map.setToolTip(self._detail_text(cone))

    def _follow_pointed(self) -> None:
        found = self._desk.probe_reading()
        if self._desk.needs or self._desk.probed is None:
            self.pointed.show_hint(tr("Point at the map, or use the arrow keys."))
        elif found is None:
            self.pointed.show_hint(tr("Computing…"))
        else:
            self._show(self.pointed, found)

    def _show(self, where: ReadOut, found: Reading) -> None:
        where.show_reading(
            answer_words.angles_text(found.tilt_deg, found.azimuth_deg),
            answer_words.limit_title(found.not_assessed),
            answer_words.limit_words(found.limit, found.state, found.max_depth),
            answer_words.reading_lines(found),
        )

    def _follow_needle(self, cone: SafeCone | None) -> None:
        planned = self._bench.desk.planned
        if planned is None or self._desk.needs:
            self.needle.show_hint(self._desk.needs)
            return
        found = self._desk.needle_reading()
        if found is None:
            self.needle.show_hint(tr("Computing…"))
            return
        self._show(self.needle, found)

    def _share_text(self, cone: SafeCone | None) -> str:
        planned = self._bench.desk.planned
        if cone is None or planned is None:
            return ""
        depth = planned.needle.depth
        known = cone.state != LineState.UNKNOWN
        keep = int((known & (cone.limit_depth >= depth)).sum())
        percent = int(100 * keep // len(cone.limit_depth))
        if not keep and not known.all():
            return tr("Nothing clears any direction: a zone is not assessed.")
        return tr(
            "At {mm} mm no conflict is found in the model in {percent} % of these directions.",
            mm=describe.number(depth),
            percent=percent,
        )

    def _detail_text(self, cone: SafeCone | None) -> str:
        if cone is None:
            return ""
        return tr("{count} directions within {deg}° of straight in", count=len(cone.directions),
                  deg=f"{cone.half_angle_deg:g}")  # fmt: skip

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Compute only while the map is in sight."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._desk.look(self, event.type() == QEvent.Type.Show)
        return super().eventFilter(watched, event)

    def restyle(self) -> None:
        """Follow the theme."""
        self.map.restyle()
        self.legend.update()

    def let_go(self) -> None:
        """Stop hearing: another panel takes its place."""
        self._desk.look(self, False)
        self._desk.on_change.remove(self.follow)
        self._bench.answers.on_toggle.remove(self.follow)
