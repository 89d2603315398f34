"""Structure records and the search over their names.

A structure is an anatomical thing with an id (glossary); its file, its FMA concept and its side are
separate facts. Search is accent- and case-free over id, name, Latin name, synonyms and FMA id.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from meshes.surface import Surface

SIDES = ("left", "right", "both", "mid")
"""The subject's side: ``mid`` crosses the midline, ``both`` is one mesh holding both sides."""

SYSTEMS = (
    "skin", "fat", "muscle", "bone", "cartilage", "vessel", "nerve", "organ", "pleura", "other",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Structure:
    """One anatomical structure of a body.

    ``layer`` is the depth rank used by the layer slider, 0 = skin, rising inwards. ``closed`` is
    the verdict of `meshes.checks` (watertight and consistently wound), never a claim of the file.
    ``derived`` says the project computed it instead of reading it. ``source`` names a source id.
    """

    id: str
    name: str
    side: str
    system: str
    surface: Surface
    layer: int = 0
    latin: str = ""
    synonyms: tuple[str, ...] = ()
    fma: str = ""
    closed: bool = True
    derived: bool = False
    source: str = ""
    asset_id: str = ""
    measurements: tuple[str, ...] = field(default=())
    """Ids of the published figures that shaped it (`meshes.measurements`); empty if read."""


def fold(text: str) -> str:
    """Fold case and accents away, so that *Diaphragmā* meets *diaphragma*."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(plain.casefold().replace("_", " ").split())


def search(structures: Iterable[Structure], query: str) -> list[Structure]:
    """Structures whose id, names, synonyms or FMA id hold every word of ``query``.

    Order: exact name, then name prefix, then the rest; the body's order inside each class. An empty
    query returns everything.
    """
    words = fold(query).split()
    ranked: list[tuple[int, int, Structure]] = []
    for position, structure in enumerate(structures):
        names = [structure.name, structure.latin, *structure.synonyms]
        haystack = fold(" ".join([structure.id, structure.fma, structure.asset_id, *names]))
        if not all(word in haystack for word in words):
            continue
        folded = [fold(name) for name in names if name]
        joined = " ".join(words)
        rank = 0 if joined in folded else 1 if any(n.startswith(joined) for n in folded) else 2
        ranked.append((rank, position, structure))
    return [structure for _, _, structure in sorted(ranked, key=lambda row: row[:2])]
