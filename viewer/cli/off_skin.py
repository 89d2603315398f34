"""Says on standard error which entry points are off the skin: depths count from where they are."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from viewer.i18n.text import tr

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from meshes.body import Body

OFF_SKIN_MM = 0.5
"""What rounding a typed coordinate explains; more air would lengthen every depth. Convention."""


def warn_off_skin(body: Body, entries: Iterable[tuple[str, ArrayLike]]) -> None:
    """Say how many entry points, each with its needle's name, are off the skin, and the worst."""
    from meshes.index.body_index import body_index

    if body.skin is None:
        return
    index, skin = body_index(body), [body.skin.id]  # its tree: a table may be long
    gaps = [(float(index.nearest(entry, skin)[0][0]), name) for name, entry in entries]
    off = [found for found in gaps if found[0] > OFF_SKIN_MM]
    if off:
        gap, name = max(off)
        text = tr(
            "needlewise: {n} of {all} entry points are not on the skin of {body} (needle {name}: "
            "{mm:.1f} mm away); depths count from the entry point; expected LPS mm of this body",
            n=len(off), all=len(gaps), body=body.id, name=name, mm=gap,
        )  # fmt: skip
        print(text, file=sys.stderr)
