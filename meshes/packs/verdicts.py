"""The checks' verdicts of a body, remembered by content hash: checked once, not at every start.

Kept in the user's own cache and never in the body folder, which a stranger may have written: there
an open surface could call itself closed. The name of the file also holds a hash of the checks'
source, so that a changed check looks again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from meshes import checks, orientation, topology
from meshes.body import Finding
from meshes.catalogue import Structure
from meshes.packs.places import cache_dir

Verdicts = tuple[dict[str, bool], list[Finding]]
"""Which structures are closed, and all findings of the checks."""


def verdicts(content_hash: str, structures: Mapping[str, Structure]) -> Verdicts:
    """Return what the checks say, from the cache if this very content was checked before.

    A cache that cannot be read or written costs time and nothing else.
    """
    path = cache_dir() / "checks" / f"{content_hash}-{_code_hash()}.json"
    known = _read(path, structures)
    if known is None:
        known = _check(structures)
        _write(path, known)
    return known


def _check(structures: Mapping[str, Structure]) -> Verdicts:
    found = checks.check_structures(structures.values())
    findings = [finding for check in found.values() for finding in check.findings]
    findings += checks.check_whole_body(structures)
    return {key: check.closed for key, check in found.items()}, findings


@cache
def _code_hash() -> str:
    digest = hashlib.sha256()
    for module in (checks, orientation, topology):
        source = Path(str(module.__file__))
        digest.update(source.read_bytes() if source.is_file() else module.__name__.encode())
    return digest.hexdigest()[:12]


def _read(path: Path, structures: Mapping[str, Structure]) -> Verdicts | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        closed = {str(key): value is True for key, value in data["closed"].items()}
        findings = [Finding(*map(str, row)) for row in data["findings"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return (closed, findings) if closed.keys() == structures.keys() else None


def _write(path: Path, known: Verdicts) -> None:
    closed, findings = known
    rows = [[f.structure, f.check, f.message, f.severity] for f in findings]
    text = json.dumps({"closed": closed, "findings": rows})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".checks-", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(name, path)
    except OSError:
        return
