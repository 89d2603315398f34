"""The report card's sites in words and numbers, for whoever lists them. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer import describe
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from zones.report_card import ReportCard, SiteResult

DANGEROUS = ("too_deep", "edge_too_high")
"""Verdicts of a card whose body makes limit depths look better than they are."""


def site_name(site_id: str) -> str:
    """Name what was measured; an unknown id is shown as it is."""
    return {
        "gb21_pleura": tr("Skin to pleura over the lung apex (GB21)"),
        "rhomboid_muscle_depth": tr("Skin to rhomboid major"),
        "rhomboid_rib_depth": tr("Skin to rib under rhomboid major"),
        "second_space_pleura": tr("Skin to pleura, second intercostal space"),
        "tp_thickness": tr("Thickness of a thoracic transverse process"),
        "pleura_edge_mcl": tr("Lower pleural edge above its published rib, midclavicular line"),
        "pleura_edge_mal": tr("Lower pleural edge above its published rib, midaxillary line"),
        "pleura_edge_pv": tr("Lower pleural edge above its published rib, beside the spine"),
    }.get(site_id, site_id)


def published_text(site: SiteResult) -> str:
    """Write the published mean with its SD, mm; a dash for a missing SD."""
    mean = describe.number(site.mean)
    return mean if site.sd is None else f"{mean} ± {describe.number(site.sd)}"


def signed(value: float | None) -> str:
    """Write a deviation with its sign; ``None`` is a dash."""
    text = describe.number(value)
    return f"+{text}" if value is not None and value > 0 and float(f"{value:.1f}") != 0 else text


def grade_word(site: SiteResult) -> str:
    """Say whether the deviation errs on the reassuring side."""
    if site.value is None:
        return tr("not measured")
    return tr("Caution: errs on the reassuring side") if site.dangerous else tr("compared")


def use_word(site: SiteResult) -> str:
    """Say whether the figure shaped this body, so that meeting it proves nothing."""
    return tr("held out: a real test") if site.held_out else tr("used to build this body: no test")


def origin_text(site: SiteResult) -> str:
    """Write source and evidence, and why a site was not measured."""
    said = tr("{source} – evidence: {evidence}", source=site.source, evidence=tr(site.evidence))
    return f"{said}. {tr('Not measured: {why}.', why=site.reason)}" if site.reason else said


def compared_with(card: ReportCard) -> str:
    """Say whose published figures the body is compared with."""
    if card.variant_assumed:
        return tr(
            "Compared with the figures for {variant}; the body does not state its stature or mass.",
            variant=card.variant,
        )
    return tr("Compared with the figures for {variant}.", variant=card.variant)
