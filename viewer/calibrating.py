"""A calibrated copy of the open body: made once, kept under an id of its own, found again later."""

from __future__ import annotations

from meshes.body import Body
from meshes.errors import BadFileError
from meshes.packs.schema import write_body_folder
from meshes.packs.store import body_folder, open_body
from viewer.i18n.text import tr
from zones.report_card import CALIBRATED, ReportCard


def is_offered(card: ReportCard) -> bool:
    """Whether a copy may help: the body is deeper than people, and is no copy yet."""
    return card.verdict in ("too_deep", "edge_too_high") and not card.calibrated


def copy_of(body: Body) -> Body:
    """Return the stored calibrated copy of a body, made and stored if there is none.

    Raises
    ------
    CalibrationError
        As `zones.calibrate.calibrated`; nothing is stored then.
    BadFileError
        The copy's id belongs to something else.
    """
    new_id = f"{body.id}-calibrated"
    target = body_folder(new_id)
    if not target.exists():
        from zones.calibrate import calibrated  # slow to import: not before it is used

        copy, _ = calibrated(body, new_id)
        write_body_folder(copy, target, "npz", compress=False)
    stored = open_body(new_id)
    origin = f"(hash {body.content_hash[:12]})"
    if not any(s.startswith(CALIBRATED) and origin in s for s in stored.sources):
        raise BadFileError(
            tr("body {id} is no calibrated copy of this body; remove it, or make a copy under "
               "another id with `needlewise body calibrate`", id=new_id)
        )  # fmt: skip
    return stored
