"""Bookmarks: named views of a body, kept in the user's folder, one small file per body. No Qt.

A view is what one sees: camera, looks that differ from the first ones, isolation, layers, x-ray,
cut and measured distances. A damaged file costs its bookmarks, never the start of the program;
saving what was read gives the same bytes.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from meshes.packs.store import home_dir
from viewer.appearance import Appearance
from viewer.canvas.camera import CameraPose
from viewer.measure import Distance
from viewer.section_caps import Cut
from viewer.view_state import Looks, ViewState

SCHEMA = "needlewise/bookmarks/1"


@dataclass(frozen=True)
class Bookmark:
    """A name and a view as plain JSON values (`captured`)."""

    name: str
    view: dict[str, Any]


def captured(view: ViewState, camera: CameraPose, cut: Cut | None) -> dict[str, Any]:
    """What one sees now, as plain values."""
    looks = view.looks
    changed = {key: asdict(look) for key, look in sorted(looks.choices.items())
               if look != view.defaults[key]}  # fmt: skip
    return {
        "camera": _plain(asdict(camera)),
        "looks": _plain(changed),
        "isolated": sorted(looks.isolated),
        "step": looks.step,
        "xray": looks.xray,
        "cut": None if cut is None else _plain(asdict(cut)),
        "distances": [_plain(asdict(d)) for d in view.measures.kept],
    }


def restored(view: ViewState, kept: dict[str, Any]) -> tuple[CameraPose | None, Cut | None]:
    """Put a captured view back; structures the body lacks are passed over.

    Returns the camera and the cut, which others own. A change of looks is one step of undo.
    """
    choices = dict(view.defaults)
    for key, row in dict(kept.get("looks", {})).items():
        if key in choices:
            with contextlib.suppress(TypeError, KeyError):
                choices[key] = Appearance(**{**row, "color": tuple(row["color"])})
    isolated = frozenset(key for key in kept.get("isolated", ()) if key in choices)
    step, xray = int(kept.get("step", 0)), bool(kept.get("xray", False))
    view.put(Looks(choices, isolated, min(max(step, 0), 5), xray))
    view.measures.replace(
        tuple(Distance(tuple(d["start"]), tuple(d["stop"])) for d in kept.get("distances", ()))
    )
    cut, camera = kept.get("cut"), kept.get("camera")
    return (
        None if camera is None else CameraPose(**{**camera, "focal": tuple(camera["focal"])}),
        None if cut is None else Cut(cut["kind"], tuple(cut["origin"]), tuple(cut["normal"])),
    )


def _plain(value: Any) -> Any:
    """Tuples as lists, numbers as Python's own."""
    return json.loads(json.dumps(value, default=float))


def bookmarks_path(body_id: str) -> Path:
    """Where the bookmarks of a body are kept."""
    stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in body_id)
    return home_dir() / "bookmarks" / f"{stem}.json"


def load_bookmarks(body_id: str) -> list[Bookmark]:
    """Read the bookmarks of a body; none where there is no file that can be read."""
    try:
        raw = json.loads(bookmarks_path(body_id).read_text(encoding="utf-8"))
        rows = raw["bookmarks"] if raw.get("schema") == SCHEMA else []
        return [Bookmark(str(row["name"]), dict(row["view"])) for row in rows]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def save_bookmarks(body_id: str, kept: list[Bookmark]) -> bool:
    """Write the bookmarks; a folder that refuses is answered with ``False``, not an error."""
    target = bookmarks_path(body_id)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    document = {"schema": SCHEMA, "bookmarks": [asdict(mark) for mark in kept]}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(document, indent=1, sort_keys=True), encoding="utf-8")
        temporary.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        return False
    return True


def free_name(wanted: str, kept: list[Bookmark]) -> str:
    """The wanted name, numbered if it is taken."""
    names = {mark.name for mark in kept}
    number, name = 2, wanted
    while name in names:
        name, number = f"{wanted} {number}", number + 1
    return name
