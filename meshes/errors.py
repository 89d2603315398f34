"""Errors of the anatomy layer: what was expected, what came, what to do."""

from __future__ import annotations


class MeshError(Exception):
    """Base of every error a user of `meshes` can cause or meet."""


class BadFileError(MeshError, ValueError):
    """A file or folder whose content is not what its format or schema asks for."""


class MissingFileError(MeshError, FileNotFoundError):
    """A path that does not exist or cannot be read."""


class UnknownBodyError(MeshError, LookupError):
    """A body name that no pack, no imported body and no folder answers to."""


class UnknownStructureError(MeshError, LookupError):
    """A structure id the body does not have."""


class EmptySurfaceError(MeshError, ValueError):
    """A surface without a single triangle where one is needed."""


class OutOfRangeError(MeshError, ValueError):
    """A subject or phase outside the range the published data cover."""
