"""Pixels → PNG bytes with the standard library: a still carries its notice inside the file too."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meshes.io.whole_file import whole_file


def png_bytes(image: NDArray[np.uint8], texts: Mapping[str, str] | None = None) -> bytes:
    """Encode an (h, w, 3) picture; ``texts`` are kept as UTF-8 text chunks."""
    height, width, _ = image.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)
    rows[:, 1:] = image.reshape(height, -1)
    parts = [_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))]
    for key, text in (texts or {}).items():
        parts.append(_chunk(b"iTXt", key.encode() + b"\0\0\0\0\0" + text.encode()))
    parts.append(_chunk(b"IDAT", zlib.compress(rows.tobytes(), 6)))
    parts.append(_chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def write_png(image: NDArray[np.uint8], path: Path, texts: Mapping[str, str] | None = None) -> None:
    """Write a picture whole or not at all. Raises `UnwritableError`."""
    write_whole(path, png_bytes(image, texts))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises `UnwritableError`."""
    with whole_file(path, binary=True) as stream:
        stream.write(content)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
