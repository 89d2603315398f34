"""Beside answers that know one breath: they do not count what the verdict counts."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from viewer.assessing import Assessing
from viewer.i18n.text import tr
from viewer.theme.style import px
from viewer.widgets.build import label


def quiet_text(phase: str) -> str:
    """Say that an answer is of one phase of the breath."""
    return tr("At one phase of the breath ({phase}).", phase=tr(phase))


class QuietNote:
    """A caution that is shown exactly while the verdict is through the breath."""

    def __init__(self, assessing: Assessing, parent: QWidget | None = None) -> None:
        self._assessing = assessing
        self.label: QLabel = label("", "caution")
        self.label.setParent(parent)
        self.label.setWordWrap(True)
        self.label.setContentsMargins(px(10), 0, px(10), 0)
        self.wanted = True
        """Whether what stands beside it is such an answer."""
        self.words = tr("At one phase of the breath only: the verdict counts the whole breath.")
        assessing.on_status.append(self.follow)
        self.follow()

    def follow(self) -> None:
        """Show it, or not."""
        self.label.setText(self.words)
        self.label.setVisible(self.wanted and self._assessing.through_breath)

    def want(self, wanted: bool) -> None:
        """Say whether such an answer is in sight."""
        self.wanted = wanted
        self.follow()

    def let_go(self) -> None:
        """Stop hearing."""
        self._assessing.on_status.remove(self.follow)
