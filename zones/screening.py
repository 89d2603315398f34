"""Screening: what an answer does to a plan. An absolute *yes* stops it, others widen or warn.

Data with sources in `data/screening.toml`. Screening only ever adds: no answer makes a margin
smaller, and a question without an answer is open, never *no*.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from zones.danger import DangerZone
from zones.danger_catalogue import danger_catalogue
from zones.errors import BadCatalogueError, BadPlanError

YES, NO, UNKNOWN = "yes", "no", "unknown"
WEIGHTS = ("absolute", "relative", "thoracic")


@dataclass(frozen=True)
class Question:
    """One screening question. ``widen`` pairs danger-zone rules with the mm a *yes* adds."""

    id: str
    weight: str
    text: str
    reason: str
    widen: tuple[tuple[str, float], ...]
    odds_ratio: float | None
    sources: tuple[str, ...]
    evidence: str


@dataclass(frozen=True)
class Risk:
    """What can happen, how often if a source says, and when to seek help."""

    id: str
    grade: str
    text: str
    figure: str
    warning: str
    sources: tuple[str, ...]
    evidence: str


@dataclass(frozen=True)
class Outcome:
    """What the answers come to.

    ``stops`` are absolute contraindications: nothing is to be planned. ``cautions`` are to be
    shown with their reasons. ``widen`` adds mm to the margins of danger-zone rules. ``open`` are
    the questions without a clear answer.
    """

    stops: tuple[Question, ...]
    cautions: tuple[Question, ...]
    widen: Mapping[str, float]
    open: tuple[Question, ...]

    @property
    def is_stopped(self) -> bool:
        """Whether an absolute contraindication was answered yes."""
        return bool(self.stops)


@dataclass(frozen=True)
class ScreeningData:
    """Questions and risks, in their order, and where the widening figures come from."""

    questions: Mapping[str, Question]
    risks: tuple[Risk, ...]
    widen_origin: str


@cache
def screening_data() -> ScreeningData:
    """Return the shipped questions and risks.

    Raises
    ------
    BadCatalogueError
        A row without source, evidence or weight, or one that widens a zone nobody knows.
    """
    text = files("zones").joinpath("data/screening.toml").read_text(encoding="utf-8")
    return parse_screening(tomllib.loads(text))


def parse_screening(data: Mapping[str, Any]) -> ScreeningData:
    """Validate and return the questions and risks of a document."""
    rules = {rule.id for rule in danger_catalogue()}
    origin = str(data["widen"].get("origin", ""))
    if not origin.startswith(("convention", "published", "derived")):
        raise BadCatalogueError("the widening of margins does not say where it comes from")
    questions: dict[str, Question] = {}
    for row in data["question"]:
        question = _question(row, data)
        unknown = [rule for rule, _ in question.widen if rule not in rules]
        if question.id in questions or question.weight not in WEIGHTS or unknown:
            raise BadCatalogueError(
                f"question {question.id!r} occurs twice, has no known weight, or widens {unknown}"
            )
        questions[question.id] = question
    risks = tuple(
        Risk(row["id"], row["grade"], row["text"], row.get("figure", ""), row.get("warning", ""),
             _sources(row, data), row["evidence"])
        for row in data["risk"]
    )  # fmt: skip
    return ScreeningData(MappingProxyType(questions), risks, origin)


def _question(row: Mapping[str, Any], data: Mapping[str, Any]) -> Question:
    widen = [
        (rule, float(data["widen"][f"{kind}_mm"]))
        for kind, rules in row.get("widen", {}).items()
        for rule in rules
    ]
    return Question(
        id=row["id"],
        weight=row.get("weight", ""),
        text=row["text"],
        reason=row["reason"],
        widen=tuple(widen),
        odds_ratio=row.get("odds_ratio"),
        sources=_sources(row, data),
        evidence=row["evidence"],
    )


def _sources(row: Mapping[str, Any], data: Mapping[str, Any]) -> tuple[str, ...]:
    listed = data["sources"]
    if (
        not row.get("source")
        or not row.get("evidence")
        or any(k not in listed for k in row["source"])
    ):
        raise BadCatalogueError(
            f"screening row {row.get('id')!r} lacks a listed source or evidence"
        )
    return tuple(listed[key] for key in row["source"])


def screen(answers: Mapping[str, str]) -> Outcome:
    """Return what a plan's answers come to.

    Parameters
    ----------
    answers
        Question id → ``yes``, ``no`` or ``unknown``; a question left out is open.

    Raises
    ------
    BadPlanError
        An answer to a question that does not exist, or one that is none of the three.
    """
    questions = screening_data().questions
    for key, answer in answers.items():
        if key not in questions:
            raise BadPlanError(f"screening: there is no question {key!r}")
        if answer not in (YES, NO, UNKNOWN):
            raise BadPlanError(f"screening.{key} is {answer!r}; expected {YES}, {NO} or {UNKNOWN}")
    said_yes = [q for key, q in questions.items() if answers.get(key) == YES]
    widen: dict[str, float] = {}
    for question in said_yes:
        for rule, add in question.widen:
            widen[rule] = max(widen.get(rule, 0.0), add)
    return Outcome(
        stops=tuple(q for q in said_yes if q.weight == "absolute"),
        cautions=tuple(q for q in said_yes if q.weight != "absolute"),
        widen=MappingProxyType(widen),
        open=tuple(q for key, q in questions.items() if answers.get(key) not in (YES, NO)),
    )


def widened(zones: Iterable[DangerZone], outcome: Outcome) -> Sequence[DangerZone]:
    """Return danger zones with the margins an outcome asks for; never a smaller one."""
    origin = screening_data().widen_origin
    return [
        replace(
            zone,
            margin_mm=zone.margin_mm + outcome.widen[zone.rule],
            margin_origin=f"{zone.margin_origin}; screening adds {outcome.widen[zone.rule]:g} mm "
            f"({origin})",
        )
        if zone.rule in outcome.widen
        else zone
        for zone in zones
    ]
