"""From a foreign mesh to structures: frame, side, system, and the declared repairs, each a finding.

Order: bring to the world, drop what is no triangle, weld if that closes anything, part into sides,
turn outwards, close planar ends. Skin that is a shell gives its outer layer; one mesh that holds
both pleurae as walls gives four surfaces. The source's files are only read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from meshes import labels, repair
from meshes.body import Finding
from meshes.catalogue import Structure
from meshes.errors import BadFileError, EmptySurfaceError
from meshes.frames import asset_frame, to_world
from meshes.importers.records import Origin, Part
from meshes.index.caps import capped
from meshes.outer_layer import outer_layer
from meshes.surface import Surface, SurfaceKind
from meshes.topology import surface_topology

_SIDED_SYSTEMS = ("bone", "cartilage", "muscle", "pleura")
"""Come in pairs, so that their side belongs to their id; the spleen is left and just the spleen."""

_WITH_INSIDE = ("skin", "organ", "pleura", "vessel", "nerve")
"""Systems a needle can be inside of: there no name makes a sheet, which has no inside."""

SHELL_MM = 8.0
"""Skin whose volume is less than this times half its area is a wall with two faces. Convention."""

REPAIR = "repair: "
IMPORT = "import: "
"""Prefixes of the findings an import leaves for good; those of the checks are found anew."""


@dataclass
class Made:
    """What came of the parts so far."""

    structures: dict[str, Structure] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    n_unnamed: int = 0

    def note(self, structure: str, check: str, message: str, severity: str = "info") -> None:
        """Add a finding."""
        self.findings.append(Finding(structure, check, message, severity))


@dataclass(frozen=True, eq=False)
class Piece:
    """One structure of a part before it has an id: what is its own in `_put`, and a last note."""

    side: str
    system: str
    surface: Surface
    did: list[tuple[str, str]]
    base: str = ""
    note: tuple[str, str] | None = None


def pieces_of(part: Part, origin: Origin) -> list[Piece]:
    """Return the structures of a part: the slow half of an import, which no other part bears on.

    Raises
    ------
    BadFileError
        Neither the user nor the format says frame and unit, or nothing of the mesh is usable.
    """
    surface = _world_surface(part, origin)
    system = labels.system_of(part.name, part.system)
    surface = Surface(surface.points, surface.triangles, _kind(part.name, system))
    try:
        if system == "skin":
            return [_skin(surface)]
        pleurae = _pleurae(part, surface) if system == "pleura" else []
        return pleurae or _plain(part, system, surface)
    except EmptySurfaceError as error:
        raise BadFileError(f"{part.file}: {error}") from error


def enter(made: Made, part: Part, origin: Origin, pieces: list[Piece]) -> None:
    """Give the pieces of a part their ids and findings; in the order of the parts."""
    base = labels.read_label(part.name).base
    if not any(map(str.isalpha, part.name)):
        made.n_unnamed += 1
        base = f"unnamed {labels.system_of(part.name, part.system)} {made.n_unnamed}"
    for piece in pieces:
        key = _put(
            made, part, origin, piece.base or base, piece.side, piece.system, piece.surface,
            piece.did,
        )  # fmt: skip
        if piece.note:
            made.note(key, *piece.note)


def _kind(name: str, system: str) -> SurfaceKind:
    kind = labels.kind_of(name, system)
    is_sheet = kind is SurfaceKind.SHEET and system not in _WITH_INSIDE
    return kind if is_sheet else labels.kind_of("", system)


def _world_surface(part: Part, origin: Origin) -> Surface:
    units, frame = origin.units or part.mesh.units, origin.frame or part.mesh.frame
    missing = [f"--{what}" for what, value in (("units", units), ("frame", frame)) if not value]
    if missing:
        raise BadFileError(
            f"{part.file} does not say its {' and '.join(m[2:] for m in missing)}; state "
            f"{' and '.join(missing)} (for example --units mm --frame LPS)"
        )
    matrix = asset_frame(frame, units).world_from_asset
    return Surface.of(*to_world(part.mesh.points, part.mesh.triangles, matrix))


def _plain(part: Part, system: str, surface: Surface) -> list[Piece]:
    did: list[tuple[str, str]] = []
    surface = _tidy(surface, did)
    named = labels.read_label(part.name).side if any(map(str.isalpha, part.name)) else ""
    stated = part.side or named
    halves = None if stated in ("left", "right") else repair.split_sides(surface)
    if halves:
        pieces = []
        for side, half in zip(("left", "right"), halves, strict=True):
            own = list(did)
            half = _close(half, own)
            note = (IMPORT + "sides", f"{part.file} holds both sides; this is the {side}")
            pieces.append(Piece(side, system, half, own, note=note))
        return pieces
    surface = _close(surface, did)
    side = part.side if part.side in ("left", "right") else _side_of(surface, named)
    return [Piece(side, system, surface, did)]


def _tidy(surface: Surface, did: list[tuple[str, str]]) -> Surface:
    surface = _apply(repair.drop_degenerate, "drop degenerate", surface, did)
    surface = _apply(repair.drop_specks, "drop specks", surface, did)
    before = surface_topology(surface)
    if before.n_boundary:
        welded = repair.weld(surface)
        after = surface_topology(welded.surface)
        if after.n_boundary < before.n_boundary and after.n_shared <= before.n_shared:
            did.append(("weld", welded.did))
            surface = welded.surface
    return surface


def _close(surface: Surface, did: list[tuple[str, str]]) -> Surface:
    if surface.kind is SurfaceKind.SHEET:
        surface = _apply(_solid_if_it_encloses, "kind", surface, did)
    if surface.kind is SurfaceKind.SHEET:
        return surface
    surface = _apply(repair.orient, "orient", surface, did)
    if surface.kind is SurfaceKind.TUBE:
        return _apply(_cap_tube, "cap", surface, did)
    surface = _apply(repair.drop_inner_membranes, "inner membrane", surface, did)
    return _apply(repair.cap, "cap", surface, did)


def _solid_if_it_encloses(surface: Surface) -> repair.Repair:
    """Give a surface that is named as a sheet its inside, where its shape has one.

    As a sheet a needle within it would be beside it, and clear. Closed it encloses a volume; with a
    border it is a sac or a tube, not a sheet, where it is larger than half a ball over that border.
    """
    facts = surface_topology(surface)
    is_closed = facts.is_watertight and not facts.is_flat.all()
    area, border_mm = _area_mm2(surface), _border_mm(surface)
    if not is_closed and not 0.0 < border_mm**2 < 2.0 * np.pi * area:
        return repair.Repair(surface)
    solid = Surface(surface.points, surface.triangles, SurfaceKind.SOLID)
    shape = "is closed" if is_closed else "encloses more than its border spans"
    return repair.Repair(
        solid, f"is named as a sheet, but {shape}: read as a solid, whose inside counts"
    )


def _area_mm2(surface: Surface) -> float:
    corners = surface.points[surface.triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return 0.5 * float(np.linalg.norm(normal, axis=1).sum())


def _border_mm(surface: Surface) -> float:
    edges = np.sort(surface.triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    found, times = np.unique(edges, axis=0, return_counts=True)
    ends = surface.points[found[times != 2]]
    return float(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum())


def _cap_tube(surface: Surface) -> repair.Repair:
    """Close the ends as the index does, so that what is stored is what distances are taken to.

    Where a border is no ring it stays open, for a fan would leave one again: such a surface is
    declared solid and stays open. It can be hit, it can never be clear.
    """
    result = capped(surface)
    if result.n_left:
        left = repair.cap(Surface(surface.points, surface.triangles, SurfaceKind.SOLID))
        return repair.Repair(
            left.surface, f"its ends are no rings and stay open; {left.did}".rstrip("; ")
        )
    return repair.Repair(result.surface, f"closed {result.n_caps} ends" if result.n_caps else "")


def _apply(
    step: Callable[[Surface], repair.Repair],
    name: str,
    surface: Surface,
    did: list[tuple[str, str]],
) -> Surface:
    result = step(surface)
    if result.did:
        did.append((name, result.did))
    return result.surface


def _side_of(surface: Surface, named: str = "") -> str:
    """Return the side of a structure whose table says none.

    What its name says, also where the shape contradicts it: that is a finding, and how a mirrored
    set shows. Only a part across the midline whose middle lies on the other side is ``mid``, as the
    right ventricle. Without a name: one side if all of it lies there.
    """
    low, high = surface.bounds[:, 0]
    is_across = low < 0.0 < high
    if named:
        agrees = low + high > 0.0 if named == "left" else low + high < 0.0
        return named if agrees or not is_across else "mid"
    return "mid" if is_across else "left" if low >= 0.0 else "right"


def _skin(surface: Surface) -> Piece:
    did: list[tuple[str, str]] = []
    facts = surface_topology(surface)
    if abs(float(facts.volumes_mm3.sum())) < SHELL_MM * 0.5 * _area_mm2(surface):
        surface = _apply(outer_layer, "outer layer", surface, did)
    else:
        surface = _close(_tidy(surface, did), did)
    return Piece("mid", "skin", surface, did)


def _pleurae(part: Part, surface: Surface) -> list[Piece]:
    """Part a mesh of both pleurae as walls; nothing if it is none.

    Per side two walls, parietal around visceral, each with an outer (positive volume) and an inner
    face. The outer faces are the surfaces a needle meets first; the inner ones are left out.
    """
    outer: dict[str, list[Surface]] = {"left": [], "right": []}
    n_inner = 0
    for shell, volume in repair.shells(surface):
        side = _side_of(shell)
        if side == "mid":
            return []
        if volume > 0:
            outer[side].append(shell)
        else:
            n_inner += 1
    if [len(outer[side]) for side in outer] != [2, 2]:
        return []
    pieces = []
    for layer, what in enumerate(("parietal pleura", "visceral pleura")):
        for side in ("left", "right"):
            says = (
                f"{part.file} holds {2 * 2 + n_inner} shells; this is the outer face of the {side} "
                f"{what}, told by its volume; inner faces are left out"
            )
            note = (IMPORT + "pleura", says)
            pieces.append(Piece(side, "pleura", outer[side][layer], [], what, note))
    return pieces


def _put(
    made: Made,
    part: Part,
    origin: Origin,
    base: str,
    side: str,
    system: str,
    surface: Surface,
    did: list[tuple[str, str]],
) -> str:
    """Add one structure under an id of its own, with its findings; return the id."""
    is_sided = bool(labels.read_label(part.name).side) or system in _SIDED_SYSTEMS
    wanted = labels.structure_id(base, side if is_sided else "")
    key, n = wanted, 1
    while key in made.structures:
        n += 1
        key = f"{wanted}_{n}"
    clean = base.replace("_", " ").strip()
    name = clean[:1].upper() + clean[1:]
    if is_sided and side in ("left", "right") and side not in labels.plain(name).split():
        name = f"{name} ({side})"
    is_whole = labels.plain(part.name) in (labels.plain(name), labels.plain(base))
    made.structures[key] = Structure(
        id=key, name=name, side=side, system=system, surface=surface,
        layer=labels.layer_of(base, system), latin=part.latin, synonyms=part.synonyms,
        fma=part.fma if is_whole or part.side in ("left", "right") else "",
        closed=False, source=origin.source, asset_id=part.asset_id,
    )  # fmt: skip
    for check, message in did:
        made.note(key, REPAIR + check, f"{key}: {message}")
    if n > 1:
        made.note(key, IMPORT + "name", f"{part.file}: the id {wanted} was taken; this is {key}")
    if not any(map(str.isalpha, part.name)):
        made.note(
            key, IMPORT + "name", f"{part.file} is named {part.name!r}; it is listed as {name}",
            "warning",
        )  # fmt: skip
    if labels.plain(part.name) in origin.doubtful:
        made.note(
            key, IMPORT + "name", f"{key}: its shape is not what {part.name!r} names", "warning"
        )
    if surface.kind is SurfaceKind.SHEET:
        made.note(
            key, IMPORT + "kind",
            f"{key}: read as a sheet by its name; it has no inside: only its crossing is a hit",
            "warning",
        )  # fmt: skip
    if system == "other" and not part.system:
        made.note(key, IMPORT + "system", f"{key}: its name says no system; listed as other")
    return key
