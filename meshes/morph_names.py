"""Members of the family by name: ``reference``, ``reference:F1``, ``reference:female-168-24.5@1``.

A body's id is its name, so that a plan made on any member opens on that member again. Numbers in a
name are stature (cm), body mass index (kg/m2) and, after ``@``, the phase of the breath. A word
after a comma is the posture, before the phase: ``reference:F1,sitting@1``; without one it lies as
built, prone with the arms at the side.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from meshes.body import Body, Subject
from meshes.errors import OutOfRangeError, UnknownBodyError
from meshes.morph_table import family_table, posture_table

REFERENCE = "reference"
_DECIMALS = 6
"""Names carry this many decimals; a finer difference is no difference (below a nanometre)."""

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_NAME = re.compile(
    rf"{REFERENCE}(?::(?:(?P<variant>[A-Za-z][A-Za-z0-9]*)"
    rf"|(?P<sex>[a-z]+)-(?P<stature>{_NUMBER})-(?P<bmi>{_NUMBER})))?(?:,(?P<posture>[a-z]+))?"
    rf"(?:@(?P<phase>{_NUMBER}))?"
)


@dataclass(frozen=True)
class Member:
    """One person of the family at one breath in one posture, within the ranges.

    ``variant`` is the name of a named variant, else empty; ``is_built`` tells the built body.
    ``posture`` is an id, such as ``sitting``.
    """

    sex: str
    stature_cm: float
    bmi: float
    phase: float
    variant: str
    is_built: bool
    posture: str

    @property
    def subject(self) -> Subject:
        """The person, as the body's header has it."""
        return Subject(self.sex, self.stature_cm, self.bmi * (self.stature_cm / 100) ** 2)


def variants() -> tuple[str, ...]:
    """Names of the variants, ``M1`` … ``F3``."""
    return tuple(_variants())


def base_phase() -> float:
    """Phase at which the body was built: quiet breathing."""
    return float(_base()["phase"])


def base_posture() -> str:
    """Id of the posture in which the body was built."""
    return next(iter(postures()))


def postures() -> dict[str, str]:
    """Ids of the postures that are modelled, the built one first, and what each is called."""
    found: dict[str, str] = posture_table()["ids"]
    return dict(found)


def posture_id(posture: str) -> str:
    """Id of a posture given by its id or by what it is called.

    Raises
    ------
    OutOfRangeError
        It is not modelled.
    """
    for key, text in postures().items():
        if posture in (key, text):
            return key
    known = "; ".join(f"{key} ({text})" for key, text in postures().items())
    raise OutOfRangeError(f"posture is {posture!r}; the reference body is modelled in {known}")


def subject_of(variant: str) -> Subject:
    """The subject of a named variant (``M1`` … ``F3``).

    Raises
    ------
    UnknownBodyError
        No such variant.
    """
    if variant not in _variants():
        raise UnknownBodyError(
            f"the reference body has no variant {variant!r}; it has {', '.join(_variants())}"
        )
    return person(*_variants()[variant])


def person(
    sex: str, stature_cm: float, bmi: float | None = None, mass_kg: float | None = None
) -> Subject:
    """A subject by stature and either body mass index or mass.

    Parameters
    ----------
    sex
        ``male`` or ``female``.
    stature_cm, bmi, mass_kg
        cm; kg/m2 or kg, exactly one of them.

    Raises
    ------
    OutOfRangeError
        Both or neither of ``bmi`` and ``mass_kg``. Ranges are checked when a body is made.
    """
    if (bmi is None) == (mass_kg is None):
        raise OutOfRangeError("a person needs either a body mass index or a mass; give one of them")
    if bmi is not None:
        mass_kg = bmi * (stature_cm / 100) ** 2
    return Subject(sex, float(stature_cm), mass_kg)


