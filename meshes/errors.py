"""Errors of the anatomy layer: what was expected, what came, what to do."""

from __future__ import annotations

import errno
from pathlib import Path


class MeshError(Exception):
    """Base of every error a user of `meshes` can cause or meet."""


class BadFileError(MeshError, ValueError):
    """A file or folder whose content is not what its format or schema asks for."""


class MissingFileError(MeshError, FileNotFoundError):
    """A path that does not exist or cannot be read."""


class UnwritableError(MeshError, OSError):
    """A file or folder that cannot be written; names what was asked for, never a temporary one."""

    @classmethod
    def of(cls, error: OSError, path: Path | str) -> UnwritableError:
        """Say of the path asked for what the system said while it was written."""
        return cls(error.errno or errno.EIO, error.strerror or str(error), str(path))

    def __str__(self) -> str:
        return (
            f"{self.filename} cannot be written: {self.strerror}; name another in a folder that "
            "exists, may be written to and has room"
        )


class UnknownBodyError(MeshError, LookupError):
    """A body name that no pack, no imported body and no folder answers to."""


class UnknownStructureError(MeshError, LookupError):
    """A structure id the body does not have."""


class EmptySurfaceError(MeshError, ValueError):
    """A surface without a single triangle where one is needed."""


class OutOfRangeError(MeshError, ValueError):
    """A subject or phase outside the range the published data cover."""
