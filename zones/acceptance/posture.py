"""Rows that compare one body in several postures (acceptance rows A03, A07, B19).

The bodies come by name, such as ``M1,sitting``: see `zones.acceptance.run`. Lengths in mm.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from zones.acceptance.back import gb21_pleura
from zones.acceptance.landmarks import spine_x, transverse_tip
from zones.acceptance.probe import SIDES, NotRunError, Probe, sign

Bodies = Callable[[str], Probe]
"""The probe of a member: a variant, after a comma its posture if not as built."""

MEN, WOMEN = 24, 28
"""How many of each were measured (Chu 2018)."""
_BESIDE_MM = 25.0
"""Where beside the spine a paravertebral needle is set: a convention."""
_LEVELS = (("t2", "t3"), ("t7", "t8"))


def gb21_sitting(of: Bodies) -> float:
    """Skin to pleura at GB21 of sitting men and women, as many of each as were measured."""
    men, women = (gb21_pleura(of(f"{v},sitting")) for v in ("M1", "F1"))
    return (MEN * men + WOMEN * women) / (MEN + WOMEN)


def gb21_raised(of: Bodies, variant: str) -> float:
    """How much deeper the pleura is prone with arms raised than sitting."""
    return gb21_pleura(of(f"{variant},raised")) - gb21_pleura(of(f"{variant},sitting"))


def gb21_along(of: Bodies, variant: str) -> float:
    """How much deeper the pleura is prone with arms along the trunk than sitting."""
    return gb21_pleura(of(variant)) - gb21_pleura(of(f"{variant},sitting"))


def gb21_order(of: Bodies, variant: str) -> float:
    """The smaller step from sitting to arms raised to arms along the trunk."""
    raised = gb21_raised(of, variant)
    return min(raised, gb21_along(of, variant) - raised)


def rounded_back(of: Bodies, variant: str) -> float:
    """Mean loss of pleura depth beside T2 and T7 from prone, taken as straight, to sitting.

    Raises
    ------
    NotRunError
        A line meets no pleura.
    """
    straight, rounded = of(variant), of(f"{variant},sitting")
    return float(np.mean([a - b for a, b in zip(_beside(straight), _beside(rounded), strict=True)]))


def _beside(probe: Probe) -> list[float]:
    """Skin to pleura along the normal, 25 mm beside the middle between two transverse processes."""
    found = []
    for levels in _LEVELS:
        for side in SIDES:
            z = float(np.mean([transverse_tip(probe, level, side)[2] for level in levels]))
            point = probe.skin_behind(spine_x(probe) + sign(side) * _BESIDE_MM, z)
            depth = probe.depth(point, probe.normal(point), "parietal_pleura")
            if depth is None:
                raise NotRunError("the line beside the spine meets no pleura")
            found.append(depth)
    return found
