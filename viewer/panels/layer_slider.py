"""Panel: how deep one looks: the layer slider, x-ray, and the cut, in two rows."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QSlider, QToolButton, QWidget

from viewer.i18n.text import tr
from viewer.layers import STEPS, step_word
from viewer.section_caps import KINDS
from viewer.theme.icons import icon
from viewer.theme.style import px, theme
from viewer.view_state import ViewState
from viewer.widgets.build import icon_button, label, named
from viewer.widgets.choice import Choice


def cut_words() -> dict[str, str]:
    """Name of each kind of cut, none included."""
    return {
        "": tr("No cut"), "axial": tr("Across (axial)"), "sagittal": tr("Left–right (sagittal)"),
        "coronal": tr("Front–back (coronal)"), "needle": tr("Along the needle"),
        "free": tr("Facing me"),
    }  # fmt: skip


class LayerSlider(QWidget):
    """Equal to the view state; what the cut is, it is told by `follow_cut`."""

    def __init__(self, view: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.slider = named(QSlider(Qt.Orientation.Horizontal), tr("Layers: outermost shown"))
        self.slider.setRange(0, len(STEPS) - 1)
        self.slider.setPageStep(1)
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setTickInterval(1)
        self.slider.valueChanged.connect(view.peel_to)
        self.word = label("", "strong")
        self.xray = QToolButton()
        named(self.xray, tr("X-ray"))
        self.xray.setText(tr("X-ray"))
        self.xray.setCheckable(True)
        self.xray.setToolTip(tr("Soft tissue and bone as glass (X)"))
        self.xray.clicked.connect(view.set_xray)
        self.cut = named(Choice(), tr("Cut through the body"))
        for kind, text in cut_words().items():
            self.cut.addItem(text, kind)
        self.flip = icon_button("flip", tr("Take the other half away"))
        self._arrange()
        self._stop = view.subscribe(lambda _: self.follow())
        self.follow()
        self.follow_cut("")

    def _arrange(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(px(10), px(4), px(10), px(8))
        grid.setHorizontalSpacing(px(6))
        grid.setVerticalSpacing(px(2))
        grid.addWidget(label(tr("From"), "small"), 0, 0)
        grid.addWidget(self.word, 0, 1)
        grid.addWidget(self.xray, 0, 2, 1, 2)
        grid.addWidget(self.slider, 1, 0, 1, 4)
        grid.addWidget(label(tr("Cut"), "small"), 2, 0)
        grid.addWidget(self.cut, 2, 1, 1, 2)
        grid.addWidget(self.flip, 2, 3)
        grid.setColumnStretch(1, 1)
        self.flip.setIconSize(QSize(px(17), px(17)))
        self.flip.setIcon(icon("flip", theme().text, faint=theme().disabled))

    def follow(self) -> None:
        """Show the step and the x-ray of the view."""
        self.slider.blockSignals(True)
        self.slider.setValue(self._view.step)
        self.slider.blockSignals(False)
        self.word.setText(step_word(self._view.step))
        self.slider.setAccessibleDescription(step_word(self._view.step))
        self.xray.setChecked(self._view.xray)

    def follow_cut(self, kind: str) -> None:
        """Show which cut there is; "" for none."""
        self.cut.setCurrentIndex(0 if kind not in KINDS else 1 + KINDS.index(kind))
        self.flip.setEnabled(bool(kind))

    def let_go(self) -> None:
        """Stop hearing: another panel takes its place."""
        self._stop()
