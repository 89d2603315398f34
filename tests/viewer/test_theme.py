"""Readable and told apart: contrast and colour difference, computed."""

import itertools
import re
from importlib.resources import files

import numpy as np
import pytest

from viewer.theme.palette import THEMES, VERDICT_FILL, VERDICT_INK, contrast, rgb

MACHADO = {  # severity 1.0, linear RGB
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def test_contrast_is_the_published_one():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_every_text_stands_out_from_what_it_is_written_on(theme):
    pairs = [(theme.text, ground) for ground in (
        theme.window, theme.card, theme.raised, theme.hover, theme.selected)]  # fmt: skip
    pairs += [(theme.muted, ground) for ground in (theme.window, theme.card, theme.raised)]
    pairs += [(theme.on_caution, theme.caution)]
    pairs += [(theme.on_accent, theme.accent), (theme.scene_text, theme.scene_plate)]
    pairs += [(ink, theme.card) for ink in theme.verdict_text.values()]
    pairs += [(theme.scene_text, theme.scene_bottom), (theme.scene_text, theme.scene_top)]
    assert {pair: contrast(*pair) for pair in pairs if contrast(*pair) < 4.5} == {}
    assert contrast(theme.focus, theme.card) >= 3.0
    assert contrast(theme.accent, theme.card) >= 3.0


def test_every_verdict_is_legible_on_its_own_colour():
    assert set(VERDICT_FILL) == set(VERDICT_INK)
    assert all(contrast(VERDICT_INK[v], VERDICT_FILL[v]) >= 4.5 for v in VERDICT_FILL)


def seen_by(color: str, kind: str) -> np.ndarray:
    srgb = np.array(rgb(color))
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    out = np.clip(np.array(MACHADO[kind]) @ linear, 0, 1)
    return np.where(out <= 0.0031308, out * 12.92, 1.055 * out ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("kind", ["normal", *MACHADO])
def test_the_three_verdict_colours_keep_apart_for_every_kind_of_colour_vision(kind):
    color = pytest.importorskip("skimage.color", reason="scikit-image measures the difference")
    lab = {
        v: color.rgb2lab(np.array(rgb(c)) if kind == "normal" else seen_by(c, kind))
        for v, c in VERDICT_FILL.items()
        if v != "computing"
    }
    gaps = {
        pair: float(color.deltaE_ciede2000(lab[pair[0]], lab[pair[1]]))
        for pair in itertools.combinations(("breach", "within_margin", "clear"), 2)
    }
    assert min(gaps.values()) >= 20.0, gaps


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("kind", ["normal", *MACHADO])
def test_verdicts_written_in_colour_keep_apart_in_every_theme(theme, kind):
    """Ink of table and cards: dark or light enough to read, and still told apart."""
    color = pytest.importorskip("skimage.color", reason="scikit-image measures the difference")
    lab = {
        v: color.rgb2lab(np.array(rgb(c)) if kind == "normal" else seen_by(c, kind))
        for v, c in theme.verdict_text.items()
        if v != "computing"
    }
    gaps = {
        pair: float(color.deltaE_ciede2000(lab[pair[0]], lab[pair[1]]))
        for pair in itertools.combinations(("breach", "within_margin", "clear"), 2)
    }
    assert min(gaps.values()) >= 15.0, gaps
    known = ("breach", "within_margin", "clear")
    grey = {v: float(color.deltaE_ciede2000(lab[v], lab["not_assessed"])) for v in known}
    assert min(grey.values()) >= 13.0, grey
    grounds = (theme.card, theme.raised, theme.hover)
    inks = {(v, g): contrast(theme.verdict_text[v], g) for v in known for g in grounds}
    assert min(inks.values()) >= 4.5, inks


def test_the_style_sheet_uses_only_colours_that_every_theme_has():
    text = (files("viewer") / "theme" / "style.qss").read_text(encoding="utf-8")
    names = set(re.findall(r"@([a-z_]+)", text))
    assert names
    assert all(hasattr(theme, name) for theme in THEMES.values() for name in names)
    assert not re.search(r"#[0-9a-fA-F]{6}", text)  # no colour outside the themes


def test_icons_are_drawn_in_the_colour_asked_for(qapp):
    from viewer.theme.icons import icon, pixmap

    for path in sorted((files("viewer") / "theme" / "icons").iterdir(), key=lambda p: p.name):
        name = path.name.removesuffix(".svg")
        image = pixmap(name, "#D55E00", 48).toImage()
        seen = {image.pixelColor(x, y).name() for x in range(48) for y in range(48)
                if image.pixelColor(x, y).alpha() > 250}  # fmt: skip
        assert "#d55e00" in seen, name
        assert not icon(name, "#000000").pixmap(16, 16).isNull()


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda t: t.name)
def test_what_cannot_be_used_is_seen_and_not_taken_for_what_can(theme):
    for ground in (theme.card, theme.window):
        assert 1.7 <= contrast(theme.disabled, ground) < 5
    assert contrast(theme.disabled, theme.text) >= 3


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda t: t.name)
def test_a_checked_box_has_a_mark_and_not_only_another_colour(qapp, qtbot, theme):
    from PySide6.QtWidgets import QCheckBox

    from viewer.theme import style

    style.apply(qapp, theme)
    try:
        box = QCheckBox("on")
        qtbot.addWidget(box)
        box.setChecked(True)
        box.show()
        image = box.grab().toImage()
        colours = {image.pixelColor(x, y).name() for x in range(2, 20)
                   for y in range(2, image.height() - 2)}  # fmt: skip
    finally:
        style.apply(qapp, THEMES["light"])
    assert theme.accent.lower() in colours
    mark = [c for c in colours if contrast(c, theme.accent) > 4.5]
    assert set(mark) & {"#ffffff", "#06201f"}
