"""A number typed with either decimal mark is that number, in every language and locale."""

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest

from viewer import describe
from viewer.i18n.text import tr, use_language
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


def test_a_second_mark_is_not_taken(qtbot, system):
    assert typed(qtbot, "1.234,5").value() == 1.2


@pytest.mark.parametrize(("language", "mark"), [("en", "."), ("de", ","), ("fr", ","), ("es", ",")])
def test_numbers_are_written_as_the_language_writes_them(language, mark):
    use_language(language)
    assert describe.number(-3.25) == f"−3{mark}2"
    assert describe.clearance_text(17.39) == f"17{mark}3"
    assert f"17{mark}3" in tr("{mm} mm", mm="17.3")
    assert tr("{mm} mm", mm="plan 1.5") == "plan 1.5 mm"
    assert describe.position((1.0, -2.5, 3.0)).count(mark) == 3
