"""Other bodies from the built one: sex, stature, body mass index and breath, topology unchanged.

Two maps follow one another. The frame map stretches space along each axis by monotone functions, so
what was closed, nested or apart stays so. The layer map moves every point outward along a fixed
direction by the sum of what the layers beneath it gained; layers never gain less than minus their
own thickness, so their order cannot change, and depths rise with the body mass index.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from meshes.body import Body, Landmark, Subject
from meshes.errors import BadFileError, OutOfRangeError
from meshes.morph_scale import SCALE
from meshes.reference.tables import read_table
from meshes.surface import Surface

VERSION = "family/1"
FAMILY_FILE = "reference_family.npz"

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Family:
    """What the layer map and the breath need, by structure id of the built body.

    ``layers`` holds (n, 4) hundredths of a mm of back layers, other muscle, fat and breast beneath
    each point; ``outward`` (n, 3) unit directions times 127. ``breath`` is (nx, ny, nz, 3) mm on a
    grid of ``step`` from ``origin``.
    """

    layers: Mapping[str, NDArray[np.uint16]]
    outward: Mapping[str, NDArray[np.int8]]
    breath: NDArray[np.float32]
    origin: NDArray[np.float64]
    step: float
    body_hash: str


def subject_of(variant: str) -> Subject:
    """The subject of a named variant (``M1`` … ``F3``).

    Raises
    ------
    OutOfRangeError
        No such variant.
    """
    known = {k: v for k, v in read_table("family")["variants"].items() if k != "mark"}
    if variant not in known:
        raise OutOfRangeError(f"no variant {variant!r}; the family has {', '.join(known)}")
    sex, stature, bmi = known[variant]
    return Subject(sex, stature, bmi * (stature / 100) ** 2)


def bmi_of(subject: Subject) -> float:
    """Body mass index of a subject whose stature and mass are known, kg/m2."""
    if subject.stature_cm is None or subject.mass_kg is None:
        raise OutOfRangeError("a body needs stature and mass; give both")
    return subject.mass_kg / (subject.stature_cm / 100) ** 2


def morphed(
    body: Body, subject: Subject, phase: float | None = None, family: Family | None = None
) -> Body:
    """The reference body as another adult, at another breath.

    Parameters
    ----------
    body
        The shipped reference body (M1, quiet breathing).
    subject
        Sex ``male`` or ``female``, stature 150 to 195 cm, mass for a BMI of 18 to 35.
    phase
        0 end expiration, 1 full inspiration; ``None`` quiet breathing as built.

    Raises
    ------
    OutOfRangeError
        Outside those ranges; nothing is extrapolated.
    BadFileError
        The family data do not belong to this body.
    """
    t = read_table("family")
    base = t["base"]
    at = base["phase"] if phase is None else float(phase)
    bmi = bmi_of(subject)
    _in_range(t["range"], subject, bmi, at)
    known = family if family is not None else load_family()
    if known.body_hash != body.content_hash:
        raise BadFileError(
            f"the family data belong to body {known.body_hash[:12]}, not to "
            f"{body.content_hash[:12]}; rebuild them with the body"
        )
    gains = layer_gains(t, str(subject.sex), bmi)
    frame = _frame(t, str(subject.sex), float(subject.stature_cm or 0.0), bmi)
    breath = at - base["phase"]
    made = {}
    for key, structure in body.structures.items():
        p = np.array(structure.surface.points)
        if key in known.layers:
            p = _with_layers(p, known.layers[key], known.outward[key], gains)
        p = _moved(p, known, frame, breath)
        made[key] = replace(structure, surface=_surface(p, structure.surface))
    marks = {
        k: replace(m, point=_moved(m.point[None].copy(), known, frame, breath)[0])
        for k, m in body.landmarks.items()
    }
    return _named(body, subject, bmi, at, made, marks)


def layer_gains(t: Mapping[str, Any], sex: str, bmi: float) -> NDArray[np.float64]:
    """Relative gains of back layers, other muscle, fat, breast; above -1 in all the range."""
    layers, base = t["layers"], t["base"]
    extra = bmi - base["bmi"]
    female = sex == "female"
    muscle = 1.0 + layers["muscle_per_bmi"] * extra
    fat = (layers["fat_female"] if female else 1.0) + layers["fat_per_bmi"] * extra
    return np.array(
        [
            muscle * (layers["back_female"] if female else 1.0) - 1.0,
            muscle * (layers["muscle_female"] if female else 1.0) - 1.0,
            fat - 1.0,
            max(layers["breast_female"] + layers["breast_per_bmi"] * extra, 0.0) if female else 0.0,
        ]
    )


def _in_range(limits: Mapping[str, Any], subject: Subject, bmi: float, phase: float) -> None:
    if subject.sex not in ("male", "female"):
        raise OutOfRangeError(f"sex {subject.sex!r}; the data cover male and female adults")
    rows = (
        ("stature", subject.stature_cm, limits["stature_cm"], "cm"),
        ("body mass index", bmi, limits["bmi"], "kg/m2"),
        ("breathing phase", phase, limits["phase"], ""),
    )
    for name, value, (low, high), unit in rows:
        if value is None or not low - 1e-6 <= value <= high + 1e-6:
            raise OutOfRangeError(
                f"{name} {value:.4g} {unit}".rstrip() + f"; the data cover {low:g} to {high:g}"
            )


def _measure(t: Mapping[str, Any], sex: str, name: str, stature: float, bmi: float) -> float:
    a, b, c = t["regression"][sex][name]
    return float(a + b * (stature - 170.0) + c * (bmi - 25.0))


def _frame(t: Mapping[str, Any], sex: str, stature: float, bmi: float) -> dict[str, Any]:
    """Knots of the frame map: all piecewise linear and increasing."""
    base = t["base"]

    def ratio(name: str) -> float:
        here = _measure(t, sex, name, stature, base["bmi"])
        return here / _measure(t, base["sex"], name, base["stature_cm"], base["bmi"])

    tall = stature / base["stature_cm"]
    trunk, chest, shoulder = ratio("back_length"), ratio("chest_breadth"), ratio("biacromial")
    neck = 1.0 + t["skeleton"]["neck_bone_share"] * (ratio("neck") - 1.0)
    hip = tall * (t["skeleton"]["hip_factor_female"] if sex == "female" else 1.0)
    top = _measure(t, sex, "cervicale", stature, base["bmi"]) - 1400.0
    top_base = _measure(t, base["sex"], "cervicale", base["stature_cm"], base["bmi"]) - 1400.0
    waist = ratio("waist_breadth")
    z = np.array([-600.0, -440.0, -360.0, -300.0, -130.0, 60.0, 110.0, 300.0])
    slope = np.array([tall, tall, trunk, trunk, trunk, trunk, tall])
    out = np.concatenate([[0.0], np.cumsum(np.diff(z) * slope)])
    out += top - np.interp(top_base, z, out)
    extra = bmi - base["bmi"]
    rows = np.array(t["abdomen"]["rows"])
    belly = np.interp(z, rows[:, 0], rows[:, 1])
    return {
        "z": z,
        "to": out,
        "inner": np.array([hip, hip, 0.5 * (hip + waist), waist, chest, chest, neck, neck]),
        "outer": np.array([hip, hip, hip, *[(194 * shoulder - 125 * chest) / 69] * 3, neck, neck]),
        "deep": np.array([tall, tall, tall * 0.5 + chest * 0.5, chest, chest, chest, neck, neck]),
        "front": 1.0 + belly * t["abdomen"]["front"] * extra / 80.0,
        "side": 1.0 + belly * t["abdomen"]["side"] * extra / 110.0,
        "arm": float(t["abdomen"]["arm_out"] * max(extra, 0.0)),
    }


def _moved(p: Points, family: Family, frame: Mapping[str, Any], breath: float) -> Points:
    out = np.empty_like(p)
    _move(
        p, out, frame["z"], frame["to"], frame["inner"], frame["outer"], frame["deep"],
        frame["front"], frame["side"], frame["arm"], family.breath, family.origin, family.step,
        breath,
    )  # fmt: skip
    return out


@njit(cache=True)
def _move(p, out, kz, to, inner, outer, deep, front, side, arm, field, origin, step, breath):  # type: ignore[no-untyped-def]
    nx, ny, nz = field.shape[0], field.shape[1], field.shape[2]
    for i in range(p.shape[0]):
        x, y, z = p[i, 0], p[i, 1], p[i, 2]
        if breath != 0.0:
            fx = min(max((abs(x) - origin[0]) / step, 0.0), nx - 1.001)
            fy = min(max((y - origin[1]) / step, 0.0), ny - 1.001)
            fz = min(max((z - origin[2]) / step, 0.0), nz - 1.001)
            a, b, c = int(fx), int(fy), int(fz)
            sx, sy, sz = fx - a, fy - b, fz - c
            sign = 1.0 if x >= 0 else -1.0
            for k in range(3):
                low = (field[a, b, c, k] * (1 - sz) + field[a, b, c + 1, k] * sz) * (1 - sy) + (
                    field[a, b + 1, c, k] * (1 - sz) + field[a, b + 1, c + 1, k] * sz
                ) * sy
                high = (field[a + 1, b, c, k] * (1 - sz) + field[a + 1, b, c + 1, k] * sz) * (
                    1 - sy
                ) + (field[a + 1, b + 1, c, k] * (1 - sz) + field[a + 1, b + 1, c + 1, k] * sz) * sy
                d = breath * (low * (1 - sx) + high * sx)
                if k == 0:
                    x += sign * d
                elif k == 1:
                    y += d
                else:
                    z += d
        j = 0
        while j < kz.shape[0] - 2 and z > kz[j + 1]:
            j += 1
        s = min(max((z - kz[j]) / (kz[j + 1] - kz[j]), 0.0), 1.0)
        s = s * s * (3 - 2 * s)
        si = inner[j] * (1 - s) + inner[j + 1] * s
        so = outer[j] * (1 - s) + outer[j + 1] * s
        sd = deep[j] * (1 - s) + deep[j + 1] * s
        sf = front[j] * (1 - s) + front[j + 1] * s
        ss = side[j] * (1 - s) + side[j + 1] * s
        ax = abs(x)
        nxv = si * ss * min(ax, 125.0) + so * max(ax - 125.0, 0.0)
        if arm > 0.0 and z > -262.0 and z < 0.0:
            w = min(max((ax - 138.0) / 26.0, 0.0), 1.0)
            h = min(max(-z / 110.0, 0.0), 1.0) * min(max((z + 262.0) / 32.0, 0.0), 1.0)
            nxv += arm * w * w * (3 - 2 * w) * h
        out[i, 0] = nxv if x >= 0 else -nxv
        yy = y - 10.0
        bulge = sf if yy < 0.0 else 1.0
        # the belly gains in front of the spine only, gently from nothing at y = 10
        out[i, 1] = 10.0 + sd * yy * bulge
        step_z = (z - kz[j]) / (kz[j + 1] - kz[j])
        out[i, 2] = to[j] + step_z * (to[j + 1] - to[j])


def _with_layers(
    p: Points, layers: NDArray[np.uint16], outward: NDArray[np.int8], gains: NDArray[np.float64]
) -> Points:
    rise = layers.astype(np.float64) @ (gains / SCALE)
    return p + outward.astype(np.float64) * (rise / 127.0)[:, None]


def _surface(points: Points, old: Surface) -> Surface:
    """Same triangles, other points: the old surface vouches for the triangles."""
    points.flags.writeable = False
    return Surface(points, old.triangles, old.kind)


def _named(
    body: Body, subject: Subject, bmi: float, phase: float, made: dict[str, Any],
    marks: dict[str, Landmark],
) -> Body:  # fmt: skip
    key = f"{VERSION}|{subject.sex}|{subject.stature_cm:.4f}|{subject.mass_kg:.4f}|{phase:.5f}"
    digest = hashlib.sha256(f"{body.content_hash}|{key}".encode()).hexdigest()
    who = f"{subject.sex}, {subject.stature_cm:.0f} cm, BMI {bmi:.1f}"
    return replace(
        body, name=f"Needlewise reference body ({who})", subject=subject,
        phase=f"phase {phase:.2f} of 0 (end expiration) to 1 (full inspiration)",
        structures=MappingProxyType(made), landmarks=MappingProxyType(marks), content_hash=digest,
    )  # fmt: skip


@lru_cache(maxsize=2)
def load_family(path: Path | None = None) -> Family:
    """Family data shipped beside the reference body."""
    if path is None:
        from meshes.packs.store import reference_dir

        path = reference_dir().parent / FAMILY_FILE
    if not path.is_file():
        raise BadFileError(f"{path.name} is missing; rebuild the reference body")
    with np.load(path, allow_pickle=False) as data:
        ids = [str(v) for v in data["ids"]]
        ends = np.cumsum(data["counts"])[:-1]
        layers = dict(zip(ids, np.split(data["layers"], ends), strict=True))
        outward = dict(zip(ids, np.split(data["outward"], ends), strict=True))
        _add_right(layers, outward)
        return Family(
            MappingProxyType(layers), MappingProxyType(outward),
            data["breath"].astype(np.float32) / np.float32(SCALE),
            data["origin"].astype(float), float(data["step"]), str(data["body_hash"]),
        )  # fmt: skip


def _add_right(layers: dict[str, Any], outward: dict[str, Any]) -> None:
    """Right structures are mirrors of the left ones: same sums, direction across the midplane."""
    for key in [k for k in layers if k.endswith("_left")]:
        right = key[: -len("left")] + "right"
        if right not in layers:
            layers[right] = layers[key]
            outward[right] = outward[key] * np.array([-1, 1, 1], np.int8)
