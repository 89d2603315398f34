"""What stands in the view before its first picture: the theme's ground and a sentence."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from viewer.canvas.protocol import Canvas
from viewer.scene.colors import SceneColors
from viewer.theme.style import font, text_scale, theme
from viewer.widgets.build import label


class Waiting(QObject):
    """A sentence in the middle of ``over`` until `end`; the mouse reaches what lies below."""

    def __init__(self, canvas: Canvas, over: QWidget, text: str) -> None:
        super().__init__(over)
        colors = SceneColors.of(theme(), text_scale())
        canvas.background(colors.bottom, colors.top)
        canvas.request_render()
        self._over, self._words = over, label(text, "muted")
        self._words.setParent(over)
        self._words.setFont(font(16))
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        over.installEventFilter(self)
        self._place()
        self._words.show()

    def end(self) -> None:
        """Take the sentence away."""
        self._over.removeEventFilter(self)
        self._words.hide()
        self._words.deleteLater()
        self.deleteLater()

    def _place(self) -> None:
        self._words.adjustSize()
        self._words.move(self._over.rect().center() - self._words.rect().center())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle while the view changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False
