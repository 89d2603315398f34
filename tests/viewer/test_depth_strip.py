"""The line to scale: each name is whole, on a part of its band that nothing covers."""

import pytest
from PySide6.QtGui import QFontMetrics

from viewer.i18n.text import use_language
from viewer.theme.style import font
from viewer.widgets.depth_strip import Band, DepthStrip

SKIN = (0.9, 0.6, 0.5)


@pytest.fixture
def strip(qtbot):
    made = DepthStrip()
    qtbot.addWidget(made)
    made.resize(400, 74)
    inside = Band("Inside the skin", 0.0, None, SKIN)
    made.show_bands(
        [inside, Band("Fat", 2.0, 6.5, SKIN), Band("Muscle", 14.0, 27.0, SKIN)], 25.0, 27.7, 60.0
    )
    return made


def test_a_band_that_holds_others_is_named_where_it_is_seen(strip):
    free = {band.name: (start, end) for band, start, end in strip._free(strip._shown())}
    fat, muscle = free["Fat"], free["Muscle"]
    assert fat == (strip._x(2.0), strip._x(6.5))
    start, end = free["Inside the skin"]  # from the muscle on: the widest part that is free
    assert start >= muscle[1]
    assert end == strip._x(strip._reach)
    wide = QFontMetrics(font(10.5, 600)).horizontalAdvance("Inside the skin")
    assert end - start > wide
    parts = sorted(free.values())
    assert all(a[1] <= b[0] for a, b in zip(parts, parts[1:], strict=False))


def test_a_band_that_is_covered_whole_has_no_name(strip):
    strip.show_bands([Band("below", 1.0, 9.0, SKIN), Band("over", 1.0, 8.999, SKIN)], 5.0, None, 60)
    free = {band.name: end - start for band, start, end in strip._free(strip._shown())}
    assert free["below"] < 1.0
    assert free["over"] > 50.0


def test_its_numbers_are_written_as_the_language_does(strip):
    use_language("de")
    try:
        strip.show_bands([Band("Fett", 2.0, 6.5, SKIN)], 25.0, 27.7, 60.0)
        assert "Fett: 2,0 – 6,5 mm" in strip.toolTip()
    finally:
        use_language("en")
