"""Build the reference pack: ``python -m meshes.reference.build [FOLDER] [--cache FOLDER]``.

Without a folder the shipped place, ``meshes/data/reference``, is written. Deterministic: the same
tables give the same bytes on one machine. Needs the build extras (scikit-image,
fast-simplification). ``--cache`` keeps the skeleton and the cavities between runs, so that work on
muscles and skin need not wait for them. The family's file is written beside the folder;
``--family`` writes it alone, for a pack that is there already; ``--postures`` the other postures
(five minutes), wherever their table or the bones of the shoulder changed; ``--checks`` what the
checks say of one, wherever they or the pack changed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from meshes.reference.pack import (
    write_checks_of,
    write_family_of,
    write_pack,
    write_postures_of,
)


def main(arguments: list[str]) -> int:
    """Build into the given folder, or into the shipped place."""
    from meshes.packs.store import reference_dir

    parser = argparse.ArgumentParser(prog="python -m meshes.reference.build")
    parser.add_argument("folder", nargs="?", type=Path, help="where to write the pack")
    parser.add_argument("--cache", type=Path, help="keep the stages before the muscles here")
    parser.add_argument("--no-muscles", action="store_true", help="bones and viscera only")
    parser.add_argument("--family", action="store_true", help="the family of a pack that exists")
    parser.add_argument(
        "--postures", action="store_true", help="the postures of a pack that exists"
    )
    parser.add_argument("--checks", action="store_true", help="the checks of a pack that exists")
    options = parser.parse_args(arguments)
    target = options.folder or reference_dir()
    if options.postures:
        print(write_postures_of(target))
        return 0
    if options.checks:
        print(write_checks_of(target))
        return 0
    if options.family:
        print(write_family_of(target, options.cache))
        return 0
    made = write_pack(target, options.cache, with_muscles=not options.no_muscles)
    print(f"{target}: {made}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
