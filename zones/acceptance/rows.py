"""The acceptance table as records, and the band a subject's row must meet."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from meshes.body import Subject

VARIANTS = ("M1", "M2", "M3", "F1", "F2", "F3")
BMI_CLASSES = ((0.0, 23.0, "1"), (23.0, 25.0, "2"), (25.0, 100.0, "3"))
"""BMI classes of the variants (acceptance table, body variants)."""


@dataclass(frozen=True)
class Row:
    """One acceptance row; lengths in ``unit``."""

    id: str
    gate: str
    variants: tuple[str, ...]
    site: str
    quantity: str
    unit: str
    measure: str
    part: str = ""
    accept: tuple[float, float] | None = None
    ansur: str = ""
    target: str = ""
    source: str = ""
    evidence: str = ""
    used_to_build: bool = False
    dangerous_high: bool = False
    note: str = ""
    any_posture: bool = False
    """Whether the row chooses its own postures, so that it is run on a body in any."""
    missed: str = ""
    """Why a body of the family may miss the row: shown where it does."""

    def band(self, subject: Subject) -> tuple[float, float] | None:
        """(low, high) accepted for a subject, or ``None`` if there is none for it."""
        if not self.ansur:
            return self.accept
        return ansur_band(self.ansur, subject)


@cache
def _data() -> Mapping[str, object]:
    text = resources.files("zones").joinpath("data/acceptance.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def acceptance_rows() -> tuple[Row, ...]:
    """Return every row of the table, in its order."""
    rows = _data()["row"]
    assert isinstance(rows, list)
    made = []
    for cells in rows:
        fields = dict(cells)
        fields["variants"] = tuple(fields["variants"])
        if "accept" in fields:
            low, high = fields["accept"]
            fields["accept"] = (float(low), float(high))
        made.append(Row(**fields))
    return tuple(made)


def endplate_table() -> list[float]:
    """Upper end-plate widths T1 to T12, mm."""
    table = _data()["panjabi_endplate_width"]
    assert isinstance(table, Mapping)
    return list(table["t"])


def bmi_of(subject: Subject) -> float | None:
    """Body mass index, kg/m², or ``None`` where stature or mass is not known."""
    if subject.stature_cm is None or subject.mass_kg is None:
        return None
    return subject.mass_kg / (subject.stature_cm / 100) ** 2


def ansur_band(measure: str, subject: Subject) -> tuple[float, float] | None:
    """Prediction ± 2 RMSE of an ANSUR regression for a subject, mm."""
    bmi = bmi_of(subject)
    if bmi is None or subject.stature_cm is None or subject.sex not in ("male", "female"):
        return None
    ansur = _data()["ansur"]
    assert isinstance(ansur, Mapping)
    a, b, c, rmse = ansur[measure][subject.sex]
    value = a + b * (subject.stature_cm - 170.0) + c * (bmi - 25.0)
    return value - 2 * rmse, value + 2 * rmse


def variant_of(subject: Subject) -> str:
    """Variant whose rows a subject is graded on; M1 where the body does not say whom it shows."""
    bmi = bmi_of(subject)
    sex = "F" if subject.sex == "female" else "M"
    if bmi is None:
        return f"{sex}1"
    rank = next(name for low, high, name in BMI_CLASSES if low <= bmi < high)
    return f"{sex}{rank}"
