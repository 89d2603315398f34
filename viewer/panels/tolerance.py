"""Panel: how far the needle may drift before a margin is lost, and how it may turn out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from viewer import answer_words, describe, drift_words
from viewer.i18n.text import tr
from viewer.theme.style import px
from viewer.widgets.build import label, named, rule
from viewer.workbench import Workbench
from zones.tolerance import Drift, Tolerance

_POLL_MS = 100
_ROWS = 4


class TolerancePanel(QScrollArea):
    """Shows a `DriftDesk`; computes only while in sight."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench, self._desk = bench, bench.answers.drift
        named(self, tr("Tolerance"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.lead = label("", "strong")
        self.lead.setWordWrap(True)
        self.cells: list[tuple[QLabel, QLabel, QLabel, QLabel]] = []
        self.draw = named(
            QPushButton(tr("Probability")), tr("Estimate the probability of a breach")
        )
        self.draw.clicked.connect(self._desk.draw)
        self.seed = named(QSpinBox(), tr("Seed of the drawn needles"))
        self.seed.setRange(0, 999_999)
        self.seed.setPrefix(tr("Seed") + " ")
        self.seed.setValue(self._desk.seed)
        self.seed.valueChanged.connect(self._set_seed)
        self.progress = named(QProgressBar(), tr("Progress of the drawing"))
        self.progress.setRange(0, 100)
        self.progress.setTextVisible(False)
        self.progress.setMaximumHeight(px(8))
        self.stop = named(QPushButton(tr("Cancel")), tr("Cancel the drawing"))
        self.stop.clicked.connect(self._desk.cancel_draw)
        self.chances = label("", "small")
        self.chances.setWordWrap(True)
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(self._show_progress)
        self._lay_out()
        self._desk.on_change.append(self.follow)
        self.installEventFilter(self)
        self.follow()

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(px(12), px(6), px(12), px(6))
        column.setSpacing(px(5))
        column.addWidget(self.lead)
        table = QGridLayout()
        table.setHorizontalSpacing(px(10))
        table.setVerticalSpacing(px(2))
        heads = ("", tr("At least"), tr("Lost at"), tr("Danger zone"))
        for at, text in enumerate(heads):
            table.addWidget(label(text, "small"), 0, at)
        for row in range(_ROWS):
            made = (label("", "strong"), label(""), label(""), label("", "small"))
            for at, part in enumerate(made):
                part.setWordWrap(True)
                table.addWidget(part, row + 1, at)
            self.cells.append(made)
        for at, stretch in enumerate((3, 4, 4, 5)):
            table.setColumnStretch(at, stretch)
        column.addLayout(table)
        column.addWidget(rule())
        line = QHBoxLayout()
        line.addWidget(self.draw)
        line.addWidget(self.seed)
        line.addWidget(self.progress, 1)
        line.addWidget(self.stop)
        line.addStretch(0)
        column.addLayout(line)
        column.addWidget(self.chances)
        column.addStretch(1)
        inside.setObjectName("tolerance")
        self.setWidget(inside)
        self.setStyleSheet("QScrollArea, #tolerance { background: transparent; }")
        self.viewport().setAutoFillBackground(False)

    def _set_seed(self, seed: int) -> None:
        self._desk.seed = seed

    # -- following ----------------------------------------------------------------------------
    def follow(self) -> None:
        """Show what the desk has now; numbers only where they are current."""
        found, needs = self._desk.tolerance, self._desk.needs
        self.lead.setText(needs or self._lead_text(found))
        rows = self._rows(found) if found is not None and not needs else []
        for number, cells in enumerate(self.cells):
            texts = rows[number] if number < len(rows) else ("", "", "", "")
            for cell, text in zip(cells, texts, strict=True):
                cell.setText(text)
                cell.setVisible(bool(rows))
        self.setAccessibleDescription(
            " ".join([self.lead.text(), *("; ".join(filter(None, r)) for r in rows)])
        )
        self._follow_chances()

    def _lead_text(self, found: Tolerance | None) -> str:
        if found is None:
            return tr("Computing…")
        unknown = len(found.unknown)
        warning = ""
        if unknown:
            count = answer_words.unknown_words(unknown)
            warning = tr("{count}: no tolerance holds for them.", count=count) + " "
        if found.slack < 0.0:
            return warning + tr("A margin is lost already: nothing may drift.")
        return warning + tr("The nearest assessed zone has {mm} mm beyond its margin.",
                            mm=drift_words.down(found.slack))  # fmt: skip

    def _rows(self, found: Tolerance) -> list[tuple[str, str, str, str]]:
        made = [
            (name, kept, lost, self._zone(drift))
            for name, drift, kept, lost in drift_words.rows(found)
        ]
        name = tr("All at once")
        if not self._desk.has_joint:
            return [*made, (name, tr("Computing…"), "", "")]
        joint = found.together
        lost = describe.NONE
        if joint.lost is not None:
            lost = drift_words.joint_text(found, joint.lost, lost=True)
        return [*made, (name, drift_words.joint_text(found, joint.kept), lost, self._zone(joint))]

    def _zone(self, drift: Drift) -> str:
        return answer_words.zone_words(self._desk.zone_named(drift.zone_id))

    def _follow_chances(self) -> None:
        busy, found = self._desk.is_sampling, self._desk.sampled
        has_needle = self._bench.desk.planned is not None
        self.draw.setEnabled(has_needle and not busy)
        self.progress.setVisible(busy)
        self.stop.setVisible(busy)
        if busy and not self._poll.isActive():
            self._poll.start()
        elif not busy:
            self._poll.stop()
        if found is not None:
            who = describe.subject(self._bench.session.body)
            self.chances.setText("\n".join(drift_words.sampled_lines(found, who)))
        elif busy:
            self.chances.setText(tr("Computing…"))
        else:
            self.chances.setText(
                tr("Draws {n} needles with named errors; the same seed gives the same answer.",
                   n=self._desk.count)
            )  # fmt: skip
        self._show_progress()

    def _show_progress(self) -> None:
        self.progress.setValue(round(100 * self._desk.share_done))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Compute only while in sight."""
        if watched is self and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._desk.look(event.type() == QEvent.Type.Show)
        return super().eventFilter(watched, event)

    def let_go(self) -> None:
        """Stop hearing: another panel takes its place."""
        self._poll.stop()
        self._desk.look(False)
        self._desk.on_change.remove(self.follow)
