"""Other bodies from the built one: sex, stature, body mass index and breath, topology unchanged.

Two maps follow one another (`meshes.morph_map`). The layer map moves every point outward along a
fixed direction by the sum of what the layers beneath it gained; layers never gain less than minus
their own thickness, so their order cannot change, and depths rise with the body mass index. The
frame map stretches space along each axis by monotone functions, so what was closed, nested or
apart stays so. Between them the breath moves ribs, diaphragm and lungs along one continuous field,
and before it another posture moves the girdle and the arms (`meshes.morph_posture`).

>>> from meshes import load_body
>>> from meshes.morph import person
>>> body = load_body("reference", person("female", 168, bmi=24.5), phase=1.0)  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body, Landmark, Subject
from meshes.catalogue import Structure
from meshes.content import content_hash
from meshes.errors import BadFileError, OutOfRangeError
from meshes.morph_family import N_LAYERS, SHIPPED, Breath, Family, load_family
from meshes.morph_names import (
    Member,
    base_phase,
    base_posture,
    member_of,
    name_of,
    person,
    phase_of,
    postures,
    subject_of,
)
from meshes.morph_scale import SCALE
from meshes.morph_table import family_table, posture_table
from meshes.surface import Surface

Points = NDArray[np.float64]

__all__ = ["bmi_of", "layer_gains", "morphed", "person", "phase_of", "subject_of"]


def bmi_of(subject: Subject) -> float:
    """Body mass index of a subject whose stature and mass are known, kg/m2.

    Raises
    ------
    OutOfRangeError
        Stature or mass is not known.
    """
    if subject.stature_cm is None or subject.mass_kg is None:
        raise OutOfRangeError("a body mass index needs stature and mass; give both")
    return subject.mass_kg / (subject.stature_cm / 100) ** 2


def morphed(
    body: Body,
    subject: Subject | None = None,
    phase: float | None = None,
    family: Family | None = None,
    posture: str | None = None,
) -> Body:
    """The reference body as another adult, at another breath, in another posture.

    Takes a fraction of a second; triangles are those of ``body`` (the same arrays), so that trees
    and drawing copies made for one form serve all. The result's ``id`` opens it again.

    Parameters
    ----------
    body
        The shipped reference body (M1, quiet breathing).
    subject
        Sex ``male`` or ``female``, stature 150 to 195 cm, mass for a BMI of 18 to 35; ``None``:
        for whom the body was built.
    phase
        0 end expiration, 1 full inspiration; ``None`` quiet breathing as built.
    family
        The data beside the body; by default those of the shipped one.
    posture
        One of `meshes.morph_names.postures`; ``None`` as built.

    Raises
    ------
    OutOfRangeError
        Outside those ranges; nothing is extrapolated.
    BadFileError
        The family data do not belong to this body.
    """
    member = member_of(body.subject if subject is None else subject, phase, posture)
    known = family if family is not None else load_family(SHIPPED)
    if known.body_hash != body.content_hash:
        raise BadFileError(
            f"the family data belong to body {known.body_hash[:12]}, not to "
            f"{body.content_hash[:12]}; rebuild them with the body (`make body`)"
        )
    if member.is_built:
        return body
    from meshes.morph_map import frame_of, moved  # compiles: not at import

    t = family_table()
    stack = _stack(body, known)
    frame = frame_of(t, member.sex, member.stature_cm, member.bmi)
    gains = layer_gains(t, member.sex, member.bmi)
    if member.posture == base_posture():
        points = moved(
            stack.points, frame, known.breath, member.phase - base_phase(), stack.layers,
            stack.outward, gains, stack.slides,
        )  # fmt: skip
    else:
        lying = _posed(body, member, stack, gains)
        breath, change = _breath_in(member, known.breath)
        points = moved(
            lying, replace(frame, arm=_arm(frame.arm, member)), breath, change, slides=stack.slides
        )  # fmt: skip
    made = _structures(body, known, stack, points)
    marks = {
        key: replace(mark, point=points[stack.first_mark + i])
        for i, (key, mark) in enumerate(body.landmarks.items())
    }
    return _named(body, member, made, marks)


def _posed(body: Body, member: Member, stack: _Stack, gains: Points) -> Points:
    """Every point of the stack in the member's posture, after what its layers gained."""
    from meshes.morph_posture import SHIPPED as POSTURES
    from meshes.morph_posture import girdle_hash, load_postures, posed, ways_of, ways_of_marks

    girdle, known = load_postures(POSTURES)
    if girdle != girdle_hash(body):
        raise BadFileError(
            "the postures were made for other bones than this body's; make them anew with "
            "`python -m meshes.reference.build --postures`"
        )
    ways = np.full(len(stack.points), 0, np.uint8)
    for key, way in ways_of(body.structures).items():
        ways[stack.spans[key]] = way
    ways[stack.first_mark :] = ways_of_marks(body.structures, stack.points[stack.first_mark :])
    return posed(
        stack.points, known[member.posture], ways, stack.layers, stack.outward, gains / SCALE
    )


def _breath_in(member: Member, breath: Breath) -> tuple[Breath, float]:
    """The breath in the member's posture and how far to go in it from where the body was built.

    Lungs that are fuller at rest have their diaphragm lower, and come to the same full breath; the
    ribs move with the phase alone.
    """
    resting = float(posture_table()[member.posture]["resting"])
    change = member.phase + resting * (1.0 - member.phase) - base_phase()
    if resting == 0.0 or change == 0.0:
        return breath, change
    share = np.float32((member.phase - base_phase()) / change)
    return replace(breath, field=breath.field * share), change


