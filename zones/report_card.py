"""The report card: a body measured at published sites, and how far it is from what people measured.

It travels with every result on that body. A deviation is shown, never corrected away; a figure that
shaped a body earns it no mark. Lengths in mm.
"""

from __future__ import annotations

import contextlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from meshes.body import Body
from meshes.io.whole_file import whole_file
from zones.acceptance.rows import variant_of

FORMAT = 2
"""Raise it when a measurement changes: kept cards are then measured again."""
OWN_SOURCE = "meshes/measurements"
"""How a body built from the project's measurement table names its source."""
CALIBRATED = "calibrated copy of "
"""How the source of a calibrated copy (`zones.calibrate`) begins."""


@dataclass(frozen=True)
class SiteResult:
    """One site. ``value``, ``mean``, ``sd`` and ``deviation`` (value - mean) in mm.

    ``value`` is ``None`` when the site could not be measured; ``reason`` says why. ``dangerous``
    says that the deviation errs on the reassuring side by more than its tolerance. ``held_out`` is
    false where the figure shaped this body.
    """

    id: str
    region: str
    value: float | None
    mean: float
    sd: float | None
    deviation: float | None
    deviation_sd: float | None
    dangerous: bool
    held_out: bool
    source: str
    evidence: str
    reason: str = ""


@dataclass(frozen=True)
class ReportCard:
    """All sites of a body, graded as one of the variants M1 … F3.

    ``verdict`` is a message id: ``too_deep`` or ``edge_too_high`` (with ``worst``), ``deviates``
    (away from the mean, not reassuring), ``within`` or ``not_measured``. ``calibrated`` says, of
    a calibrated copy, which body it was, how it was thinned, and its depths before and after.
    """

    variant: str
    variant_assumed: bool
    sites: tuple[SiteResult, ...]
    verdict: str
    worst: SiteResult | None
    calibrated: str = ""

    def document(self) -> dict[str, Any]:
        """Return the card as the contract's JSON part."""
        return {
            "variant": self.variant,
            "variant_assumed": self.variant_assumed,
            "verdict": self.verdict,
            "sites": [asdict(site) for site in self.sites],
            "worst_deviation": None if self.worst is None else asdict(self.worst),
            "calibrated": self.calibrated,
        }


@cache
def _table() -> Mapping[str, Any]:
    text = resources.files("zones").joinpath("data/report_card.toml").read_text("utf-8")
    return tomllib.loads(text)


def report_card(body: Body, cache_dir: Path | None = None) -> ReportCard:
    """Measure a body at the published sites.

    Takes some seconds the first time; kept by content hash under ``cache_dir`` (default: the user's
    cache folder).
    """
    if cache_dir is None:
        from meshes.packs.store import cache_dir as user_cache

        cache_dir = user_cache() / "report_cards"
    path = cache_dir / f"{body.content_hash[:40]}-{variant_of(body.subject)}-{FORMAT}.json"
    kept = _read(path)
    if kept is not None:
        return kept
    card = measure_card(body)
    with contextlib.suppress(OSError):  # a disk that refuses costs time, not the answer
        _write(path, card)
    return card


def measure_card(body: Body) -> ReportCard:
    """Measure a body at the published sites, without any cache."""
    from zones.acceptance.probe import Probe

    variant = variant_of(body.subject)
    probe = Probe(body)
    is_own = any(OWN_SOURCE in source for source in body.sources)
    calibrated = next((text for text in body.sources if text.startswith(CALIBRATED)), "")
    sites = tuple(
        _site(rule, probe, is_own, calibrated)
        for rule in _table()["site"]
        if variant in rule["variants"]
    )
    verdict, worst = _verdict(sites)
    assumed = body.subject.stature_cm is None or body.subject.mass_kg is None
    return ReportCard(variant, assumed, sites, verdict, worst, calibrated)


def _site(rule: Mapping[str, Any], probe: Any, is_own: bool, calibrated: str) -> SiteResult:
    from zones.acceptance.probe import NotRunError

    mean, sd = float(rule["mean"]), rule.get("sd")
    held_out = not (is_own and rule.get("used_to_build", False)) and rule["id"] not in calibrated
    try:
        value: float | None = _measure(rule, probe)
        reason = ""
    except NotRunError as error:
        value, reason = None, str(error)
    deviation = None if value is None else value - mean
    limit = float(rule.get("tolerance", 0.0)) or _table()["large_sd"] * float(sd or 0.0)
    return SiteResult(
        id=rule["id"], region=rule["region"], value=value, mean=mean, sd=sd, deviation=deviation,
        deviation_sd=None if deviation is None or not sd else deviation / float(sd),
        dangerous=deviation is not None and rule["dangerous"] == "high" and deviation > limit,
        held_out=held_out, source=rule["source"], evidence=rule["evidence"], reason=reason,
    )  # fmt: skip


def _measure(rule: Mapping[str, Any], probe: Any) -> float:
    from zones.acceptance import back, chest, spine

    if rule["measure"] == "pleura_edge_above_rib":
        return chest.pleura_edge_above_rib(probe, rule["line"], int(rule["rib"]))
    for module in (back, chest, spine):
        if hasattr(module, rule["measure"]):
            return float(getattr(module, rule["measure"])(probe))
    raise LookupError(f"report_card.toml names no known measure: {rule['measure']}")


def _verdict(sites: tuple[SiteResult, ...]) -> tuple[str, SiteResult | None]:
    measured = [s for s in sites if s.deviation is not None]
    if not measured:
        return "not_measured", None
    dangerous = [s for s in measured if s.dangerous]
    if dangerous:
        worst = max(dangerous, key=lambda s: s.deviation or 0.0)
        return ("edge_too_high" if worst.region == "pleural_edge" else "too_deep"), worst
    worst = max(measured, key=lambda s: abs(s.deviation or 0.0))
    small, large = _table()["small_mm"], _table()["large_sd"]
    far = abs(worst.deviation_sd) > large if worst.deviation_sd is not None else False
    return ("deviates" if far and abs(worst.deviation or 0.0) > small else "within"), worst


def _read(path: Path) -> ReportCard | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        sites = tuple(SiteResult(**site) for site in data["sites"])
        worst = data["worst_deviation"]
        return ReportCard(
            data["variant"], data["variant_assumed"], sites, data["verdict"],
            None if worst is None else SiteResult(**worst), data["calibrated"],
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, card: ReportCard) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as stream:
        json.dump(card.document(), stream, indent=1)
