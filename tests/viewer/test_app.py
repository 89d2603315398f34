"""Starting: the notice comes first, a crash's plan is offered, a bad name opens nothing."""

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QPushButton
from shapes import egg_body
from windows import settle

from meshes.body import load_body
from meshes.errors import MeshError
from viewer import app, autosave, settings
from viewer.notices_text import NOTICE, notice
from zones import edits
from zones.needle import Needle
from zones.plan_file import write_plan
from zones.session import Session
from zones.skin import nearest_on_skin

pytestmark = pytest.mark.window


def in_dialog(act):
    """Do something in the dialog that is about to open."""

    def later():
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        act(dialog)

    QTimer.singleShot(150, later)


def button(dialog, text):
    return next(b for b in dialog.findChildren(QPushButton) if b.text() == text)


def test_the_intended_use_must_be_read_before_anything_else(open_window, qtbot, home):
    window = open_window(egg_body(), wait=False)
    window.bench.preferences.notice_seen = ""
    seen = []

    def read(dialog):
        from PySide6.QtWidgets import QLabel

        seen.extend(label.text() for label in dialog.findChildren(QLabel))
        assert not button(dialog, "Continue").isEnabled()
        dialog.findChild(QCheckBox).setChecked(True)
        button(dialog, "Continue").click()

    in_dialog(read)
    app.first_words(window)
    assert notice() in seen
    assert settings.load().notice_seen == NOTICE
    assert window.isVisible()
    settle(qtbot, window)


def test_who_does_not_accept_it_leaves(open_window, home):
    window = open_window(egg_body(), wait=False)
    window.bench.preferences.notice_seen = ""
    in_dialog(lambda dialog: button(dialog, "Quit").click())
    app.first_words(window)
    assert not window.isVisible()
    assert settings.load().notice_seen == ""


def test_the_plan_of_a_crash_is_offered_and_comes_back(open_window, qtbot, home):
    session = Session(egg_body())
    session.apply(edits.add_needle(Needle((70, 95, 20), (0, -1, 0), 33.0)))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    folder = home / "autosave"
    folder.mkdir(parents=True)
    write_plan(session.plan, folder / f"plan-{gone.pid}.json")
    window = open_window(egg_body(), wait=False)
    app.first_words(window)
    window.notices.answer(0)
    assert window.bench.session.plan.needles[0].needle.depth == 33.0
    assert autosave.left_behind() == []
    settle(qtbot, window)


def test_the_plan_of_a_crash_on_another_person_comes_back_on_that_person(open_window, qtbot, home):
    woman = load_body("reference:F1")
    session = Session(woman)
    entry = nearest_on_skin(woman, (44.0, 106.0, -22.0))
    session.apply(edits.add_needle(Needle(entry, (0, -1, 0), 21.0)))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    folder = home / "autosave"
    folder.mkdir(parents=True)
    write_plan(session.plan, folder / f"plan-{gone.pid}.json")
    window = open_window(load_body("reference"))
    app.first_words(window)
    window.notices.answer(0)
    qtbot.waitUntil(lambda: window.bench.session.body.id == "reference:F1", timeout=60_000)
    settle(qtbot, window)
    [planned] = window.bench.session.plan.needles
    np.testing.assert_array_equal(planned.needle.entry, entry)
    assert (planned.needle.depth, planned.flag) == (21.0, "")
    assert window.bench.session.is_modified
    assert autosave.left_behind() == []


def test_a_kept_plan_that_cannot_be_read_stays(open_window, home):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    folder = home / "autosave"
    folder.mkdir(parents=True)
    kept = folder / f"plan-{gone.pid}.json"
    kept.write_text("{", encoding="utf-8")
    window = open_window(egg_body(), wait=False)
    app.first_words(window)
    window.notices.answer(0)
    assert kept.name in window.notices.last
    assert kept.exists()


def test_about_and_shortcuts_open_and_close(open_window):
    window = open_window(egg_body(), wait=False)
    for deed in (window.deeds.show_about, window.deeds.show_shortcuts):
        in_dialog(lambda dialog: button(dialog, "Close").click())
        deed()


def test_an_unknown_body_opens_no_window(qapp, home):
    with pytest.raises(MeshError, match="nowhere"):
        app.run("nowhere")
