"""Errors of the risk layer."""

from __future__ import annotations


class ZoneError(Exception):
    """Base of every error a user of `zones` can cause or meet."""


class BadNeedleError(ZoneError, ValueError):
    """A needle that cannot exist: zero direction, negative depth, a coordinate not a number."""


class BadPlanError(ZoneError, ValueError):
    """A plan file that cannot be read, is for another body, or comes from a newer version."""


class UnknownZoneError(ZoneError, LookupError):
    """A danger zone id the catalogue does not have."""


class BadCatalogueError(ZoneError, ValueError):
    """A catalogue of zones, points or landmarks with a row that cannot be answered for."""


class NoSkinError(ZoneError, LookupError):
    """A body without a skin where an entry point or a skin normal is needed."""


class LockedNeedleError(ZoneError, RuntimeError):
    """An edit of a needle that the user locked."""


class PostureError(BadPlanError):
    """A plan made for another posture: its coordinates mean nothing on this body."""


class PlanFileError(ZoneError, OSError):
    """A plan file that is not there, or cannot be read or written."""


class UnknownPointError(ZoneError, LookupError):
    """A trigger point the catalogue does not have, or not on that side."""


class UnknownTechniqueError(ZoneError, LookupError):
    """A technique the catalogue does not have."""


class UnknownContributionError(ZoneError, LookupError):
    """A contribution to uncertainty that the catalogue does not have."""


class BadTargetError(ZoneError, ValueError):
    """A target that no needle can be aimed at, or a limit that is none."""


class CalibrationError(ZoneError, ValueError):
    """A body of which no calibrated copy can be made."""


class BadOwnPointError(ZoneError, ValueError):
    """A point of one's own, or a file of them, that cannot be read or made."""


class LockedPointError(ZoneError, RuntimeError):
    """A change of a point of one's own that is locked."""
