"""The intended-use notice: first start, About, and every export carry it. No Qt."""

from __future__ import annotations

from viewer.i18n.text import tr

NOTICE = "intended_use/1"
"""Id of this wording; a new wording gets a new id and is shown again."""

_PURPOSE = (
    "For education and anatomical visualisation. Shows a generic body model, not the anatomy of "
    "any patient. Distances are model estimates with the stated error and must not be used to "
    "choose, guide or confirm a needle depth, angle or site for treatment. Not a medical device; "
    "not for diagnosis or treatment. Training, palpation, imaging and clinical judgement remain "
    "required."
)


def notice() -> str:
    """Return the notice in the chosen language."""
    return tr(_PURPOSE)


def short_notice() -> str:
    """Return the one line that stands in the window and on pictures."""
    return tr("Education and visualisation only · not a medical device")
