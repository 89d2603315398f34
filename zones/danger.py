"""Danger zones: which structures must not be touched, by what margin, and who says so.

The catalogue, not the body, decides the rows: a zone the body cannot show is a row that says so.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DangerZone:
    """A catalogue zone resolved on one body.

    ``structures`` are the body's structure ids (empty: the body lacks it → not assessed).
    ``margin_mm`` is the required clearance; ``margin_origin`` says where it comes from
    (``convention`` is said as such). ``source`` and ``evidence`` cite the rule.
    """

    id: str
    name: str
    side: str
    structures: tuple[str, ...]
    margin_mm: float
    margin_origin: str
    severity: str
    consequence: str
    source: str
    evidence: str
    derived: bool = False
