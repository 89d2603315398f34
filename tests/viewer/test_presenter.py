"""Presenter mode, pictures with their notice, one turn as GIF, the sound at the margin, languages
changed in the running window."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel
from shapes import egg_body
from windows import press, settle

from viewer import language, settings
from viewer.canvas import camera
from viewer.i18n import text
from viewer.notices_text import notice, short_notice
from viewer.picture import picture_of
from viewer.turntable import NoWriterError, gif_bytes, turn
from zones.needle import Needle
from zones.plan import plan_hash

pytestmark = pytest.mark.window


@pytest.fixture(autouse=True)
def english_again(qapp):
    yield
    text.use_language("en")
    language.align()


def with_needle(open_window, qtbot, depth=12.0):
    window = open_window(egg_body())
    window.bench.desk.add(Needle((70.0, 95.0, 20.0), (0, -1, 0), depth), length=75.0)
    settle(qtbot, window)
    return window


def test_presenting_hides_everything_says_the_verdict_and_brings_all_back(open_window, qtbot, home):
    window = with_needle(open_window, qtbot)
    parts = (window.menuBar(), window.tools, window.statusBar(), *window.docks.all)
    before = [part.isVisible() for part in parts]
    press(window, Qt.Key.Key_F5)
    banner = window.presenter.banner
    assert not any(part.isVisible() for part in parts)
    QApplication.processEvents()
    assert banner.isVisible()
    assert banner.word.text() == window.needle.header.word.text()
    assert banner.reason.text() == window.needle.header.reason.text()
    assert short_notice() in banner.model.text()
    assert banner.word.font().pixelSize() >= 40
    QApplication.processEvents()
    view = window.canvas.widget  # scale bar and letters stay in sight above the banner
    edge = view.mapTo(window, view.rect().bottomLeft()).y()
    assert banner.mapTo(window, QPoint(0, 0)).y() >= edge
    assert window.rect().contains(banner.mapTo(window, banner.rect().bottomRight()))
    for words in banner.findChildren(QLabel):
        if words.isVisible() and words.wordWrap():
            assert words.heightForWidth(words.width()) <= words.height()
    # Keys still work, and the banner follows.
    said = banner.reason.text()
    for _ in range(30):
        press(window, Qt.Key.Key_BracketRight)
    settle(qtbot, window)
    assert banner.reason.text() != said
    assert banner.reason.text() == window.needle.header.reason.text()
    assert banner.accessibleName().startswith(banner.word.text())
    press(window, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert window.presenter.banner is None
    assert [part.isVisible() for part in parts] == before
    assert not window.isFullScreen()
    press(window, Qt.Key.Key_BracketLeft)  # no key fires twice or not at all afterwards
    assert window.bench.session.plan.needles[0].needle.depth == pytest.approx(41.0)
    # Closing while presenting keeps the layout of before.
    window.presenter.start()
    window.bench.session.mark_saved()
    window.close()
    assert all(dock.isVisibleTo(window) for dock in window.docks.all[:3])


def test_n_goes_round_the_needles(open_window, qtbot):
    window = with_needle(open_window, qtbot)
    window.bench.desk.add_beside()
    ids = [p.id for p in window.bench.session.plan.needles]
    window.bench.session.select(ids[0])
    press(window, Qt.Key.Key_N)
    assert window.bench.session.selection == ids[1]
    press(window, Qt.Key.Key_N)
    assert window.bench.session.selection == ids[0]
    press(window, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert window.bench.session.selection == ids[1]


def test_a_saved_picture_carries_scale_verdict_and_notice(open_window, qtbot, tmp_path):
    window = with_needle(open_window, qtbot)
    made = picture_of(window)
    assert made.save(str(tmp_path / "view.png"))
    read = QImage(str(tmp_path / "view.png"))
    assert read.text("Disclaimer") == notice()
    width, height = window.canvas.size
    assert read.width() == width
    assert read.height() > height + 80
    # The scene lies on top unchanged, scale bar included; the foot is not empty.
    scene = window.canvas.screenshot()
    assert read.pixelColor(width // 2, 5).getRgb()[:3] == tuple(scene[5, width // 2])
    assert read.pixelColor(4, read.height() - 6) == window.needle.header.fill
    ink = {read.pixelColor(x, height + 24).name() for x in range(20, 400)}
    assert len(ink) > 3  # letters


def test_one_turn_goes_round_once_about_the_needle():
    pose = camera.CameraPose((1.0, 2.0, 3.0), 170.0, 10.0, 500.0)
    poses = turn(pose, 12)
    assert len(poses) == 12
    assert poses[0] == pose
    steps = [(b.azimuth_deg - a.azimuth_deg) % 360 for a, b in zip(poses, poses[1:], strict=False)]
    assert np.allclose(steps, 30.0)
    assert {p.focal for p in poses} == {pose.focal}


def test_a_gif_holds_every_picture_and_the_notice(monkeypatch):
    image = pytest.importorskip("PIL.Image", reason="Pillow writes moving pictures")
    import io

    pictures = [np.full((40, 60, 3), shade, np.uint8) for shade in (0, 120, 250)]
    read = image.open(io.BytesIO(gif_bytes(pictures)))
    assert read.n_frames == 3
    assert read.size == (60, 40)
    assert read.info["comment"].decode() == notice()
    assert read.info["loop"] == 0
    monkeypatch.setitem(__import__("sys").modules, "PIL", None)
    with pytest.raises(NoWriterError, match=r"needlewise\[movie\]"):
        gif_bytes(pictures)


def test_a_turn_is_saved_while_the_window_lives_and_nothing_is_changed(
    open_window, qtbot, tmp_path
):
    pytest.importorskip("PIL.Image", reason="Pillow writes moving pictures")
    from PIL import Image

    window = with_needle(open_window, qtbot)
    pose, plan = window.canvas.camera, plan_hash(window.bench.session.plan)
    path = tmp_path / "turn.gif"
    window.turntable.start(path, 4)
    qtbot.waitUntil(path.exists, timeout=30_000)
    settle(qtbot, window)
    read = Image.open(path)
    assert read.n_frames == 4
    assert read.info["comment"].decode() == notice()
    assert window.canvas.camera == pose
    assert plan_hash(window.bench.session.plan) == plan
    assert "turn.gif" in window.notices.last
    # Esc gives a turn up: no file, the view as it was.
    window.turntable.start(tmp_path / "other.gif", 200)
    qtbot.wait(50)
    press(window, Qt.Key.Key_Escape)
    assert not window.turntable.is_running
    assert not (tmp_path / "other.gif").exists()
    assert window.canvas.camera == pose


def test_a_worse_verdict_sounds_once_and_only_if_wanted(open_window, qtbot):
    window = with_needle(open_window, qtbot, depth=2.0)
    rung = []
    window.sound.ring = lambda: rung.append(window.needle.header.state)
    states = []

    def go(depth):
        window.bench.desk.set_depth(depth)
        settle(qtbot, window)
        states.append(window.needle.header.state)

    go(60.0)
    go(2.0)
    assert states[0] == "breach"
    assert states[1] != "breach"
    assert rung == []  # nobody asked for it
    window.actions_by_id["sound"].trigger()
    assert settings.load().sound
    go(60.0)
    assert rung == ["breach"]
    go(61.0)
    go(2.0)
    assert rung == ["breach"]  # the same and the better verdict are silent


def test_the_language_changes_in_the_running_window(open_window, qtbot, home):
    window = with_needle(open_window, qtbot)
    plan = plan_hash(window.bench.session.plan)
    before = window.needle.header.word.text()
    window.deeds.speak("qps-long")
    qtbot.waitUntil(lambda: text.language() == "qps-long")
    settle(qtbot, window)
    assert window.needle.header.word.text() == text.tr(before) != before
    assert window.actions_by_id["undo"].text().startswith(text.tr("Undo"))
    assert [a.text() for a in window.menuBar().actions()][0] == text.tr("&File")
    assert window.menuBar().actions()[0].menu().actions()
    assert plan_hash(window.bench.session.plan) == plan
    assert settings.load().language == "qps-long"
    window.deeds.speak("en")
    qtbot.waitUntil(lambda: text.language() == "en")
    settle(qtbot, window)
    assert window.needle.header.word.text() == before
    press(window, Qt.Key.Key_BracketRight)  # keys fire once
    assert window.bench.session.plan.needles[0].needle.depth == pytest.approx(13.0)
