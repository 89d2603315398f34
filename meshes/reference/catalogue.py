"""Names, sides, systems and concepts of the reference structures: ``tables/catalogue*.csv`` by id.

A row stands for both sides: ``rib_4`` names ``rib_4_left`` and ``rib_4_right``. Ids of the concept
are filled in only where they were looked up; an empty cell is an id nobody checked.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib import resources

from meshes.catalogue import Structure
from meshes.surface import Surface, SurfaceKind

ONE_SIDED = {
    "superior_vena_cava": "right", "inferior_vena_cava": "right", "brachiocephalic_trunk": "right",
    "liver": "right", "gallbladder": "right", "spleen": "left", "stomach": "left",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """Catalogue facts of one structure id."""

    id: str
    side: str
    order: int
    row: dict[str, str]

    @property
    def kind(self) -> SurfaceKind:
        """What the surface is meant to enclose."""
        return SurfaceKind(self.row["kind"])

    def structure(self, surface: Surface) -> Structure:
        """The structure with its surface."""
        r = self.row
        name = (
            r["name"] if self.id == r["id"] or self.side == "mid" else f"{r['name']}, {self.side}"
        )
        return Structure(
            id=self.id, name=name, side=self.side, system=r["system"], surface=surface,
            layer=int(r["layer"]), latin=r["latin"], synonyms=_split(r["synonyms"]),
            fma=_concept(self, r),
            source="meshes/reference", measurements=_split(r["measurements"]),
        )  # fmt: skip


def _concept(entry: Entry, row: dict[str, str]) -> str:
    if entry.side == "right" and (row["fma_right"] or entry.id != row["id"]):
        return row["fma_right"]
    return row["fma_left"]


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


@cache
def rows() -> dict[str, tuple[int, dict[str, str]]]:
    """Every catalogue row by id without side, with its place in the order of the tables."""
    found: dict[str, tuple[int, dict[str, str]]] = {}
    folder = resources.files("meshes.reference.tables")
    for entry in sorted(folder.iterdir(), key=lambda f: f.name):
        if entry.name.startswith("catalogue") and entry.name.endswith(".csv"):
            for row in csv.DictReader(io.StringIO(entry.read_text("utf-8"))):
                found[row["id"]] = (len(found), row)
    return found


def record(structure_id: str) -> Entry:
    """Catalogue facts for an id such as ``rib_4_left``.

    An id the tables do not know is taken for a muscle named by its id.
    """
    known = rows()
    if structure_id in known:
        order, row = known[structure_id]
        return Entry(structure_id, ONE_SIDED.get(structure_id, "mid"), order, row)
    stem, _, side = structure_id.rpartition("_")
    if side not in ("left", "right"):
        stem, side = structure_id, "mid"
    order, row = known.get(stem, (len(known), _muscle(stem)))
    return Entry(structure_id, side, order, row)


def _muscle(stem: str) -> dict[str, str]:
    name = stem.replace("_", " ").capitalize()
    return {
        "id": stem + "?", "name": name, "latin": "", "synonyms": "", "system": "muscle",
        "layer": "2", "kind": "solid", "fma_left": "", "fma_right": "", "measurements": "",
    }  # fmt: skip
