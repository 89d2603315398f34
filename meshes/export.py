"""Export: a body folder with exactly the surfaces that distances are taken to, as double PLY.

The index closes the ends of tubes; so does the export, and says where. A body that was imported has
its ends closed already and comes out bit for bit, with the same content hash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from meshes.body import Body, Finding
from meshes.index.caps import capped
from meshes.packs.schema import write_body_folder


@dataclass(frozen=True)
class Exported:
    """What was written: its hash, and a finding for each surface that differs from the body's."""

    content_hash: str
    findings: tuple[Finding, ...]


def export_body(body: Body, folder: Path) -> Exported:
    """Write a body to a new folder, one PLY per structure.

    Raises
    ------
    BadFileError
        The folder exists and has content.
    """
    structures = {}
    findings = []
    for key, structure in body.structures.items():
        result = capped(structure.surface)
        if result.n_caps:
            findings.append(
                Finding(
                    key,
                    "repair: cap",
                    f"{key}: {result.n_caps} open ends are closed, as for distances",
                    "info",
                )  # fmt: skip
            )
            structure = replace(structure, surface=result.surface, closed=result.is_sound)
        structures[key] = structure
    made = replace(
        body,
        id=re.sub(r"[^A-Za-z0-9._-]", "-", body.id),  # a variant's name is no folder's name
        structures=MappingProxyType(structures),
        findings=(*body.findings, *findings),
    )
    return Exported(write_body_folder(made, folder, "ply"), tuple(findings))