def _arm(out: float, member: Member) -> float:
    """How far a hanging arm makes room for the belly; one that is raised does not hang."""
    return out if "arms at the side" in postures()[member.posture] else 0.0


def layer_gains(t: Mapping[str, Any], sex: str, bmi: float) -> NDArray[np.float64]:
    """Gains of back layers, other muscle, fat (relative; above -1 in all the range), and how much
    of the breast, of the filled hollows and of the flanks there is (0 or more).
    """
    layers, base = t["layers"], t["base"]
    extra = bmi - base["bmi"]
    female = sex == "female"
    back, muscle = (1.0 + layers[k] * extra for k in ("back_per_bmi", "muscle_per_bmi"))
    fat = (layers["fat_female"] if female else 1.0) + layers["fat_per_bmi"] * extra
    breast = layers["breast_female"] + layers["breast_per_bmi"] * extra
    filled = (layers["fill_female"] if female else 0.0) + layers["fill_per_bmi"] * extra
    return np.array(
        [
            back * (layers["back_female"] if female else 1.0) - 1.0,
            muscle * (layers["muscle_female"] if female else 1.0) - 1.0,
            fat - 1.0,
            max(breast, 0.0) if female else 0.0,
            min(max(filled, 0.0), 1.0),
            max(layers["flank_per_bmi"] * extra, 0.0),
        ]
    )


@dataclass(frozen=True, eq=False)
class _Stack:
    """All points of a body in one array: those with layers first, the landmarks last."""

    points: Points
    layers: NDArray[np.uint16]
    outward: NDArray[np.int8]
    slides: NDArray[np.bool_]
    spans: Mapping[str, slice]
    first_mark: int


_kept: list[tuple[Body, Family, _Stack]] = []


def _stack(body: Body, family: Family) -> _Stack:
    """The stack of a body, kept for the next morph; one body at a time."""
    for known, data, stack in list(_kept):
        if known is body and data is family:
            return stack
    made = _stacked(body, family)
    _kept[:] = [(body, family, made)]
    return made


def _stacked(body: Body, family: Family) -> _Stack:
    keys = [k for k in body.structures if k in family.layers]
    n_layered = len(keys)
    keys += [k for k in body.structures if k not in family.layers]
    parts = [body.structures[k].surface.points for k in keys]
    ends = np.cumsum([0, *map(len, parts)])
    for key, part in zip(keys[:n_layered], parts[:n_layered], strict=True):
        if len(family.layers[key]) != len(part):
            raise BadFileError(
                f"the family data hold {len(family.layers[key])} points of {key}, the body "
                f"{len(part)}; rebuild the body"
            )
    sliding = [
        np.full(len(p), _slides(body.structures[k])) for k, p in zip(keys, parts, strict=True)
    ]
    marks = [mark.point[None] for mark in body.landmarks.values()]
    return _Stack(
        np.concatenate([*parts, *marks]),
        np.concatenate(
            [family.layers[k] for k in keys[:n_layered]] or [np.zeros((0, N_LAYERS), "u2")]
        ),
        np.concatenate([family.outward[k] for k in keys[:n_layered]] or [np.zeros((0, 3), "i1")]),
        np.concatenate([*sliding, np.zeros(len(marks), np.bool_)]),
        {k: slice(int(a), int(b)) for k, a, b in zip(keys, ends[:-1], ends[1:], strict=True)},
        int(ends[-1]),
    )


def _slides(structure: Structure) -> bool:
    """Whether a structure may go down with the diaphragm: the wall itself never does."""
    if structure.system in ("bone", "cartilage"):
        return False
    return not any(word in structure.id for word in family_table()["breathing"]["wall"])


def _structures(body: Body, family: Family, stack: _Stack, points: Points) -> dict[str, Structure]:
    from meshes.morph_checks import still_closed

    made = {}
    for key, old in body.structures.items():
        # the old surface vouches for the triangles: the same arrays, not checked again
        surface = Surface(points[stack.spans[key]], old.surface.triangles, old.surface.kind)
        closed = old.closed and still_closed(surface, family.components.get(key))
        made[key] = replace(old, surface=surface, closed=closed)
    return made


def _named(
    body: Body, member: Member, made: dict[str, Structure], marks: dict[str, Landmark]
) -> Body:
    from meshes.morph_checks import moved_findings

    who = f"{member.sex}, {member.stature_cm:.0f} cm, BMI {member.bmi:.1f}"
    title = f"variant {member.variant}, {who}" if member.variant else who
    lies = body.posture
    if member.posture != base_posture():
        lies = postures()[member.posture]
        title = f"{title}, {lies}"
    phase = body.phase
    if member.phase != base_phase():
        phase = f"phase {member.phase:.2f} of 0 (end expiration) to 1 (full inspiration)"
    return replace(
        body,
        id=name_of(member),
        name=f"Needlewise reference body ({title})",
        subject=member.subject,
        posture=lies,
        phase=phase,
        structures=MappingProxyType(made),
        landmarks=MappingProxyType(marks),
        content_hash=content_hash(made.values(), marks.values()),
        findings=body.findings + moved_findings(body.structures, made),
    )
