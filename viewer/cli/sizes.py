"""Which lengths, angles and counts a command takes: what no body and no needle has is refused."""

from __future__ import annotations

from viewer.cli.outcome import BadInputError

MOST_DEG = 360.0
"""A turn; beyond it an angle is a slip of the keyboard, and its sine is rounding noise."""


def check_mm(option: str, value: float, above_zero: bool = False) -> None:
    """Refuse a length that is not finite, negative (0 too if ``above_zero``) or beyond all bodies.

    Raises `BadInputError` with the range, what came and what to do.
    """
    from zones.needle import MOST_MM

    if not 0.0 <= value <= MOST_MM or (above_zero and value == 0.0):
        least = "above 0" if above_zero else "0"
        raise BadInputError(
            f"{option} is {value}; expected mm from {least} to {MOST_MM:g}: give a length in mm"
        )


def check_place(option: str, place: list[float]) -> None:
    """Refuse coordinates that are not finite or farther than all bodies. Raises `BadInputError`."""
    from zones.needle import MOST_MM

    for value in place:
        if not abs(value) <= MOST_MM:
            raise BadInputError(
                f"{option} has a coordinate {value}; expected mm from {-MOST_MM:g} to "
                f"{MOST_MM:g}: give LPS mm of the body"
            )


def check_deg(option: str, value: float) -> None:
    """Refuse an angle that is not finite or beyond a whole turn. Raises `BadInputError`."""
    if not abs(value) <= MOST_DEG:
        raise BadInputError(
            f"{option} is {value}; expected degrees from {-MOST_DEG:g} to {MOST_DEG:g}: take off "
            "the whole turns"
        )


def check_count(option: str, value: int, least: int, most: int) -> None:
    """Refuse a whole number outside a range. Raises `BadInputError`."""
    if not least <= value <= most:
        raise BadInputError(
            f"{option} is {value}; expected a number from {least} to {most:,}: give one of these"
        )
