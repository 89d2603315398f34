"""Flow: a plan saved under a bare name gets its ending, is found again, and replaces nothing."""

import pytest
from PySide6.QtWidgets import QFileDialog
from shapes import egg_body
from windows import settle

from zones.needle import Needle

pytestmark = pytest.mark.window


def test_a_name_without_an_ending_gets_one_and_the_next_dialog_opens_there(
    open_window, qtbot, tmp_path, monkeypatch
):
    window = open_window(egg_body())
    window.bench.desk.add(Needle((70.0, 95.0, 20.0), (0, -1, 0), 15.0), length=75.0)
    settle(qtbot, window)
    asked = []

    def typed(parent, title, folder, kinds):
        asked.append(folder)
        return str(tmp_path / "mine"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", typed)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", typed)
    assert window.deeds.save_as()
    saved = tmp_path / "mine.needleplan.json"
    assert [p.name for p in tmp_path.iterdir()] == [saved.name]
    before = saved.read_bytes()

    # The dialog asked about "mine", not about the file that is there: that one stays.
    window.bench.desk.set_depth(16.0)
    assert not window.deeds.save_as()
    assert saved.read_bytes() == before
    assert "exists" in window.notices.last

    monkeypatch.setattr(window.deeds, "may_lose_changes", lambda: False)
    window.deeds.open_plan()
    assert asked[-1] == str(tmp_path)
    window.deeds.save_picture()
    assert (tmp_path / "mine.png").exists()
