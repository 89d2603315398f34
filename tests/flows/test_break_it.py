"""Things that go wrong: wrong files, several at once, unwritable folders; nothing is ever lost."""

import shutil

import pytest
from egg_folder import egg_folder
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from shapes import egg_body
from windows import settle

from viewer.notices import Notices
from zones.needle import Needle
from zones.plan import plan_hash
from zones.plan_file import write_plan

pytestmark = pytest.mark.window


def drop(window, *paths):
    """Drag files over the search field and let go, as a file manager does."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at = QPointF(window.structures.search.mapTo(window, window.structures.search.rect().center()))
    for kind in (QDragEnterEvent, QDropEvent):
        place = at.toPoint() if kind is QDragEnterEvent else at
        event = kind(place, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                     Qt.KeyboardModifier.NoModifier)  # fmt: skip
        QApplication.sendEvent(window, event)
        assert event.isAccepted()
    QApplication.processEvents()


@pytest.fixture
def told(monkeypatch):
    """Every sentence a notice said."""
    said, tell = [], Notices.tell
    monkeypatch.setattr(
        Notices, "tell", lambda self, text, *more: (said.append(text), tell(self, text, *more))
    )
    return said


def add(window):
    window.bench.desk.add(Needle((70.0, 95.0, 20.0), (0, -1, 0), 15.0), length=75.0)


def test_a_dropped_plan_opens(open_window, qtbot, tmp_path):
    window = open_window(egg_body())
    add(window)
    before = plan_hash(window.bench.session.plan)
    write_plan(window.bench.session.plan, tmp_path / "mine.json")
    window.bench.desk.set_depth(44.0)
    window.bench.session.mark_saved()
    drop(window, tmp_path / "mine.json")
    assert plan_hash(window.bench.session.plan) == before
    assert window.windowTitle().startswith("mine")
    assert window.structures.search.text() == ""


def test_a_dropped_body_folder_opens_with_the_plan(open_window, qtbot, tmp_path):
    window = open_window(egg_body())
    drop(window, egg_folder(tmp_path))
    settle(qtbot, window)
    assert window.bench.session.body.content_hash
    assert window.structures.model.rowCount() > 0
    assert "is open" in window.notices.last


@pytest.mark.parametrize("name", ["picture.png", "broken.json", "other.json", "empty", "two"])
def test_a_wrong_file_is_one_notice_and_nothing_is_lost(open_window, qtbot, tmp_path, told, name):
    window = open_window(egg_body())
    add(window)
    window.bench.session.mark_saved()
    before, body = plan_hash(window.bench.session.plan), window.bench.session.body
    path = tmp_path / name
    if name == "empty":
        path.mkdir()
    else:
        path.write_text({"broken.json": "{", "other.json": '{"a": 1}'}.get(name, "no plan"))
    drop(window, path, *([path] if name == "two" else []))
    settle(qtbot, window)
    assert len(told) == 1, told
    assert window.notices.is_shown
    assert plan_hash(window.bench.session.plan) == before
    assert window.bench.session.body is body
    assert window.bench.session.can_undo
    assert window.structures.search.text() == ""


def test_the_autosave_folder_may_vanish_while_the_window_is_open(open_window, qtbot, home):
    window = open_window(egg_body())
    add(window)
    window.bench.autosave.tick()
    shutil.rmtree(home, ignore_errors=True)
    window.bench.desk.set_depth(20.0)
    window.bench.autosave.tick()
    settle(qtbot, window)
    assert window.bench.session.plan.needles[0].needle.depth == 20.0
    assert window.needle.header.state != "computing"
