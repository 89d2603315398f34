"""The layer slider's steps: skin, fat, superficial and deep muscles, ribs, pleura. No Qt.

A step hides what lies outside of it. The order is the body's own layer ranks; fat and skin come
first whatever rank a pack gives them.
"""

from __future__ import annotations

from collections.abc import Iterable

from meshes.catalogue import Structure
from viewer.i18n.text import tr

STEPS = ("skin", "fat", "superficial", "deep", "ribs", "pleura")
_DEPTH = {"skin": 0, "fat": 1, "superficial": 2, "deep": 3, "ribs": 5, "pleura": 6}
"""Least depth shown at a step; a layer rank r > 0 lies at depth r + 1."""


def depth_of(structure: Structure) -> int:
    """Depth of a structure: 0 skin, 1 fat, then one more than its layer rank."""
    if structure.system in ("skin", "fat"):
        return 0 if structure.system == "skin" else 1
    return max(structure.layer, 1) + 1


def least_depth(step: int) -> int:
    """Depth from which a step shows."""
    return _DEPTH[STEPS[step]]


def is_laid_open(system: str, depth: int, step: int) -> bool:
    """Whether a step lays this fat or muscle open: then it is solid, as on a plate.

    What lies beneath a muscle is solid too: it is seen through the gaps of those above it.
    """
    if system not in ("fat", "muscle") or step == 0 or step + 1 >= len(STEPS):
        return False
    if system == "muscle" and STEPS[step] == "superficial":
        return depth >= least_depth(step)
    return least_depth(step) <= depth < least_depth(step + 1)


def useful_steps(structures: Iterable[Structure]) -> list[int]:
    """The steps at which something new appears on top; 0 is always one."""
    depths = {depth_of(s) for s in structures}
    bounds = [*(_DEPTH[name] for name in STEPS), 10**6]
    return [k for k in range(len(STEPS))
            if k == 0 or any(bounds[k] <= d < bounds[k + 1] for d in depths)]  # fmt: skip


def step_word(step: int) -> str:
    """What is outermost at a step, for people."""
    return {
        "skin": tr("Skin"), "fat": tr("Fat"), "superficial": tr("Superficial muscles"),
        "deep": tr("Deep muscles"), "ribs": tr("Ribs"), "pleura": tr("Pleura"),
    }[STEPS[step]]  # fmt: skip
