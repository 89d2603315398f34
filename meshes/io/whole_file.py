"""Files written whole or not at all: beside their name first, then moved there in one step."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from meshes.errors import UnwritableError


@contextlib.contextmanager
def whole_file(path: Path | str, binary: bool = False) -> Iterator[IO[Any]]:
    """Open a file that takes its name only when all of it is written.

    Text is UTF-8 with the ends of line as given. A device or pipe is written to as it is. If
    writing fails, what was under the name stays as it was and nothing is left beside it.

    Raises
    ------
    UnwritableError
        The folder is missing, is none or may not be written to, the name is that of a folder, or
        there is no room. Names the file asked for, never the one beside it.
    """
    asked, temporary = Path(path), None
    target = Path(os.path.realpath(asked))  # what a link points at, not the link
    how: dict[str, Any] = {"mode": "wb"} if binary else {
        "mode": "w", "encoding": "utf-8", "newline": ""
    }  # fmt: skip
    try:
        if os.path.isdir(target):  # only moving would notice, when all is written
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if _is_special(target):
            with target.open(**how) as stream:
                yield stream
            return
        # A short name of its own: that of the file may be as long as names can be.
        beside = target.parent / f".needlewise-{secrets.token_hex(6)}.part"
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
        temporary = beside
        with os.fdopen(handle, **how) as stream:
            yield stream
        os.replace(beside, target)
        temporary = None
    except OSError as error:
        raise UnwritableError.of(error, asked) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


_BINARY = getattr(os, "O_BINARY", 0)


def check_writable(path: Path | str) -> None:
    """Refuse a file that cannot be written, before what goes into it is computed.

    Writes nothing, so that a full disk is not noticed here. Raises `UnwritableError`.
    """
    target = Path(os.path.realpath(path))
    number = 0
    if os.path.isdir(target):
        number = errno.EISDIR
    elif not os.path.isdir(target.parent):
        number = errno.ENOTDIR if os.path.exists(target.parent) else errno.ENOENT
    elif not os.access(target if _is_special(target) else target.parent, os.W_OK):
        number = errno.EACCES
    if number:
        raise UnwritableError(number, os.strerror(number), str(path))


def _is_special(target: Path) -> bool:
    return os.path.exists(target) and not os.path.isfile(target)
