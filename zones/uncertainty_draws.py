"""Draws: what the contributions make of one planned needle, sample by sample.

The i-th draw of a contribution depends on the seed, the contribution's id and i, and on nothing
else: neither on how many are drawn, nor by how many workers, nor on which others are active. Each
number of each contribution has its own stream of Philox 4x64 (Salmon et al. 2011), whose counter is
set anew for every block; a normal is the inverse of the normal distribution at one uniform.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from zones.angles import skin_frame, skin_normal
from zones.errors import BadNeedleError, NoSkinError
from zones.needle import MOST_MM, Needle, Vector
from zones.uncertainty import Contribution

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

Floats = NDArray[np.float64]

BLOCK = 4096
"""Samples drawn in one go; part of what a seed means."""
SEATED_WITHIN_MM = 40.0
"""A drifted entry point is put back on the skin if the skin is this near. Convention."""
BOW = 0.1925
"""Largest distance of a bent cantilever from its chord, as a share of the tip's deflection."""
_DIMENSIONS = {
    "entry": 2, "angle": 2, "depth": 1, "level": 1, "bending": 2, "compression": 1,
    "population": 1, "posture": 1, "mesh": 1, "derivation": 1,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Draws:
    """n needles that the plan may turn out as, mm and world frame (LPS).

    ``entries`` (n, 3), ``directions`` (n, 3) unit, ``depths`` (n,) >= 0: as the hand does it.
    ``inward`` is the skin's inward normal, ``rise`` (n,) how much nearer to the skin every zone
    lies (posture, compression), ``surface`` (n,) how much nearer its surface is than modelled;
    ``people`` and ``derived`` (n,) standard normals of the population and of derivation, whose
    sizes are the zone's; ``bow`` (n,) >= 0 how far the bent shaft strays from its chord.
    ``unseated`` counts entries that found no skin.
    """

    entries: Floats
    directions: Floats
    depths: Floats
    inward: Vector
    rise: Floats
    people: Floats
    surface: Floats
    derived: Floats
    bow: Floats
    unseated: int

    def __len__(self) -> int:
        return len(self.depths)

    def entries_for(self, people_mm: float) -> Floats:
        """Entries as seen from zones whose depth varies by this SD: a zone nearer to the skin
        meets the needle as if the needle had been moved inwards.
        """  # fmt: skip
        moved: Floats = self.entries + (self.rise + people_mm * self.people)[:, None] * self.inward
        return moved

    def first(self, n: int) -> Draws:
        """The first n of them."""
        names = ("entries", "directions", "depths", "rise", "people", "surface", "derived", "bow")
        return replace(self, **{name: getattr(self, name)[:n] for name in names})


def uniforms(seed: int, stream: str, first: int, n: int) -> Floats:
    """Return numbers in (0, 1) of a stream, ``first`` being a multiple of `BLOCK`."""
    key = int.from_bytes(hashlib.sha256(stream.encode()).digest()[:8], "little")
    made = []
    for block in range(first // BLOCK, -(-(first + n) // BLOCK)):
        bits = np.random.Philox(key=np.array([seed, key], np.uint64), counter=[0, block, 0, 0])
        raw = np.asarray(bits.random_raw(BLOCK), np.uint64)
        made.append(((raw >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53)
    return np.concatenate(made)[:n]


def draw(
    body: Body,
    needle: Needle,
    rows: Sequence[Contribution],
    n: int,
    seed: int,
    index: BodyIndex | None = None,
    workers: int | None = None,
) -> Draws:
    """Draw n needles; see `Draws`.

    Entry points drift along the skin's plane and then follow the skin along its normal, as far
    off it as the planned one; a body without skin leaves them in the plane square to the needle.

    Raises
    ------
    BadNeedleError
        ``n`` is not at least 1, the seed is no number from 0 to 2**64 - 1, or a shaft is too thin
        to be bent (`deflection_mm`).
    """
    if not 1 <= n <= 10_000_000 or not 0 <= seed < 2**64:
        raise BadNeedleError(
            f"{n} samples with seed {seed}; expected 1 to 10,000,000, and a seed from 0 to 2**64-1"
        )
    try:
        inward = skin_normal(body, needle.entry)
    except NoSkinError:
        inward = needle.direction
    sizes = {row.id: row for row in rows if row.active}
    starts = range(0, n, BLOCK)
    with ThreadPoolExecutor(workers) as pool:
        parts = list(
            pool.map(lambda a: _block(needle, inward, sizes, a, BLOCK, seed), starts)
        )  # whole blocks: a shorter one may be computed in other lanes and round otherwise
    fields = {name: np.concatenate([part[name] for part in parts])[:n] for name in parts[0]}
    unseated = 0
    if body.skin is not None and index is not None:
        from meshes.bundle.seat import offsets_to

        both = np.concatenate([needle.entry[None], fields["entries"]])
        way = offsets_to(index, body.skin.id, both, inward, SEATED_WITHIN_MM)
        way = way[1:] - way[0]
        unseated = int(np.isnan(way).sum())
        fields["entries"] = fields["entries"] + np.nan_to_num(way)[:, None] * inward
    return Draws(inward=inward, unseated=unseated, **fields)


def _block(
    needle: Needle, inward: Vector, rows: Mapping[str, Contribution], first: int, n: int, seed: int
) -> dict[str, Floats]:
    from scipy.special import ndtri  # costs a tenth of a second: not at import

    def drawn(name: str, which: int = 0) -> Floats:
        row = rows.get(name)
        if row is None:
            return np.zeros(n)
        share = uniforms(seed, f"{name}/{which}", first, n)
        return share if row.shape == "uniform" else np.asarray(ndtri(share), np.float64)

    def size(name: str) -> float:
        return rows[name].size if name in rows else 0.0

    _, cranial, aside = skin_frame(inward)
    entries = needle.entry + (
        (size("entry") * drawn("entry") + _level_mm(rows) * drawn("level"))[:, None] * cranial
        + (size("entry") * drawn("entry", 1))[:, None] * aside
    )
    turn = np.stack([drawn("angle"), drawn("angle", 1)], 1) * np.deg2rad(size("angle"))
    depths = np.maximum(needle.depth + size("depth") * drawn("depth"), 0.0)
    bend = np.stack([drawn("bending"), drawn("bending", 1)], 1)
    bend *= deflection_mm(needle, rows["bending"]) if "bending" in rows else 0.0
    if needle.depth > 0.0:
        turn = turn + np.arctan2(bend, needle.depth)
    straight_in = np.maximum(depths * float(needle.direction @ inward), 0.0)
    return {
        "entries": entries,
        "directions": turned_about(needle.direction, turn),
        "depths": depths,
        "rise": size("posture") * drawn("posture")
        + size("compression") * drawn("compression") * straight_in,
        "people": drawn("population"),
        "surface": size("mesh") * drawn("mesh"),
        "derived": drawn("derivation"),
        "bow": BOW * np.hypot(bend[:, 0], bend[:, 1]),
    }


def _level_mm(rows: Mapping[str, Contribution]) -> float:
    row = rows.get("level")
    return 0.0 if row is None else row.size * row.constants.get("mm_per_level", 0.0)


def deflection_mm(needle: Needle, row: Contribution) -> float:
    """Return how far the tip of the inserted shaft bends aside, mm, for a force of ``row.size`` N.

    A steel cantilever whose free length is the inserted depth; F L^3 / (3 E I), I = pi d^4 / 64. A
    needle without thickness has no stiffness: its bending is left out, which is 0.

    Raises
    ------
    BadNeedleError
        A shaft so thin for its length that the number says nothing.
    """
    diameter, modulus = 2.0 * needle.radius, row.constants["youngs_modulus_mpa"]
    if diameter <= 0.0:
        return 0.0
    stiffness = 3.0 * modulus * np.pi * diameter**4 / 64.0
    way = row.size * needle.depth**3
    if way > MOST_MM * stiffness:
        raise BadNeedleError(
            f"a shaft {diameter} mm thick and {needle.depth} mm long bends beyond {MOST_MM:g} mm "
            f"under {row.size} N; expected a thicker or shorter one: mend it, or leave bending out"
        )
    return way / stiffness if way else 0.0


def turned_about(direction: Vector, turns: Floats) -> Floats:
    """Return unit directions (n, 3) turned from one by (n, 2) angles in two square planes, rad.

    The two are one rotation: by the root of the sum of their squares, in the plane they name.
    """
    _, one, two = skin_frame(direction)
    angle = np.hypot(turns[:, 0], turns[:, 1])
    share = np.divide(np.sin(angle), angle, out=np.ones_like(angle), where=angle > 0.0)
    aside = share[:, None] * (turns[:, :1] * one + turns[:, 1:] * two)
    made = np.cos(angle)[:, None] * direction + aside
    unit: Floats = made / np.sqrt(np.einsum("ij,ij->i", made, made))[:, None]
    return unit
