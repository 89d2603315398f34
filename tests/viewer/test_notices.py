"""Messages over the view: what they say, how long they stay, and what they leave in sight."""

import numpy as np
import pytest
from shapes import egg_body
from windows import settle

from viewer.theme.palette import LIGHT
from viewer.theme.style import apply

pytestmark = pytest.mark.window


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_message_leaves_the_letter_at_the_upper_edge_in_sight(open_window, qtbot, qapp, scale):
    """The letter's plate is measured in the picture: what changes when it is taken away."""
    window = open_window(egg_body(), size=(1366, 768))
    try:
        apply(qapp, LIGHT, scale)
        window.restyle()
        settle(qtbot, window)
        window.notices.tell("A message that is shown over the view.", "caution")
        card = window.notices._card
        with_it = window.canvas.screenshot().astype(int)
        window.canvas.remove("frame/top")
        without = window.canvas.screenshot().astype(int)
        rows = np.flatnonzero(np.abs(with_it - without).max(axis=(1, 2)) > 40)
        assert rows.size
        below = (rows.max() + 1) / window.canvas.widget.devicePixelRatioF()
        assert below < window.canvas.widget.height() / 4
        assert card.geometry().top() >= below
        window.notices.dismiss()
    finally:
        apply(qapp, LIGHT, 1.0)
