"""Run the acceptance rows on a body: a value, pass, fail, or *not run* with its reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from meshes.body import Body
from meshes.morph_names import base_posture, posture_of
from zones.acceptance import back, chest, posture, shielding, spine, surface
from zones.acceptance.probe import NotRunError, Probe
from zones.acceptance.rows import VARIANTS, Row, acceptance_rows, endplate_table, variant_of

Measure = Callable[[Probe], float]
Family = Callable[[str], Body]


@dataclass(frozen=True)
class AcceptanceResult:
    """One row on one body.

    ``value`` is ``None`` when not run. ``result``: ``pass``, ``fail`` or ``not_run``. ``beyond`` is
    how far outside the band the value lies, + above it, in the row's unit, 0 inside.
    """

    row: Row
    value: float | None
    band: tuple[float, float] | None
    result: str
    reason: str = ""
    beyond: float = 0.0

    @property
    def is_dangerous(self) -> bool:
        """Whether the body reads too deep at this site: the reassuring error."""
        return self.row.dangerous_high and self.beyond > 0


_WITH_PART: dict[str, Callable[[Probe, str], float]] = {
    "interscapular_thickness": back.interscapular_thickness,
    "tp_offset": spine.tp_offset,
    "tp_span": spine.tp_span,
    "epidural_depth": spine.epidural_depth,
    "lung_edge_rib": chest.lung_edge_rib,
    "pleura_edge_rib": chest.pleura_edge_rib,
}
_MODULES = (back, chest, shielding, spine, surface)


def run_acceptance(
    body: Body,
    variant: str | None = None,
    family: Family | None = None,
    skipped: Callable[[Row], str] = lambda row: "",
) -> list[AcceptanceResult]:
    """Measure a body on every row of its variant.

    Parameters
    ----------
    variant
        M1 … F3; by default what the body's subject says.
    family
        Gives the body of another variant, or of one in another posture (``M1,sitting``); rows that
        compare such bodies are not run without it.
    skipped
        Why a row does not apply to this body; empty where it does.
    """
    chosen = variant or variant_of(body.subject)
    probe = Probe(body)
    bodies = _Bodies(chosen, probe, family)
    return [
        _run(row, probe, bodies, skipped(row))
        for row in acceptance_rows()
        if chosen in row.variants
    ]


class _Bodies:
    """Probes of the other variants and postures, made when a row first needs one."""

    def __init__(self, variant: str, probe: Probe, family: Family | None) -> None:
        self.variant = variant
        self._family = family
        lies = posture_of(probe.body)
        own = variant if lies in (None, base_posture()) else f"{variant},{lies}"
        self._probes: dict[str, Probe] = {own: probe}

    def of(self, variant: str) -> Probe:
        """Probe of a variant, after a comma its posture if not as built.

        Raises
        ------
        NotRunError
            There is no family of bodies to ask.
        """
        if variant not in self._probes:
            if self._family is None:
                raise NotRunError("compares variants or postures; this body stands alone")
            self._probes[variant] = Probe(self._family(variant))
        return self._probes[variant]


def _run(row: Row, probe: Probe, bodies: _Bodies, skipped: str) -> AcceptanceResult:
    band = row.band(probe.body.subject)
    if row.measure == "not_run" or skipped:
        return AcceptanceResult(row, None, band, "not_run", skipped or row.note)
    try:
        value = _value(row, probe, bodies)
    except NotRunError as error:
        return AcceptanceResult(row, None, band, "not_run", str(error))
    result = AcceptanceResult(row, value, band, "not_run", "no accepted range for this subject")
    if band is None:
        return result
    low, high = band
    beyond = value - high if value > high else value - low if value < low else 0.0
    verdict = "fail" if beyond or math.isnan(value) else "pass"
    said = (row.note, row.missed) if verdict == "fail" else (row.note,)
    return replace(result, result=verdict, reason="; ".join(filter(None, said)), beyond=beyond)


def _value(row: Row, probe: Probe, bodies: _Bodies) -> float:
    if row.measure in _ACROSS:
        return _ACROSS[row.measure](bodies)
    if row.measure in _WITH_PART:
        return _WITH_PART[row.measure](probe, row.part)
    if row.measure == "endplate_deviation":
        return surface.endplate_deviation(probe, endplate_table())
    for module in _MODULES:
        function = getattr(module, row.measure, None)
        if function is not None:
            value: float = function(probe)
            return value
    raise NotRunError(f"{row.measure.replace('_', ' ')} is not measured in this version")


def _difference(measure: Measure) -> Callable[[_Bodies], float]:
    return lambda bodies: measure(bodies.of("M1")) - measure(bodies.of("F1"))


def _rhomboid_rise(bodies: _Bodies) -> float:
    sex = bodies.variant[0]
    rises = []
    for measure in (back.rhomboid_muscle_depth, back.rhomboid_rib_depth):
        depths = [measure(bodies.of(f"{sex}{rank}")) for rank in "123"]
        rises += [depths[1] - depths[0], depths[2] - depths[1]]
    return min(rises)


def _reached_by_40(bodies: _Bodies) -> float:
    return float(sum(back.kyphosis_pleura(bodies.of(v)) <= 40.0 for v in VARIANTS))


def _l1_free_paths(bodies: _Bodies) -> float:
    far = sum(spine.l1_path_is_free(bodies.of(v), 25.0) for v in VARIANTS)
    return float(far - sum(spine.l1_path_is_free(bodies.of(v), 15.0) for v in VARIANTS))


_ACROSS: Mapping[str, Callable[[_Bodies], float]] = {
    "gb21_male_minus_female": _difference(back.gb21_pleura),
    "interscapular_male_minus_female": _difference(back.interscapular_sum),
    "rhomboid_rise": _rhomboid_rise,
    "kyphosis_reached_by_40": _reached_by_40,
    "l1_free_paths": _l1_free_paths,
    "gb21_sitting": lambda bodies: posture.gb21_sitting(bodies.of),
    "gb21_raised": lambda bodies: posture.gb21_raised(bodies.of, bodies.variant),
    "gb21_along": lambda bodies: posture.gb21_along(bodies.of, bodies.variant),
    "gb21_order": lambda bodies: posture.gb21_order(bodies.of, bodies.variant),
    "rounded_back": lambda bodies: posture.rounded_back(bodies.of, bodies.variant),
}
