"""A calibrated copy of a body: soft tissue outside the chest wall thinned to the published depths.

One continuous map moves every point towards a smoothed chest wall, by a factor per direction that
the report card's sites set, and never sideways: shoulders keep their width, and the lines that ribs
are counted on stay where they are. A map that turns no small cube inside out keeps what is
closed closed, what is nested nested and what is apart apart; that is tested on its grid before a
copy is made. Nothing is ever thickened. Bones outside the ribs (shoulder blade, collar bone, arm)
move with the tissue and are squeezed like it; the copy says so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from meshes.body import Body, Finding
from meshes.content import content_hash
from meshes.orientation import check_whole_body
from meshes.surface import Surface
from meshes.voxels import Grid, signed_distance
from zones.anatomy import structures_of
from zones.errors import BadCatalogueError, CalibrationError
from zones.report_card import CALIBRATED, ReportCard, SiteResult, measure_card

SCHEMA = "needlewise/calibrate/1"
DIRECTIONS = ("back", "front", "top")
_CORE = ("sternum", "xiphoid", "parietal_pleura", "lung")
_LEVELS = (*(f"c{n}" for n in range(1, 8)), *(f"t{n}" for n in range(1, 13)), "l1", "l2")
_MEASURED = frozenset({"bone", "cartilage", "pleura", "skin", "muscle"})

Floats = NDArray[np.float64]
_TOLD = 0.995
"""Factors above it are not worth a word."""
_NOT_SIDEWAYS = np.array([0.0, 1.0, 1.0])


@dataclass(frozen=True)
class Calibration:
    """What was done: a factor per direction (1: nothing), and the card before and after."""

    factors: Mapping[str, float]
    before: ReportCard
    after: ReportCard

    def text(self) -> str:
        """Say it in one line for the copy's sources: factors, and depths before and after."""
        used = [name for name in DIRECTIONS if self.factors[name] < _TOLD]
        told = []
        for name in used:
            site = _rules()["directions"][name]
            was, now = _site(self.before, site), _site(self.after, site)
            assert was is not None
            assert now is not None
            told.append(
                f"{name} × {self.factors[name]:.2f} ({site} {was.value:.1f} mm before, "
                f"{now.value:.1f} mm after, published {was.mean:.1f} mm)"
            )
        return "soft tissue thinned to published depths: " + ", ".join(told)


