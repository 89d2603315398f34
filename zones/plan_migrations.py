"""One function per step from an old plan schema to the next; each has a fixture in the tests.

`needlewise/plan/0` was the form before the first release: a needle by its two ends and a diameter,
the body by its bare fields.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zones.errors import BadPlanError

Document = dict[str, Any]


def _from_0(old: Document) -> Document:
    """A needle had ``entry``, ``tip``, ``diameter``; the body was two keys at the top."""
    new = {key: value for key, value in old.items() if key not in ("body_id", "body_hash")}
    new["body"] = {"id": old.get("body_id"), "hash": old.get("body_hash"), "posture": ""}
    needles = old.get("needles")
    if not isinstance(needles, list):
        raise BadPlanError("needles is missing; expected a list")
    new["needles"] = [_needle_from_0(needle, i) for i, needle in enumerate(needles)]
    return new


def _needle_from_0(old: Any, index: int) -> Document:
    try:
        gap = [float(t) - float(e) for e, t in zip(old["entry"], old["tip"], strict=True)]
        radius = float(old["diameter"]) / 2.0
    except (KeyError, TypeError, ValueError):
        raise BadPlanError(
            f"needles[{index}] of an old plan: expected entry and tip of three numbers, diameter"
        ) from None
    new = {key: value for key, value in old.items() if key not in ("tip", "diameter")}
    depth = sum(x * x for x in gap) ** 0.5
    return {**new, "direction": gap, "depth": depth, "radius": radius}


MIGRATIONS: dict[str, tuple[str, Callable[[Document], Document]]] = {
    "needlewise/plan/0": ("needlewise/plan/1", _from_0),
}
"""Old schema → the next schema and the step there."""
