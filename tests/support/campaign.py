"""The engine against brute force, needle by needle: scenes, and what counts as a violation.

The dangerous direction first: a clearance larger than the truth, a contact missed or late, a limit
too deep, a verdict better than the truth. Then plain wrongness in the other direction.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
from atlases import atlas
from brute import Scene, facts
from nasty import box, dirty, merged, moved
from shapes import ball_arrays
from tally import compared

from meshes.body import Body, Subject
from meshes.body import load_body as open_body
from meshes.catalogue import Structure
from meshes.checks import check_structures
from meshes.io.formats import read_meshes
from meshes.surface import Surface, SurfaceKind
from zones.assess import assess
from zones.assessment import Verdict
from zones.danger import DangerZone
from zones.needle import Needle

TOLERANCE = 1e-6
MARGIN = 5.0
SEARCHED = 150.0


@dataclass(frozen=True, eq=False)
class Arena:
    """A body, one danger zone per structure, and its surfaces for brute force."""

    body: Body
    zones: tuple[DangerZone, ...]
    scene: Scene


def arena(surfaces: dict[str, Surface], name: str = "arena") -> Arena:
    """Make a body of surfaces; `meshes.checks` says which are closed, as on loading."""
    raw = [Structure(key, key, "mid", "organ", s) for key, s in surfaces.items()]
    checked = check_structures(raw)
    structures = {
        s.id: Structure(s.id, s.id, "mid", "organ", s.surface, closed=checked[s.id].closed)
        for s in raw
    }
    body = Body(name, name, "1", "CC0", "", "standing", "none", Subject(), structures, name)
    return Arena(body, zones_of(structures), scene_of(body))


def scene_of(body: Body) -> Scene:
    """The surfaces of a body; inside exists where the body says closed, which is checked here."""
    scene = Scene.of({key: s.surface for key, s in body.structures.items()})
    closed = tuple(s.closed for s in body.structures.values())
    assert not [i for i, a, b in zip(scene.ids, closed, scene.closed, strict=True) if a and not b]
    return replace(scene, closed=closed)


def zones_of(ids, margin: float = MARGIN) -> tuple[DangerZone, ...]:
    """One zone per structure id."""
    return tuple(
        DangerZone(i, i, "mid", (i,), margin, "convention", "serious", "", "convention", "none")
        for i in ids
    )


@cache
def made() -> Arena:
    """Boxes, balls and tubes: exact, overlapping, flipped, dirty, tiny, and metres away."""
    ball = Surface.of(*ball_arrays(15, rings=14))
    far = np.array([2048.0, -4096.0, 1024.0])
    surfaces = {
        "box": box(),
        "slab": box((80, 80, 0.5), (0, 0, 40)),
        "ball": moved(ball, (40, 0, 0)),
        "overlapping": merged(moved(ball, (-40, 0, 0)), moved(ball, (-50, 3, 1))),
        "nested": merged(box((30, 30, 30), (0, 60, 0)), box((10, 10, 10), (0, 60, 0))),
        "inverted": Surface.of(ball.points + [0, -60, 0], ball.triangles[:, ::-1]),
        "dirty": dirty(moved(ball, (40, 60, 0)), 1),
        "open": Surface.of(box((20, 20, 20), (40, -60, 0)).points, box().triangles[2:]),
        "sheet": Surface.of(
            [[-60, -60, -40], [60, -60, -40], [60, 60, -40], [-60, 60, -41]],
            [[0, 1, 2], [0, 2, 3]], SurfaceKind.SHEET,
        ),
        "needle_thin": Surface.of(*ball_arrays(1, (0, 0, 70), (30, 0.01, 0.01), 8)),
        "speck": Surface.of(*ball_arrays(1e-3, (0, 0, -20), rings=5)),
        "far_ball": moved(ball, far),
        "far_box": moved(box((12, 7, 9)), far + [31.25, 0, 0]),
    }  # fmt: skip
    return arena(surfaces, "made")


@cache
def reference() -> Arena:
    """The reference body, every structure a zone."""
    body = open_body("reference")
    return Arena(body, zones_of(body.structures), scene_of(body))


@cache
def z_anatomy(group: int, groups: int = 6) -> Arena:
    """Every sixth mesh of Z-Anatomy as delivered: real, partly open, mixed up and inverted."""
    files = sorted((atlas("z-anatomy") / "surfaces").glob("*.ply"))[group::groups]
    return arena({f.stem: _raw(f) for f in files}, f"z-anatomy-{group}")


@cache
def bodyparts() -> Arena:
    """BodyParts3D as delivered: cracked muscles, bones in pieces."""
    files = sorted((atlas("bodyparts3d") / "obj").glob("*.obj"))
    return arena({f.stem: _raw(f, 213.0095696) for f in files}, "bodyparts3d")


def _raw(path, unit_mm: float = 1.0) -> Surface:
    return merged(*(Surface.of(m.points * unit_mm, m.triangles) for m in read_meshes(path)))


def violations(here: Arena, needle: Needle, tight: bool = False) -> list[str]:
    """Every way in which the engine's answer differs from the truth; empty if it is right.

    ``tight`` also looks for limits that are too early.
    """
    found = assess(here.body, needle, here.zones, searched_length_mm=SEARCHED).needles[0]
    truth = facts(here.scene, needle, SEARCHED, MARGIN)
    wrong: list[str] = []
    for kind in ("clearance", "first contact", "limit depth"):
        compared(kind, len(found.zones))
    for row in found.zones:
        fact, name = truth[row.zone_id], row.zone_id
        structure = here.body.structures[name]
        is_exact = structure.closed or structure.surface.kind is not SurfaceKind.TUBE
        excess = row.clearance - fact.clearance
        if excess > TOLERANCE:
            wrong.append(f"{name}: clearance {row.clearance} is {excess:g} larger than the truth")
        if is_exact and excess < -TOLERANCE:
            wrong.append(f"{name}: clearance {row.clearance} is {-excess:g} below the truth")
        wrong += _contact(name, row, fact)
        wrong += _limit(name, row, fact, tight and is_exact and "maybe_inside" not in row.note)
        wrong += _verdict(name, row, fact, structure)
    worst = min((z.verdict for z in found.zones), key=list(Verdict).index)
    if list(Verdict).index(found.verdict) > list(Verdict).index(worst):
        wrong.append(f"needle: {found.verdict} is better than its worst zone")
    return wrong


def _contact(name, row, fact):
    if fact.contact is None:
        return
    if row.first_contact is None:
        yield f"{name}: the contact at {fact.contact} was missed"
    elif row.first_contact > fact.contact + TOLERANCE:
        yield f"{name}: first contact {row.first_contact} is later than {fact.contact}"


def _limit(name, row, fact, tight):
    late, early = fact.limit
    if late is not None and (row.limit_depth is None or row.limit_depth > late + TOLERANCE):
        yield f"{name}: limit depth {row.limit_depth} is deeper than {late}"
    is_early = row.limit_depth is not None and (
        early is None or row.limit_depth < early - TOLERANCE
    )
    if tight and is_early and not fact.inside:
        yield f"{name}: limit depth {row.limit_depth} is before {early}"


def _verdict(name, row, fact, structure):
    if fact.is_breach and row.verdict is not Verdict.BREACH:
        yield f"{name}: {row.verdict} though it is breached"
    if fact.clearance < MARGIN - 1e-9 and row.verdict in (Verdict.CLEAR, Verdict.NOT_ASSESSED):
        yield f"{name}: {row.verdict} though the clearance is {fact.clearance}"
    is_sound = structure.closed or structure.surface.kind is not SurfaceKind.SOLID
    if row.verdict is Verdict.CLEAR and not is_sound:
        yield f"{name}: clear, though the surface is open"


def run(here: Arena, needles, tight: bool = False) -> list[str]:
    """Violations of many needles, each with the needle as a line for ``found/``."""
    wrong = []
    for kind, needle in needles:
        bad = violations(here, needle, tight)
        if bad:
            wrong.append(f"{kind} {as_line(here, needle)}\n    " + "\n    ".join(bad))
    return wrong


def as_line(here: Arena, needle: Needle) -> str:
    """A needle in full precision, as ``found/*.json`` keeps it."""
    return json.dumps({
        "arena": here.body.id, "entry": needle.entry.tolist(),
        "direction": needle.direction.tolist(), "depth": needle.depth, "radius": needle.radius,
    })  # fmt: skip


def monotonic(values) -> bool:
    """Whether numbers never rise."""
    return all(b <= a for a, b in pairwise(values))
