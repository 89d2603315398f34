"""Draws the pictures of the guide with the real window on the reference body.

``python docs/guide/make_pictures.py`` on a display, real or virtual; a minute. Each picture is the
window as a reader sees it after the step that stands above it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent / "pictures"
SIZE = (1366, 768)

os.environ.setdefault("NEEDLEWISE_HOME", tempfile.mkdtemp(prefix="needlewise-guide-"))

from PySide6.QtCore import QEventLoop, QTimer  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QDialog, QPushButton  # noqa: E402

from meshes.body import load_body  # noqa: E402
from viewer import app  # noqa: E402
from viewer.canvas import camera  # noqa: E402
from viewer.i18n.text import use_language  # noqa: E402
from viewer.notices_text import NOTICE  # noqa: E402
from viewer.settings import Preferences  # noqa: E402


def wait(ms: int) -> None:
    """Let the window live; an event loop, because ``qWait`` would hold up the other threads."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def settle(window) -> None:
    """Wait until nothing is computed and the picture is drawn."""
    for _ in range(2400):
        wait(25)
        if window.bench.tasks.is_idle:
            break
    window.canvas.rest()
    window.canvas.request_render()
    wait(400)


def shoot(window, name: str, of=None) -> None:
    """Save the whole window, with as many colours as it needs and no more."""
    settle(of or window)
    path = HERE / f"{name}.png"
    window.grab().save(str(path))
    try:
        from PIL import Image
    except ImportError:
        return
    Image.open(path).convert("RGB").quantize(200).save(path, optimize=True)


def opened():
    """The window after its notice, in English, light, at its own size."""
    preferences = Preferences(notice_seen=NOTICE, tour_seen=True, language="en")
    use_language("en")
    app.application(preferences)
    window = app.build(load_body("reference"), None, preferences)
    window.resize(*SIZE)
    window.show()
    QTest.qWaitForWindowExposed(window)
    window.start()
    settle(window)
    return window


def first_visit(window) -> None:
    """The tour, step by step."""
    tour = window.tour
    tour.start()
    shoot(window, "tour-1-look-around")
    tour.go_on()
    shoot(window, "tour-2-place")
    tour.step.do()
    settle(window)
    shoot(window, "tour-3-read")
    tour.go_on()
    tour.step.do()
    shoot(window, "tour-4-push")
    tour.go_on()
    shoot(window, "tour-5-what-is-near")
    tour.stop()


def explore(window) -> None:
    """Two layers off; then a cut across."""
    window.deeds.new_plan()
    window.deeds.look_from("posterior")
    for _ in range(2):
        window.explore.peel()
    shoot(window, "layers")
    for _ in range(2):
        window.explore.unpeel()
    window.explore.cut_axial()
    window.canvas.camera = camera.turned(window.canvas.camera, 25.0, 35.0)
    window.director.camera_moved()
    shoot(window, "cut")
    window.explore.cut_off()


def a_point(window) -> None:
    """From the pain area to the card."""
    window.deeds.new_plan()
    window.docks.show_left(1)
    window.docks.points.search.setText("medial scapular border")
    settle(window)
    window.show_point(("RMA", "left"))
    shoot(window, "point-card")


def rhomboid(window) -> None:
    """The stored approach, then the same depth straight in."""
    window.bench.points.place()
    settle(window)
    window.director.look_at_needle()
    shoot(window, "rhomboid-tilted")
    window.bench.desk.set_tilt(0.0)
    settle(window)
    window.director.look_at_needle()
    shoot(window, "rhomboid-straight")
    window.deeds.undo()


def another_person(window) -> None:
    """The same needle in a woman beside the man; who lies there, and six adults compared."""
    window.deeds.toggle_beside()
    while window.beside.second is None:
        wait(50)
    wait(4000)  # the other person's index and verdict
    shoot(window, "side-by-side")
    window.deeds.toggle_beside()
    settle(window)
    window.deeds.show_subject()
    dialog = QApplication.activeModalWidget() or next(
        w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()
    )
    next(b for b in dialog.findChildren(QPushButton) if "ompare" in b.text()).click()
    settle(window)
    shoot(dialog, "subject", of=window)
    dialog.close()


def ways(window) -> None:
    """All directions from the entry point, and the limit depths around it."""
    window.deeds.toggle_directions()
    shoot(window, "directions")
    window.deeds.toggle_directions()
    window.deeds.toggle_map()
    settle(window)
    wait(6000)  # the map grows finer
    shoot(window, "skin-map")
    window.deeds.toggle_map()


def looks(window) -> None:
    """Section, presenter mode, dark and German."""
    window.deeds.toggle_section()
    shoot(window, "section")
    window.deeds.toggle_section()
    window.results.tabs.setCurrentWidget(window.results.layers)
    shoot(window, "along-the-line")
    window.results.tabs.setCurrentWidget(window.results.zones)
    window.explore.show_card("parietal_pleura_left")
    card = window.findChild(QDialog, "structure_card")
    shoot(card, "structure-card", of=window)
    card.close()
    window.presenter.start()
    shoot(window, "presenter")
    window.presenter.stop()
    window.resize(*SIZE)
    window.deeds.next_theme()
    from viewer.language import speak

    speak(window, "de")
    shoot(window, "dark-german")


def main() -> int:
    """Draw them all."""
    HERE.mkdir(exist_ok=True)
    window = opened()
    window.deeds.may_lose_changes = lambda: True
    for part in (first_visit, explore, a_point, rhomboid, ways, another_person, looks):
        part(window)
    window.bench.session.mark_saved()
    window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
