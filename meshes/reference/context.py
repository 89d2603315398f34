"""What one region's generator may know of the others: the frozen state of a build.

Skeleton and cavities are made first; muscles, fat and skin read them from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from meshes.body import Subject
from meshes.reference.cage import Cage
from meshes.reference.grid import Field, Grid
from meshes.reference.meshing import Mesh
from meshes.reference.ribs import Bar
from meshes.reference.solid import Solid, union
from meshes.reference.spine import Vertebra
from meshes.reference.tubes import Tube

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BuildContext:
    """Skeleton, cage and cavities of one body, world mm (LPS); paired things are the left ones.

    Attributes
    ----------
    subject
        Sex, stature, mass of the body under construction.
    column
        Vertebrae by level, ``c1`` to ``s5``: frames and points (`Vertebra.world`,
        ``spinous_tip``, ``transverse_tip``).
    ribs, cartilages
        Left bars by number: ``bar.path.points`` from head to front, half sizes per sample.
    sternum, clavicle
        Bars; the sternum's runs from the notch to the xiphoid tip.
    cage
        The wall as a radial field: ``cage.field(grid)`` is 0 on the middle of the ribs, negative
        within; ``cage.rib_height(number, angle)``.
    bones
        Left and midline bones and cartilages as fields on their own grids, by id without side:
        ``rib_4``, ``costal_cartilage_4``, ``vertebra_t4``, ``scapula``, ``clavicle``, ``humerus``,
        ``manubrium``, ``sternal_body``, ``xiphoid_process``, ``intervertebral_disc_t4_t5``,
        ``sacrum``, ``coccyx``, ``hip_bone``, ``occipital_bone``, ``temporal_bone``.
    cavities
        ``parietal_pleura_left``, ``parietal_pleura_right``, and the organs, as fields.
    tubes
        Vessels and nerves as centre lines with radii, by structure id with side: carve soft parts
        with ``stamp(grid, tube.points, tube.radius + gap)``.
    meshes
        Every surface made so far, by structure id.
    landmarks
        Named points, (3,) mm, by landmark id (``left`` ones end in ``_left``).
    """

    subject: Subject
    column: Mapping[str, Vertebra]
    ribs: Mapping[int, Bar]
    cartilages: Mapping[int, Bar]
    sternum: Bar
    clavicle: Bar
    cage: Cage
    bones: Mapping[str, Solid]
    cavities: Mapping[str, Solid]
    tubes: Mapping[str, Tube]
    meshes: Mapping[str, Mesh]
    landmarks: Mapping[str, Points]

    def bone_field(
        self, grid: Grid, only: Callable[[str], bool] | None = None, far: bool = True
    ) -> Field:
        """Signed field of all bones of both sides on any grid, mm (negative in bone).

        ``only`` chooses by id (``lambda key: key.startswith("rib_")``); with ``far=False`` the
        values are cut at 6 mm, which is much quicker.
        """
        return union(self._both_sides(only), grid, far)

    def cavity_field(self, grid: Grid, names: Iterable[str] | None = None) -> Field:
        """Signed field of the pleural sacs (or the named cavities) on any grid, mm."""
        chosen = list(names or ("parietal_pleura_left", "parietal_pleura_right"))
        return union([self.cavities[name] for name in chosen], grid)

    def __reduce__(self) -> tuple[Callable[..., BuildContext], tuple[dict[str, object]]]:
        """Pickle by plain dictionaries: read-only views do not pickle."""
        parts = {f.name: getattr(self, f.name) for f in fields(self)}
        plain = {k: dict(v) if isinstance(v, MappingProxyType) else v for k, v in parts.items()}
        return _thawed, (plain,)

    def _both_sides(self, only: Callable[[str], bool] | None) -> Iterable[Solid]:
        for key, solid in self.bones.items():
            if only is None or only(key):
                yield solid
                if solid.side == "left":
                    yield solid.mirrored()


def frozen(**parts: object) -> BuildContext:
    """A context whose mappings cannot be written to."""
    return BuildContext(
        **{k: MappingProxyType(v) if isinstance(v, dict) else v for k, v in parts.items()}  # type: ignore[arg-type]
    )


def _thawed(parts: dict[str, object]) -> BuildContext:
    return frozen(**parts)
