"""Shoulder: what holds the scapula, the cuff, then latissimus, deltoid and trapezius over all."""

from __future__ import annotations

from meshes.reference.muscles.kinds import lay, lay_parts
from meshes.reference.muscles.scene import Scene
from meshes.reference.tables import read_table

UNDER_GIRDLE = ("serratus_anterior",)
ON_GIRDLE = (
    "subscapularis", "levator_scapulae", "rhomboid_minor", "rhomboid_major", "supraspinatus",
    "infraspinatus", "teres_minor", "teres_major",
)  # fmt: skip


def under_girdle(scene: Scene) -> None:
    """Serratus anterior, which lies on the ribs before the scapula covers it."""
    t = read_table("muscles_shoulder")
    for name in UNDER_GIRDLE:
        lay(scene, name, t[name])


def on_girdle(scene: Scene) -> None:
    """Muscles from trunk to scapula and from scapula to humerus."""
    t = read_table("muscles_shoulder")
    for name in ON_GIRDLE:
        lay(scene, name, t[name])


def latissimus(scene: Scene) -> None:
    """Latissimus dorsi, around teres major to the front of the humerus."""
    lay(scene, "latissimus_dorsi", read_table("muscles_shoulder")["latissimus_dorsi"])


def superficial(scene: Scene) -> None:
    """Deltoid and trapezius."""
    t = read_table("muscles_shoulder")
    lay_parts(scene, t["deltoid"])
    lay_parts(scene, t["trapezius"])
