"""The command palette: one line to do, find and go to anything, by keyboard alone.

It lists the table of actions, the structures and the trigger points. Words may come in any order;
accents and capitals do not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from meshes.body import Body
from meshes.catalogue import fold, search
from viewer.actions import Command, menus
from viewer.bookmarks import Bookmark
from viewer.i18n.text import tr
from viewer.structure_names import display_name
from viewer.theme.style import font, px
from viewer.widgets.build import label, named
from zones.finding import find_points
from zones.session import Session

_MOST = 12


@dataclass(frozen=True)
class Entry:
    """One row: what it says, what kind it is, what Return does."""

    title: str
    kind: str
    run: Callable[[], object]


def command_entries(commands: Iterable[Command], session: Session, query: str) -> list[Entry]:
    """Commands that can be done now and hold every word; those whose text begins with it first."""
    titles = dict(menus())
    words = fold(query).split()
    found = []
    for command in commands:
        menu = titles[command.menu].replace("&", "")
        text = fold(f"{menu} {command.text}")
        if command.id == "palette" or not command.enabled(session):
            continue
        if all(word in text for word in words):
            keys = " / ".join(
                QKeySequence(k).toString(QKeySequence.SequenceFormat.NativeText)
                for k in command.keys
            )
            kind = f"{menu}   {keys}".rstrip()
            begins = fold(command.text).startswith(" ".join(words))
            found.append((not begins, Entry(command.text.rstrip("…"), kind, command.run)))
    return [entry for _, entry in sorted(found, key=lambda row: row[0])]


def structure_entries(body: Body, query: str, go: Callable[[str], object]) -> list[Entry]:
    """Structures the catalogue's search finds; none for an empty query."""
    if not query.strip():
        return []
    kind = tr("Structure")
    return [
        Entry(display_name(s, body), kind, lambda key=s.id: go(key))
        for s in search(body.structures.values(), query)[:_MOST]
    ]


def bookmark_entries(
    marks: Iterable[Bookmark], query: str, go: Callable[[str], object]
) -> list[Entry]:
    """Bookmarks whose name holds every word; none for an empty query."""
    words = fold(query).split()
    found = [m.name for m in marks if words and all(word in fold(m.name) for word in words)]
    return [Entry(name, tr("Bookmark"), lambda name=name: go(name)) for name in found]


def point_entries(query: str, go: Callable[[tuple[str, str]], object]) -> list[Entry]:
    """Trigger points, each side by itself; none for an empty query."""
    if not query.strip():
        return []
    made = []
    for point in find_points(query)[:_MOST]:
        for side in point.sides:
            title = f"{point.id}  {tr(point.name)}, {tr(side)}"
            made.append(
                Entry(title, tr("Trigger point"), lambda key=(point.id, side): go(key))
            )  # fmt: skip
    return made


class Palette(QDialog):
    """``find(query)`` returns the rows; Return does the chosen one and closes."""

    def __init__(self, find: Callable[[str], Sequence[Entry]], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Command palette"))
        self._find = find
        self._entries: list[Entry] = []
        self.field = named(QLineEdit(), tr("Command, structure or trigger point"))
        self.field.setPlaceholderText(tr("Type what you want to do, see or find"))
        self.field.setFont(font(15))
        self.list = named(QListWidget(), tr("What matches"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.none = label(tr("Nothing matches."), "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(12), px(12), px(12))
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.none)
        self.resize(px(560), px(420))
        self.field.textChanged.connect(self.look_for)
        self.field.installEventFilter(self)
        self.list.itemActivated.connect(lambda _: self.do())
        self.list.itemClicked.connect(lambda _: self.do())
        self.look_for("")
        self.field.setFocus()

    def look_for(self, query: str) -> None:
        """List what matches."""
        self._entries = list(self._find(query))[: 3 * _MOST]
        self.list.clear()
        for entry in self._entries:
            item = QListWidgetItem(self.list)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.title}, {entry.kind}")
            item.setSizeHint(QSize(px(200), px(32)))
            self.list.setItemWidget(item, _row(entry))
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(self._entries))
        self.none.setVisible(not self._entries)

    def do(self) -> None:
        """Close, then do the chosen row."""
        row = self.list.currentRow()
        if 0 <= row < len(self._entries):
            entry = self._entries[row]
            self.accept()
            entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while the cursor stays in the field; Return does it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {
                Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8,
                Qt.Key.Key_PageUp: -8,
            }.get(Qt.Key(event.key()))  # fmt: skip
            if step is not None and self._entries:
                row = self.list.currentRow() + step
                self.list.setCurrentRow(min(max(row, 0), len(self._entries) - 1))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.do()
                return True
        return super().eventFilter(watched, event)


def _row(entry: Entry) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(px(8), 0, px(8), 0)
    row.addWidget(label(entry.title), 1)
    row.addWidget(label(entry.kind, "small"))
    return made
