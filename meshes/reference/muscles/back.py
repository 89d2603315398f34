"""Back: columns beside the spine, then the layers over them from deep to superficial."""

from __future__ import annotations

from typing import Any

from meshes.reference.muscles.front import packed
from meshes.reference.muscles.kinds import lay
from meshes.reference.muscles.scene import Scene
from meshes.reference.tables import read_table

SUBOCCIPITAL = (
    "rectus_capitis_posterior_minor", "obliquus_capitis_inferior",
    "rectus_capitis_posterior_major", "obliquus_capitis_superior",
)  # fmt: skip


def buttock(scene: Scene) -> None:
    """Gluteus medius and maximus, as far as the body goes."""
    t = read_table("muscles_back")
    for name in ("gluteus_medius", "gluteus_maximus"):
        lay(scene, name, t[name])


def deep_back(scene: Scene) -> None:
    """Psoas, quadratus lumborum and the columns beside the spine."""
    t = read_table("muscles_back")
    for name in ("psoas_major", "quadratus_lumborum"):
        lay(scene, name, t[name])
    for name in SUBOCCIPITAL:
        lay(scene, name, t[name])
    erector(scene, t["erector"])


def middle_back(scene: Scene) -> None:
    """Splenii and the posterior serrati."""
    t = read_table("muscles_back")
    for name in (
        "thoracolumbar_fascia", "splenius_cervicis", "splenius_capitis",
        "serratus_posterior_inferior", "serratus_posterior_superior",
    ):  # fmt: skip
        lay(scene, name, t[name])


def erector(scene: Scene, t: dict[str, Any]) -> None:
    """Columns that pack together: one smooth mass, divided where they meet."""
    packed(scene, t)