def member_of(subject: Subject, phase: float | None, posture: str | None = None) -> Member:
    """The member for a subject, a phase (``None``: quiet breathing) and a posture (as built).

    Raises
    ------
    OutOfRangeError
        Outside what the data cover, with the range.
    """
    if subject.stature_cm is None or subject.mass_kg is None:
        raise OutOfRangeError("a body needs stature and mass; give both")
    stature = round(float(subject.stature_cm), _DECIMALS)
    at = base_phase() if phase is None else round(float(phase), _DECIMALS)
    bmi = round(float(subject.mass_kg) / (stature / 100) ** 2, _DECIMALS) if stature > 0 else 0.0
    lies = base_posture() if posture is None else posture_id(posture)
    _in_range(subject.sex, stature, bmi, at, lies)
    base = _base()
    if (subject.sex, stature, subject.mass_kg) == (
        base["sex"],
        base["stature_cm"],
        base["mass_kg"],
    ):
        bmi = float(base["bmi"])  # the header of the built body has its mass to 100 g
    variant = next((k for k, v in _variants().items() if v == (subject.sex, stature, bmi)), "")
    built = variant == _base()["variant"] and at == base_phase() and lies == base_posture()
    return Member(str(subject.sex), stature, bmi, at, variant, built, lies)


def name_of(member: Member) -> str:
    """The name that opens a member again."""
    who = member.variant or f"{member.sex}-{_short(member.stature_cm)}-{_short(member.bmi)}"
    breath = "" if member.phase == base_phase() else f"@{_short(member.phase)}"
    who = "" if who == _base()["variant"] else f":{who}"
    lies = "" if member.posture == base_posture() else f",{member.posture}"
    return f"{REFERENCE}{who}{lies}{breath}"


def read_name(name: str, phase: float | None = None, posture: str | None = None) -> Member | None:
    """The member a name stands for; ``None`` if it is no name of the reference body.

    ``phase`` and ``posture`` replace those in the name.

    Raises
    ------
    UnknownBodyError
        It begins like one and names no variant and no person.
    OutOfRangeError
        A person, a phase or a posture outside the data.
    """
    if not re.match(rf"{REFERENCE}(?:[:,@]|$)", name):
        return None
    found = _NAME.fullmatch(name)
    if found is None or (found["sex"] and found["sex"] not in ("male", "female")):
        raise UnknownBodyError(
            f"there is no body {name!r}; expected {REFERENCE}, {REFERENCE}:VARIANT with one of "
            f"{', '.join(_variants())}, or {REFERENCE}:SEX-STATURE-BMI such as "
            f"{REFERENCE}:female-168-24.5, each with ,POSTURE ({', '.join(postures())}) and @PHASE "
            "from 0 to 1 if wanted"
        )
    if phase is None and found["phase"]:
        phase = float(found["phase"])
    if found["sex"]:
        who = person(found["sex"], float(found["stature"]), float(found["bmi"]))
    else:
        who = subject_of(found["variant"] or _base()["variant"])
    return member_of(who, phase, found["posture"] if posture is None else posture)


def sibling(member: Member, variant: str) -> str:
    """Name of a named variant at another member's breath and in its posture.

    Raises
    ------
    UnknownBodyError
        No such variant.
    """
    return name_of(member_of(subject_of(variant), member.phase, member.posture))


def phase_of(body: Body) -> float | None:
    """Phase of a reference body, 0 end expiration to 1 full inspiration; ``None`` of others."""
    member = read_name(body.id)
    return None if member is None else member.phase


def posture_of(body: Body) -> str | None:
    """Id of a reference body's posture; ``None`` of others."""
    member = read_name(body.id)
    return None if member is None else member.posture


def _short(value: float) -> str:
    return f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")


def _in_range(sex: str | None, stature: float, bmi: float, phase: float, posture: str) -> None:
    limits = family_table()["range"]
    if sex not in ("male", "female"):
        raise OutOfRangeError(f"sex is {sex!r}; the data cover male and female adults")
    rows = (
        ("stature", stature, limits["stature_cm"], " cm"),
        ("body mass index", bmi, limits["bmi"], " kg/m2"),
        ("breathing phase", phase, limits["phase"], ""),
    )
    for name, value, (low, high), unit in rows:
        if not (math.isfinite(value) and low <= value <= high):
            raise OutOfRangeError(f"{name} is {value:g}{unit}; the data cover {low:g} to {high:g}")
    if posture == base_posture():
        return
    low, high = posture_table()[posture]["bmi"]
    if not low <= bmi <= high:
        raise OutOfRangeError(
            f"body mass index is {bmi:g} kg/m2; in posture {postures()[posture]!r} the model "
            f"covers {low:g} to {high:g}"
        )


@cache
def _base() -> dict[str, Any]:
    found: dict[str, Any] = family_table()["base"]
    return found


@cache
def _variants() -> dict[str, tuple[str, float, float]]:
    rows = family_table()["variants"]
    return {k: (v[0], float(v[1]), float(v[2])) for k, v in rows.items() if k != "mark"}
