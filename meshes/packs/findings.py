"""``findings.csv`` of a body folder: what an import did, kept beside what it made.

Only repairs and the doubts of the import are stored. What the checks say is found anew on every
load, so that a folder cannot talk its own defects away; nor can a stored line block or unblock.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from meshes.body import Finding
from meshes.errors import BadFileError
from meshes.packs.tables import csv_text, read_csv

FINDINGS_FILE = "findings.csv"
PREFIXES = ("repair: ", "import: ")
_COLUMNS = ("structure", "check", "message", "severity")
_SEVERITIES = ("info", "warning")


def is_stored(finding: Finding) -> bool:
    """Tell whether a finding is of the import and not of a check."""
    return finding.check.startswith(PREFIXES) and finding.severity in _SEVERITIES


def write_findings(findings: Iterable[Finding]) -> str:
    """Return the text of ``findings.csv``."""
    return csv_text(
        _COLUMNS,
        [[f.structure, f.check, f.message, f.severity] for f in findings if is_stored(f)],
    )


def read_findings(path: Path, structure_ids: Iterable[str]) -> list[Finding]:
    """Read ``findings.csv``; a missing file means that nothing was done.

    Raises
    ------
    BadFileError
        A line that is no import finding, or of a structure the body does not have.
    """
    if not path.exists():
        return []
    known = {"", *structure_ids}
    findings = []
    for line, cells in read_csv(path, _COLUMNS):
        finding = Finding(cells["structure"], cells["check"], cells["message"], cells["severity"])
        if finding.structure not in known or not is_stored(finding):
            raise BadFileError(
                f"{path.name} line {line}: expected a repair or import note on a structure of "
                f"this body, as info or warning; got {finding.check!r} on {finding.structure!r}"
            )
        findings.append(finding)
    return findings