@cache
def _rules() -> Mapping[str, Any]:
    text = files("zones").joinpath("data/calibrate.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    if data.get("schema") != SCHEMA or not str(data.get("origin")).startswith("convention"):
        raise BadCatalogueError(f"calibrate: expected schema {SCHEMA!r} and an origin")
    if set(data["directions"]) != set(DIRECTIONS):
        raise BadCatalogueError(f"calibrate: expected directions {', '.join(DIRECTIONS)}")
    return data


def calibrated(body: Body, new_id: str) -> tuple[Body, Calibration]:
    """Return a calibrated copy of a body, and what was done.

    Parameters
    ----------
    body
        An imported body with skin, ribs and pleura.
    new_id
        The copy's id.

    Returns
    -------
    The copy: same structures and triangles, other points and another content hash; its sources and
    findings say that it is one.

    Raises
    ------
    CalibrationError
        It is a copy already, it lacks what depths are measured by, none of its depths is too deep,
        the map would turn something inside out, or the copy fails the checks of a whole body.
    """
    if any(source.startswith(CALIBRATED) for source in body.sources):
        raise CalibrationError(f"body {body.id} is a calibrated copy; expected an original")
    before = measure_card(_slim(body))
    sites = {name: _site(before, key) for name, key in _rules()["directions"].items()}
    deep = {k: s for k, s in sites.items() if s is not None and (s.deviation or 0.0) > 0.0}
    if not deep:
        raise CalibrationError(
            f"no depth of body {body.id} that a copy is calibrated by is deeper than published; "
            "there is nothing to thin"
        )
    squeeze = _Squeeze(body)
    factors, after = _fitted(body, squeeze, deep)
    done = Calibration(MappingProxyType(factors), before, after)
    copy = _copied(body, new_id, squeeze, done)
    _refuse_unlike(copy)
    return copy, done


def _refuse_unlike(copy: Body) -> None:
    """Refuse a copy that every command would refuse: nothing of it may be stored."""
    blocked = [f for f in check_whole_body(copy.structures) if f.severity == "block"]
    if blocked:
        raise CalibrationError(
            f"the copy would fail the check of a whole body: {blocked[0].message}; "
            "the body cannot be calibrated"
        )


def _fitted(
    body: Body, squeeze: _Squeeze, deep: Mapping[str, SiteResult]
) -> tuple[dict[str, float], ReportCard]:
    """Factors by which the sites come to their published means, as near as the map allows."""
    figures = _rules()["figures"]
    factors = dict.fromkeys(DIRECTIONS, 1.0)
    now: Mapping[str, SiteResult | None] = deep
    card: ReportCard | None = None
    for _ in range(int(figures["rounds"])):
        wanted = dict(factors)
        for name in deep:
            factor = _next_factor(factors[name], deep[name], now.get(name))
            wanted[name] = float(np.clip(factor, figures["least_factor"], 1.0))
        nearer = squeeze.thinnest(factors, wanted)
        if nearer == factors:
            break
        factors = nearer
        moved = squeeze.moved(_slim(body), factors)
        card = measure_card(moved)
        now = {name: _site(card, _rules()["directions"][name]) for name in deep}
        gaps = [abs(s.deviation) for s in now.values() if s is not None and s.deviation is not None]
        if max(gaps, default=0.0) <= figures["wanted_within_mm"]:
            break
    return factors, card if card is not None else measure_card(_slim(body))


def _next_factor(factor: float, first: SiteResult, now: SiteResult | None) -> float:
    """The factor for the published mean, were the depth linear in it; kept where unmeasured."""
    if now is None or now.value is None or first.value is None:
        return factor
    gained = first.value - now.value
    if factor == 1.0 or gained <= 0.0:
        return factor * now.mean / now.value
    return 1.0 - (1.0 - factor) * (first.value - now.mean) / gained


def _site(card: ReportCard, site_id: str) -> SiteResult | None:
    found = next((s for s in card.sites if s.id == site_id), None)
    return found if found is not None and found.value is not None else None


def _slim(body: Body) -> Body:
    """The body with only what its depths are measured by: indexed in a fraction of the time."""
    kept = {k: s for k, s in body.structures.items() if s.system in _MEASURED}
    return replace(body, structures=MappingProxyType(kept))


def _copied(body: Body, new_id: str, squeeze: _Squeeze, done: Calibration) -> Body:
    moved = squeeze.moved(body, done.factors)
    said = f"{CALIBRATED}{body.id} {body.version} (hash {body.content_hash[:12]}): {done.text()}"
    finding = Finding(
        "", "import: calibrated",
        f"{said}; bones outside the ribs are squeezed with the tissue; no person has this anatomy",
    )  # fmt: skip
    return replace(
        moved,
        id=new_id,
        name=f"{body.name} (calibrated copy)",
        sources=(*body.sources, said),
        findings=(*body.findings, finding),
        content_hash=content_hash(moved.structures.values(), moved.landmarks.values()),
    )


# ---- the map -------------------------------------------------------------------------------------


class _Squeeze:
    """The way of every point for factors of 0, per direction; linear in 1 less the factor."""

    def __init__(self, body: Body) -> None:
        figures = _rules()["figures"]
        core = [body.structures[key].surface for key in _core_ids(body)]
        low = np.min([s.bounds[0] for s in core], axis=0) - 260.0
        high = np.max([s.bounds[1] for s in core], axis=0) + 260.0
        self._grid = Grid.around(low, high, float(figures["step_mm"]))
        wall = [body.structures[key].surface for key in _core_ids(body, _LEVELS[5:])]
        self._ways = _ways(self._grid, core, wall)

    def moved(self, body: Body, factors: Mapping[str, float]) -> Body:
        """The body moved; ids, triangles and metadata kept.

        Raises
        ------
        CalibrationError
            The map would turn something inside out.
        """
        field = self._field(factors)
        self._refuse_folds(field)
        structures = {
            key: replace(
                s,
                surface=Surface(
                    self._at(field, s.surface.points), s.surface.triangles, s.surface.kind
                ),
            )
            for key, s in body.structures.items()
        }
        marks = {
            key: replace(mark, point=self._at(field, mark.point[None])[0])
            for key, mark in body.landmarks.items()
        }
        return replace(
            body, structures=MappingProxyType(structures), landmarks=MappingProxyType(marks),
            content_hash=content_hash(structures.values(), marks.values()),
        )  # fmt: skip

    def thinnest(self, safe: Mapping[str, float], wanted: Mapping[str, float]) -> dict[str, float]:
        """The wanted factors, or as far from the safe ones towards them as nothing folds."""
        for share in np.linspace(1.0, 0.0, 9):
            found = {k: float(safe[k] + share * (wanted[k] - safe[k])) for k in safe}
            if _least_volume(self._field(found), self._grid.step) >= _least():
                return found
        return dict(safe)

    def _field(self, factors: Mapping[str, float]) -> Floats:
        field: Floats = np.zeros((*self._grid.shape, 3))
        for name, way in self._ways.items():
            if factors[name] != 1.0:
                field += (1.0 - factors[name]) * way
        return field

    def _at(self, field: Floats, points: Floats) -> Floats:
        where = ((points - self._grid.origin) / self._grid.step).T
        ways = [
            ndimage.map_coordinates(field[..., k], where, order=1, mode="nearest") for k in range(3)
        ]
        moved: Floats = points + np.stack(ways, axis=-1)
        return moved

    def _refuse_folds(self, field: Floats) -> None:
        least = _least_volume(field, self._grid.step)
        if least < _least():
            raise CalibrationError(
                f"a copy this thin would turn tissue inside out (least volume share {least:.2f}); "
                "the body is too unlike the published depths to be calibrated"
            )


def _least_volume(field: Floats, step: float) -> float:
    """What the map leaves of the worst small cube: below 0 it would be inside out."""
    rows = [_slopes(field[..., k], step) for k in range(3)]
    return float(np.linalg.det(np.eye(3) + np.stack(rows, axis=-2)).min())


def _least() -> float:
    return float(_rules()["figures"]["least_volume"])


def _core_ids(body: Body, levels: Sequence[str] = _LEVELS) -> list[str]:
    ribs = [f"{part}_{n}" for n in range(1, 13) for part in ("rib", "costal_cartilage")
            if not (part == "costal_cartilage" and n > 10)]  # fmt: skip
    roles = [*_CORE, *ribs, *(f"vertebra_{level}" for level in levels)]
    found = [key for role in roles for key in structures_of(body, role)]
    if not structures_of(body, "parietal_pleura") or not structures_of(body, "rib_5"):
        raise CalibrationError(
            f"body {body.id} has no ribs or no pleura; its depths cannot be calibrated"
        )
    return list(dict.fromkeys(found))


def _ways(grid: Grid, core: list[Surface], wall: list[Surface]) -> dict[str, Floats]:
    """Displacement fields (…, 3), mm, that would bring all tissue onto the chest wall.

    ``core`` stays where it is: the wall and the spine of the neck; heights are those of ``wall``.
    """
    figures = _rules()["figures"]
    width = figures["smooth_mm"] / grid.step
    field = ndimage.gaussian_filter(_outside(grid, core), 0.5 * width)
    slope = _slopes(field, grid.step)
    slope = np.stack([ndimage.gaussian_filter(slope[..., k], width) for k in range(3)], axis=-1)
    out = slope / np.maximum(np.linalg.norm(slope, axis=-1, keepdims=True), 1e-9)
    way = np.clip(field, 0.0, figures["reach_mm"]) * _fade(grid, wall, figures["fade_mm"])
    square = out * out
    shares = {
        "back": square[..., 1] * (out[..., 1] > 0) + 0.5 * square[..., 0],
        "front": square[..., 1] * (out[..., 1] < 0) + 0.5 * square[..., 0],
        "top": square[..., 2] * (out[..., 2] > 0),
    }
    made = {}
    for name, share in shares.items():
        even = ndimage.gaussian_filter(share, 2.0 * width)
        made[name] = -(even * way)[..., None] * out * _NOT_SIDEWAYS
    return made


def _outside(grid: Grid, core: list[Surface]) -> Floats:
    """Signed distance to the chest wall, mm; what lies between its sides counts as inside.

    Without that the belly under the ribs would be squeezed towards either side at once.
    """
    near: Floats = signed_distance(grid, core).astype(float)
    wall = near < 0.0
    after = np.logical_or.accumulate(wall, axis=0)
    before = np.logical_or.accumulate(wall[::-1], axis=0)[::-1]
    ahead = np.logical_or.accumulate(wall[:, ::-1], axis=1)[:, ::-1]
    held = after & before & ahead
    if not held.any():
        return near
    gap = ndimage.distance_transform_edt(~held) - ndimage.distance_transform_edt(held)
    least: Floats = np.minimum(near, gap * grid.step)
    return least


def _slopes(field: Floats, step: float) -> Floats:
    """Derivatives (…, 3) of a field (…) along its axes."""
    return np.stack([np.gradient(field, step, axis=k) for k in range(3)], axis=-1)


def _fade(grid: Grid, core: list[Surface], over_mm: float) -> Floats:
    """1 at the heights of the chest wall, falling to 0 above and below; (1, 1, nz)."""
    low = float(np.min([s.bounds[0][2] for s in core]))
    high = float(np.max([s.bounds[1][2] for s in core]))
    z = grid.axes()[2]
    beyond = np.maximum(np.maximum(z - high, low - z), 0.0) / over_mm
    t = np.clip(1.0 - beyond, 0.0, 1.0)
    faded: Floats = t * t * (3.0 - 2.0 * t)
    return faded
