"""The tree: finds, shows, hides, isolates; says the same as the view state."""

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from shapes import egg_body

from viewer.panels.structure_model import StructureModel
from viewer.panels.structures import StructuresPanel
from viewer.view_state import ViewState

CHECK = Qt.ItemDataRole.CheckStateRole


@pytest.fixture
def body():
    return egg_body()


@pytest.fixture
def view(body):
    return ViewState(body)


@pytest.fixture
def panel(themed, qtbot, body, view):
    made = StructuresPanel(body, view)
    qtbot.addWidget(made)
    made.resize(280, 600)
    made.show()
    yield made
    made.close_model()
    made.hide()


def names(panel):
    model, found = panel.filter, []
    for row in range(model.rowCount()):
        top = model.index(row, 0)
        found += [model.index(i, 0, top).data() for i in range(model.rowCount(top))]
    return found


def system(panel, title):
    for row in range(panel.filter.rowCount()):
        index = panel.filter.index(row, 0)
        if index.data() == title:
            return index
    raise AssertionError(title)


def test_the_model_obeys_qts_rules(qtmodeltester, themed, body, view):
    model = StructureModel(body, view)
    qtmodeltester.check(model)
    model.close()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("heart", ["Heart"]),
        ("HEART", ["Heart"]),
        ("lúng", ["Left lung", "Right lung"]),
        ("pleura lat", ["Parietal pleura, left", "Parietal pleura, right"]),
        ("rib_5_left", ["Rib 5, left"]),
        ("left rib", ["Rib 5, left"]),
        ("nothing at all", []),
    ],
)
def test_search_finds_by_name_latin_id_without_case_or_accent(panel, query, found):
    for letter in query:
        panel.search.insert(letter)
    assert names(panel) == found
    assert panel.none_found.isVisible() is (found == [])
    panel.search.clear()
    assert len(names(panel)) == 8


def test_a_system_is_tri_state_and_a_click_on_its_eye_hides_then_shows_all(panel, view):
    bones = system(panel, "Bones")
    assert Qt.CheckState(bones.data(CHECK)) == Qt.CheckState.Checked
    view.set_visible(["rib_5_left"], False)
    assert Qt.CheckState(bones.data(CHECK)) == Qt.CheckState.PartiallyChecked
    box = panel.tree.visualRect(bones)
    eye = QPoint(box.right() - 18, box.center().y())
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=eye)
    assert view.appearance("rib_5_left").visible
    assert view.appearance("rib_5_right").visible
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=eye)
    assert not view.appearance("rib_5_left").visible
    assert not view.appearance("rib_5_right").visible


def test_space_hides_the_selected_row_and_i_isolates_it(panel, view):
    panel.reveal("heart")
    panel.tree.setFocus()
    QTest.keyClick(panel.tree, Qt.Key.Key_Space)
    assert not view.look("heart").visible
    QTest.keyClick(panel.tree, Qt.Key.Key_Space)
    QTest.keyClick(panel.tree, Qt.Key.Key_I)
    shown = [key for key in egg_body().structures if view.appearance(key).visible]
    assert shown == ["heart"]
    QTest.keyClick(panel.tree, Qt.Key.Key_I)
    assert view.appearance("skin").visible


def test_the_slider_fades_the_selection_and_follows_the_view_state(panel, view):
    panel.reveal("lung_left")
    panel.fade.setValue(30)
    assert view.look("lung_left").opacity == pytest.approx(0.30)
    assert view.look("lung_right").opacity != pytest.approx(0.30)
    view.set_opacity(["lung_left"], 0.8)
    assert panel.fade.value() == 80
    assert "80" in panel.fade_label.text()


def test_show_all_and_reset(panel, view):
    start = {key: view.look(key) for key in egg_body().structures}
    view.set_visible(["heart", "skin"], False)
    view.isolate(["lung_left"])
    panel.show_all.click()
    assert all(view.appearance(key).visible for key in start)
    view.set_opacity(["heart"], 0.1)
    panel.reset.click()
    assert {key: view.look(key) for key in start} == start


def test_every_row_speaks_its_state(panel, view):
    view.set_visible(["heart"], False)
    at = panel.model.index_of("heart")
    assert at.data(Qt.ItemDataRole.AccessibleTextRole) == "Heart, hidden"
    assert panel.model.parent(at) != QModelIndex()
