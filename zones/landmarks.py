"""Palpable landmarks of a body: the body's own first, else found by rule on its bones.

A landmark that is neither authored nor found is *missing* and says why; nothing downstream may
guess it. Two figures say how far to trust a point: ``uncertainty_mm`` is assumed, per rule;
``residual_mm`` is computed, where something can be compared.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from meshes.orientation import midline_x
from zones.danger import folded_names
from zones.errors import BadCatalogueError
from zones.landmark_rules import BONELESS, FINDERS, NotFoundError, find

SCHEMA = "needlewise/landmarks/1"
AUTHORED, FOUND, MISSING = "authored", "found", "missing"


@dataclass(frozen=True)
class LandmarkRule:
    """One landmark of the catalogue on one side: which bone, which rule, who says so."""

    id: str
    base: str
    name: str
    side: str
    bone: re.Pattern[str] | None
    systems: tuple[str, ...]
    rules: tuple[Mapping[str, Any], ...]
    uncertainty_mm: float
    source: str
    also: tuple[str, ...] = ()
    """Other ids, with the side, under which a body may author it."""


@dataclass(frozen=True, eq=False)
class LandmarkFix:
    """Where a landmark lies on a body.

    ``point`` is (3,) world mm, ``None`` exactly if ``how`` is ``missing``; ``reason`` then says
    why. ``residual_mm`` is, for an authored landmark, its distance from where the rule would put
    it; for a found one with a twin, half the distance between the twin and its mirror image;
    ``None`` where there is nothing to compare.
    """

    id: str
    name: str
    side: str
    point: NDArray[np.float64] | None
    how: str
    uncertainty_mm: float
    source: str
    residual_mm: float | None = None
    reason: str = ""


@cache
def landmark_catalogue() -> Mapping[str, LandmarkRule]:
    """Return every landmark by id, both sides, in the catalogue's order.

    Raises
    ------
    BadCatalogueError
        A row without a source or uncertainty, or with a rule that cannot be carried out.
    """
    text = files("zones").joinpath("data/landmarks.toml").read_text(encoding="utf-8")
    return parse_landmarks(tomllib.loads(text))


def parse_landmarks(data: Mapping[str, Any]) -> Mapping[str, LandmarkRule]:
    """Validate a catalogue and return its rules; every defect is named in one error."""
    problems = []
    rules: dict[str, LandmarkRule] = {}
    if data.get("schema") != SCHEMA:
        problems.append(f"schema is {data.get('schema')!r}, expected {SCHEMA!r}")
    for row in data.get("landmark", []):
        problems += [f"{row.get('id', '(no id)')}: {p}" for p in _row_problems(row, data)]
    if not problems:
        for row in data.get("landmark", []):
            for rule in _expanded(row, data["sources"]):
                if rule.id in rules:
                    problems.append(f"{rule.id} occurs twice")
                rules[rule.id] = rule
        problems += _dangling(rules)
    if problems or not rules:
        raise BadCatalogueError("the landmark catalogue is not usable: " + "; ".join(problems))
    return MappingProxyType(rules)


def _row_problems(row: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[str]:
    for key in ("id", "name", "sides", "rule", "source"):
        if not row.get(key):
            yield f"lacks {key}"
            return
    if not row.get("uncertainty_mm", 0) > 0:
        yield "uncertainty_mm is missing or not above 0"
    if row["source"] not in data.get("sources", {}):
        yield f"source {row['source']!r} is not listed under [sources]"
    for rule in (row["rule"], row.get("or_rule", row["rule"])):
        if rule.get("kind") not in FINDERS:
            yield f"rule kind {rule.get('kind')!r} is unknown; expected {', '.join(FINDERS)}"
        elif rule["kind"] not in BONELESS and "bone" not in row:
            yield f"rule {rule['kind']} needs a bone"


def _expanded(row: Mapping[str, Any], sources: Mapping[str, str]) -> Iterable[LandmarkRule]:
    for level in row.get("levels", [""]):
        number, _, names = level.partition("|")
        shown = number.upper() if re.fullmatch(r"[ctl]\d+", number) else number.replace("_", " ")
        for side in row["sides"]:
            base = row["id"].replace("{n}", number)
            bone = row.get("bone")
            yield LandmarkRule(
                id=base if side == "mid" else f"{base}_{side}",
                base=base,
                name=row["name"].replace("{n}", shown),
                side=side,
                bone=bone
                and re.compile(bone.replace("{n}", number).replace("{names}", names or number)),
                systems=tuple(row.get("systems", ["bone"])),
                rules=tuple(
                    _at_level(row[key], number) for key in ("rule", "or_rule") if key in row
                ),
                uncertainty_mm=float(row["uncertainty_mm"]),
                source=sources[row["source"]],
                also=tuple(
                    name if side == "mid" else f"{name}_{side}" for name in row.get("also", [])
                ),
            )


def _at_level(rule: Mapping[str, Any], level: str) -> Mapping[str, Any]:
    made = dict(rule)
    if isinstance(rule.get("at"), Mapping):
        made["at"] = rule["at"][level]
    if "level_of" in rule:
        made["level_of"] = rule["level_of"].replace("{n}", level)
    return made


def _dangling(rules: Mapping[str, LandmarkRule]) -> Iterable[str]:
    known = {rule.base for rule in rules.values()}
    for rule in rules.values():
        for one in rule.rules:
            used = [one.get("level_of"), one.get("line"), *one.get("between", [])]
            yield from (f"{rule.id} needs {name}, which is no landmark"
                        for name in used if name and name not in known)  # fmt: skip


_RESOLVED: WeakKeyDictionary[Body, Mapping[str, LandmarkFix]] = WeakKeyDictionary()


def landmarks(body: Body) -> Mapping[str, LandmarkFix]:
    """Return every catalogued landmark on a body by id, missing ones included.

    Landmarks that the body authors beyond the catalogue follow. Computed once per body object.
    """
    if body not in _RESOLVED:
        _RESOLVED[body] = MappingProxyType(_Finder(body).all())
    return _RESOLVED[body]


def landmark_id(base: str, side: str) -> str:
    """Return the id of a landmark on a side; the bare id for one on the midline.

    Raises
    ------
    BadCatalogueError
        There is no such landmark.
    """
    catalogue = landmark_catalogue()
    for key in (base, f"{base}_{side}"):
        if key in catalogue:
            return key
    raise BadCatalogueError(f"there is no landmark {base!r} on side {side!r}")


class _Finder:
    """Finds the landmarks of one body, each once, those it needs first."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._texts = {key: folded_names(s) for key, s in body.structures.items()}
        self._mid = midline_x(body.structures) or 0.0
        self._done: dict[str, LandmarkFix] = {}
        self._busy: set[str] = set()

    def all(self) -> dict[str, LandmarkFix]:
        for key in landmark_catalogue():
            self.fix(key)
        fixes = {key: self._with_residual(self._done[key]) for key in landmark_catalogue()}
        taken = {name for rule in landmark_catalogue().values() for name in rule.also}
        for key, mark in self._body.landmarks.items():
            if key not in fixes and key not in taken:
                side = next((s for s in ("left", "right") if key.endswith(f"_{s}")), "mid")
                fixes[key] = LandmarkFix(
                    key, mark.name, side, mark.point, AUTHORED, 0.0, mark.source
                )
        return fixes

    def fix(self, key: str) -> LandmarkFix:
        if key in self._done:
            return self._done[key]
        rule = landmark_catalogue()[key]
        marks = self._body.landmarks
        authored = next((marks[k] for k in (key, *rule.also) if k in marks), None)
        if authored is not None:
            made = LandmarkFix(
                key, rule.name, rule.side, authored.point, AUTHORED, 0.0,
                authored.source or self._body.id,
            )  # fmt: skip
        else:
            made = self._found(rule)
        self._done[key] = made
        return made

    def _found(self, rule: LandmarkRule) -> LandmarkFix:
        point, reason = self.by_rule(rule)
        how = MISSING if point is None else FOUND
        return LandmarkFix(
            rule.id, rule.name, rule.side, point, how, rule.uncertainty_mm, rule.source,
            reason=reason,
        )  # fmt: skip

    def by_rule(self, rule: LandmarkRule) -> tuple[NDArray[np.float64] | None, str]:
        """Where the rule puts the landmark, whether authored or not; else the reason."""
        if rule.id in self._busy:
            return None, f"{rule.id} depends on itself"
        self._busy.add(rule.id)
        reason = ""
        try:
            bone = self._bone(rule)
            for one in rule.rules:
                if not len(bone) and one["kind"] not in BONELESS:
                    reason = reason or "the body has no such bone"
                    continue
                try:
                    local = find(one, bone, lambda base: self._other(base, rule.side))
                except NotFoundError as error:
                    reason = str(error)
                    continue
                return self._world(local, rule.side), ""
        finally:
            self._busy.discard(rule.id)
        return None, reason

    def _other(self, base: str, side: str) -> NDArray[np.float64] | None:
        key = landmark_id(base, side)
        if key in self._busy:
            return None
        point = self.fix(key).point
        return None if point is None else self._local(point, side)

    def _bone(self, rule: LandmarkRule) -> NDArray[np.float64]:
        parts = []
        for key, structure in self._body.structures.items():
            if rule.bone is None or structure.system not in rule.systems:
                continue
            if rule.side != "mid" and structure.side not in (rule.side, "both", "mid"):
                continue
            if any(rule.bone.search(text) for text in self._texts[key]):
                local = self._local(structure.surface.points, rule.side)
                parts.append(local if rule.side == "mid" else local[local[:, 0] > 0])
        return np.concatenate(parts) if parts else np.empty((0, 3))

    def _local(self, points: NDArray[np.float64], side: str) -> NDArray[np.float64]:
        sign = -1.0 if side == "right" else 1.0
        return (points - [self._mid, 0.0, 0.0]) * [sign, 1.0, 1.0]

    def _world(self, point: NDArray[np.float64], side: str) -> NDArray[np.float64]:
        sign = -1.0 if side == "right" else 1.0
        world: NDArray[np.float64] = point * [sign, 1.0, 1.0] + [self._mid, 0.0, 0.0]
        world.flags.writeable = False
        return world

    def _with_residual(self, fix: LandmarkFix) -> LandmarkFix:
        if fix.point is None:
            return fix
        rule, other, share = landmark_catalogue()[fix.id], None, 1.0
        if fix.how == AUTHORED:
            other = self.by_rule(rule)[0]
        elif fix.side != "mid":
            twin_side = "left" if fix.side == "right" else "right"
            twin = self._done[f"{rule.base}_{twin_side}"].point
            share = 0.5
            if twin is not None:
                other = self._world(self._local(twin, twin_side), fix.side)
        if other is None:
            return fix
        return replace(fix, residual_mm=share * float(np.linalg.norm(fix.point - other)))
