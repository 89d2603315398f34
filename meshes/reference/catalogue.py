"""Names, sides, systems and concepts of the reference structures, by id."""

from __future__ import annotations

from dataclasses import dataclass

from meshes.catalogue import Structure
from meshes.surface import Surface, SurfaceKind

SYSTEM = {
    "skin": "skin", "rib": "bone", "costal_cartilage": "cartilage", "sternum": "bone",
    "vertebra": "bone", "clavicle": "bone", "scapula": "bone", "humerus": "bone",
    "lung": "organ", "parietal_pleura": "pleura", "heart": "organ", "aorta": "vessel",
    "kidney": "organ", "liver": "organ", "spleen": "organ", "spinal_cord": "nerve",
    "trachea": "organ",
}  # fmt: skip
LAYER = {
    "skin": 0, "clavicle": 3, "scapula": 3, "humerus": 3, "rib": 4, "costal_cartilage": 4,
    "sternum": 4, "vertebra": 4, "parietal_pleura": 5, "lung": 6, "kidney": 6, "liver": 6,
    "spleen": 6, "heart": 7, "aorta": 7, "trachea": 7, "spinal_cord": 7,
}  # fmt: skip
ORDER = list(SYSTEM)


@dataclass(frozen=True)
class Record:
    """Catalogue facts of one structure."""

    id: str
    family: str
    side: str
    number: int

    @property
    def order(self) -> tuple[int, int, str, str]:
        """Sort key: family, number, name."""
        return ORDER.index(self.family), self.number, self.id, self.side

    @property
    def kind(self) -> SurfaceKind:
        """Tubes are vessels and nerves."""
        return SurfaceKind.SOLID

    def structure(self, surface: Surface) -> Structure:
        """The structure with its surface."""
        return Structure(
            id=self.id, name=self.id.replace("_", " "), side=self.side,
            system=SYSTEM[self.family], surface=surface, layer=LAYER[self.family],
            source="meshes/reference",
        )  # fmt: skip


def record(structure_id: str) -> Record:
    """Catalogue facts for an id such as ``rib_4_left``."""
    words = structure_id.split("_")
    side = words[-1] if words[-1] in ("left", "right") else "mid"
    stem = "_".join(words[:-1] if side != "mid" else words)
    family = next(f for f in sorted(SYSTEM, key=len, reverse=True) if stem.startswith(f))
    rest = stem[len(family) :].strip("_")
    number = int(rest) if rest.isdigit() else 0
    if family == "vertebra":
        number = {"c": 0, "t": 20, "l": 40}[rest[0]] + int(rest[1:])
    side = {"liver": "right", "spleen": "left"}.get(family, side)
    return Record(structure_id, family, side, number)
