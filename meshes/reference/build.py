"""Build the reference pack: ``python -m meshes.reference.build`` writes meshes/data/reference.

Deterministic: the same tables give the same bytes on one machine. Needs the build extras
(scikit-image, fast-simplification).
"""

from __future__ import annotations

import sys
from pathlib import Path

from meshes.reference.pack import write_pack


def main(arguments: list[str]) -> int:
    """Build into the given folder, or into the shipped place."""
    from meshes.packs.store import reference_dir

    target = Path(arguments[0]) if arguments else reference_dir()
    print(f"{target}: {write_pack(target)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
