"""How many queries the campaigns have put to the engine and to brute force, by kind."""

from __future__ import annotations

from collections import Counter

COMPARED: Counter[str] = Counter()
"""Kind of query → how many answers were held against the truth in this run."""


def compared(kind: str, count: int) -> None:
    """Note that ``count`` answers of a kind were held against brute force."""
    COMPARED[kind] += count


def table() -> list[str]:
    """Lines that say what was compared; none if nothing was."""
    rows = [f"{count:>12,}  {kind}" for kind, count in sorted(COMPARED.items())]
    return [*rows, f"{sum(COMPARED.values()):>12,}  together"] if rows else []
