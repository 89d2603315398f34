"""`Body`: a loaded, checked set of structures, frozen and hashed; and the one way to load one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from meshes.catalogue import Structure
from meshes.errors import UnknownStructureError


@dataclass(frozen=True)
class Finding:
    """What a check says about the data. ``structure`` is empty for the body as a whole.

    ``severity``: ``info``, ``warning`` or ``block`` (the body is refused).
    """

    structure: str
    check: str
    message: str
    severity: str = "warning"


@dataclass(frozen=True)
class Subject:
    """Whom the body stands for; ``None`` where the pack does not say."""

    sex: str | None = None
    stature_cm: float | None = None
    mass_kg: float | None = None


@dataclass(frozen=True, eq=False)
class Landmark:
    """A palpable landmark: ``point`` is (3,) world mm."""

    id: str
    name: str
    point: NDArray[np.float64]
    rule: str = ""
    source: str = ""


@dataclass(frozen=True, eq=False)
class Body:
    """A body in the world frame (LPS), mm.

    ``structures`` keeps the pack's order. ``content_hash`` covers the geometry, the catalogue and
    the landmarks: two bodies with one hash give the same distances.
    """

    id: str
    name: str
    version: str
    licence: str
    attribution: str
    posture: str
    phase: str
    subject: Subject
    structures: Mapping[str, Structure]
    content_hash: str
    landmarks: Mapping[str, Landmark] = field(default_factory=lambda: MappingProxyType({}))
    findings: tuple[Finding, ...] = ()
    sources: tuple[str, ...] = ()

    def __getitem__(self, structure_id: str) -> Structure:
        """Return a structure by id, or say which ids come close."""
        try:
            return self.structures[structure_id]
        except KeyError:
            raise UnknownStructureError(
                f"body {self.id} has no structure {structure_id!r}; "
                f"`needlewise body show {self.id}` lists the {len(self.structures)} it has"
            ) from None

    @cached_property
    def skin(self) -> Structure | None:
        """The outer skin, or ``None``: without one no entry point can be picked."""
        for structure in self.structures.values():
            if structure.system == "skin":
                return structure
        return None


def load_body(
    name_or_path: str | Path,
    subject: Subject | None = None,
    *,
    phase: float | None = None,
    posture: str | None = None,
) -> Body:
    """Load ``reference``, an installed or imported body by id, or a body folder by path.

    Parameters
    ----------
    name_or_path
        Also ``reference:F1`` and the other variants, or any other id of a body of the family.
    subject
        Another person: sex, stature 150 to 195 cm, mass for a body mass index of 18 to 35
        (`meshes.morph.person` makes one). Of the reference body only, as are the next two.
    phase
        Of the breath: 0 end expiration, 1 full inspiration; by default quiet breathing.
    posture
        ``prone, arms at the side`` (as built) or another of `meshes.morph_names.postures`, by its
        id (``sitting``) or by what it is called.

    Raises
    ------
    UnknownBodyError
        No such body.
    OutOfRangeError
        A person, phase or posture the data do not cover, or one asked of another body.
    BadFileError
        The folder is not a body (missing unit, frame, hash …); nothing is half loaded.
    """
    from meshes.packs.store import open_body  # the store imports this module's records

    return open_body(name_or_path, True, subject, phase, posture)
