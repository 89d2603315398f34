"""A number typed with either decimal mark is that number, in every language and locale."""

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest

from viewer import describe
from viewer.i18n.text import tr, use_language
from viewer.widgets.axis_box import AxisBox
from viewer.widgets.number_box import NumberBox


@pytest.fixture(params=["C", "de_DE", "fr_FR", "en_US"])
def system(request):
    """The locale of the machine, which Qt takes for every box."""
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


def typed(qtbot, text):
    box = NumberBox()
    qtbot.addWidget(box)
    box.setRange(-3000, 3000)
    box.setDecimals(1)
    box.setPrefix("L+ ")
    box.setSuffix(" mm")
    box.show()
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)
    return box


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("text", "value"),
    [("12.5", 12.5), ("12,5", 12.5), ("-0,4", -0.4), ("1234.5", 1234.5), ("7", 7.0)],
)
def test_a_point_and_a_comma_are_one_mark(qtbot, system, language, text, value):
    use_language(language)
    box = typed(qtbot, text)
    assert box.value() == value
    mark = "," if language == "de" else "."
    assert box.text() == f"L+ {value:.1f} mm".replace(".", mark)


@pytest.mark.parametrize(
    "text", ["1.234,5", "1e1", "10-12", "1/2", "1 234", "2.5 cm", "4000", "--3", "44 R", ".", "x"]
)
def test_what_is_no_number_within_the_range_is_not_taken_in_part(qtbot, system, text):
    box = typed(qtbot, "7")
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == 7.0
    assert box.text() == "L+ 7.0 mm"


def test_more_decimals_than_shown_are_rounded(qtbot, system):
    assert typed(qtbot, "25.06").value() == 25.1


@pytest.mark.parametrize(("language", "mark"), [("en", "."), ("de", ","), ("fr", ","), ("es", ",")])
def test_numbers_are_written_as_the_language_writes_them(language, mark):
    use_language(language)
    assert describe.number(-3.25) == f"−3{mark}2"
    assert describe.clearance_text(17.39) == f"17{mark}3"
    assert f"17{mark}3" in tr("{mm} mm", mm="17.3")
    assert tr("{mm} mm", mm="plan 1.5") == "plan 1.5 mm"
    assert describe.position((1.0, -2.5, 3.0)).count(mark) == 3


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [("R 41.8", -41.8, "R 41.8"), ("-41,8", -41.8, "R 41.8"), ("41.8", 41.8, "L 41.8"),
     ("r2", -2.0, "R 2.0"), ("l 0.04", 0.0, "L 0.0"), ("0", 0.0, "L 0.0"),
     *[(other, 7.0, "L 7.0") for other in ("r-2", "-R2", "P 3", "44 R", "3 4", "R", "9000")]],
)  # fmt: skip
def test_a_coordinate_is_typed_as_it_is_written(qtbot, system, language, text, value, shown):
    use_language(language)
    box = AxisBox("L", "R")
    qtbot.addWidget(box)
    box.setRange(-3000, 3000)
    box.setDecimals(1)
    box.setValue(7.0)
    box.show()
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == value
    assert box.text() == (shown.replace(".", ",") if language == "de" else shown)


def test_a_coordinate_has_the_words_of_the_status_bar(qtbot):
    box = AxisBox("L", "R")
    qtbot.addWidget(box)
    box.setRange(-3000, 3000)
    box.setDecimals(1)
    for value in (-41.84, 0.0, -0.04, 12.36, -2999.96):
        box.setValue(value)
        assert box.text() == describe.position((box.value(), 0.0, 0.0)).split("  ")[0]
        assert box.valueFromText(box.text()) == pytest.approx(box.value(), abs=0.05)
