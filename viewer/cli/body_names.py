"""The name of a body as the options of a command change it: variant, posture and breath."""

from __future__ import annotations

from viewer.cli.outcome import BadInputError
from viewer.i18n.text import tr

REFERENCE = "reference"


def with_variant(body: str, variant: str | None) -> str:
    """Return the body's name with its variant; only the reference body has any."""
    if not variant:
        return body
    if body != REFERENCE:
        raise BadInputError(
            tr("--variant is for the reference body; {body} has no variants", body=body)
        )
    return f"{REFERENCE}:{variant}"


def with_posture(body: str, posture: str | None) -> str:
    """Return the body's name in a posture; only the reference body has several.

    Raises
    ------
    BadInputError
        Another body.
    OutOfRangeError
        A posture that is not modelled, or not for this person.
    """
    if posture is None:
        return body
    from meshes.morph_names import name_of, read_name

    member = read_name(body, posture=posture)
    if member is None:
        raise BadInputError(
            tr("--posture is for the reference body; {body} lies as it lies", body=body)
        )
    return name_of(member)


def posture_help() -> str:
    """What ``--posture`` takes, in one line; by heart, for help must not wait for the tables."""
    return tr("of the reference body: prone (default), sitting or raised")


def with_phase(body: str, phase: float | None, option: str = "--phase") -> str:
    """Return the body's name at a phase of the breath; only the reference body breathes.

    Raises
    ------
    BadInputError
        Another body.
    OutOfRangeError
        A phase outside 0 to 1.
    """
    if phase is None:
        return body
    from meshes.morph_names import name_of, read_name

    member = read_name(body, phase)
    if member is None:
        raise BadInputError(
            tr("{option} is for the reference body; {body} is one person at one breath",
               option=option, body=body)
        )  # fmt: skip
    return name_of(member)
