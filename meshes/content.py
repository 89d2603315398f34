"""The identity of a body: one hash over everything that decides a distance."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

from meshes.body import Landmark
from meshes.catalogue import Structure


def content_hash(structures: Iterable[Structure], landmarks: Iterable[Landmark]) -> str:
    """SHA-256 over geometry, catalogue and landmarks, in order.

    Left out: ``closed``, which follows from the geometry, and the body's name and version.
    """
    digest = hashlib.sha256(b"needlewise body content 1\n")
    for s in structures:
        cells = (
            s.id, s.name, s.side, s.system, str(s.layer), s.latin, "; ".join(s.synonyms), s.fma,
            str(s.derived), s.source, s.asset_id, "; ".join(s.measurements),
            s.surface.content_hash,
        )  # fmt: skip
        digest.update(("\x1f".join(cells) + "\n").encode())
    for mark in landmarks:
        digest.update(f"{mark.id}\x1f{mark.name}\x1f{mark.rule}\x1f{mark.source}\n".encode())
        digest.update(np.ascontiguousarray(mark.point, dtype="<f8").tobytes())
    return digest.hexdigest()
