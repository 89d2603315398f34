"""The checks' verdicts of a body, remembered by content hash: checked once, not at every start.

Kept in the user's own cache and never in the body folder, which a stranger may have written: there
an open surface could call itself closed. The name of the file also holds a hash of the checks'
source, so that a changed check looks again. What they say of the shipped body comes with the
package, bound to both hashes in the same way: a first start need not look either.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from meshes import checks, orientation, topology
from meshes.body import Finding
from meshes.catalogue import Structure
from meshes.io.whole_file import whole_file
from meshes.packs.places import cache_dir

SHIPPED = Path(__file__).parent.parent / "data" / "reference_checks.json"
"""What the checks say of the shipped body; `write_shipped`."""

Verdicts = tuple[dict[str, bool], list[Finding]]
"""Which structures are closed, and all findings of the checks."""


def verdicts(content_hash: str, structures: Mapping[str, Structure]) -> Verdicts:
    """Return what the checks say, from the cache if this very content was checked before.

    A cache that cannot be read or written costs time and nothing else.
    """
    stamp = f"{content_hash}-{_code_hash()}"
    path = cache_dir() / "checks" / f"{stamp}.json"
    known = _read(SHIPPED, structures, stamp)
    if known is None:
        known = _read(path, structures, stamp)
    if known is None:
        known = _check(structures)
        _write(path, known, stamp)
    return known


def write_shipped(content_hash: str, structures: Mapping[str, Structure], path: Path) -> None:
    """Check a body that was just built and write what the package carries of it."""
    _write(path, _check(structures), f"{content_hash}-{_code_hash()}")


def _check(structures: Mapping[str, Structure]) -> Verdicts:
    found = checks.check_structures(structures.values())
    findings = [finding for check in found.values() for finding in check.findings]
    findings += checks.check_whole_body(structures)
    return {key: check.closed for key, check in found.items()}, findings


@cache
def _code_hash() -> str:
    digest = hashlib.sha256()
    here = Path(str(topology.__file__))
    sources = [Path(str(m.__file__)) for m in (checks, orientation, topology)]
    for source in (*sources, here.with_name(f"edges{here.suffix}")):
        digest.update(source.read_bytes() if source.is_file() else source.stem.encode())
    return digest.hexdigest()[:12]


def _read(path: Path, structures: Mapping[str, Structure], stamp: str) -> Verdicts | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["stamp"] != stamp:
            return None
        closed = {str(key): value is True for key, value in data["closed"].items()}
        findings = [Finding(*map(str, row)) for row in data["findings"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return (closed, findings) if closed.keys() == structures.keys() else None


def _write(path: Path, known: Verdicts, stamp: str) -> None:
    closed, findings = known
    rows = [[f.structure, f.check, f.message, f.severity] for f in findings]
    text = json.dumps({"stamp": stamp, "closed": closed, "findings": rows})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as stream:
            stream.write(text)
    except OSError:
        return
