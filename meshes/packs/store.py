"""Where bodies live: the shipped reference, the user's imported bodies, and folders by path."""

from __future__ import annotations

from pathlib import Path

from meshes.body import Body
from meshes.errors import UnknownBodyError
from meshes.packs.places import bodies_dir, cache_dir, home_dir
from meshes.packs.schema import read_body_folder
from meshes.packs.tables import check_body_id

__all__ = [
    "REFERENCE", "bodies_dir", "body_folder", "cache_dir", "find_body", "home_dir", "list_bodies",
    "open_body", "reference_dir",
]  # fmt: skip

REFERENCE = "reference"
_REFERENCE_VARIANTS = ("M1",)


def reference_dir() -> Path:
    """The shipped reference body."""
    return Path(__file__).resolve().parents[1] / "data" / REFERENCE


def list_bodies() -> dict[str, Path]:
    """Ids and folders of all bodies that can be opened by name, ``reference`` first."""
    found = {}
    if (reference_dir() / "body.toml").is_file():
        found[REFERENCE] = reference_dir()
    if bodies_dir().is_dir():
        for folder in sorted(bodies_dir().iterdir()):
            if (folder / "body.toml").is_file() and not folder.name.startswith("."):
                found[folder.name] = folder
    return found


def find_body(name_or_path: str | Path) -> Path:
    """Return the folder of a body named by id or path.

    Raises
    ------
    UnknownBodyError
        No body has this id and no folder this path, or the variant does not exist.
    """
    known = list_bodies()
    if isinstance(name_or_path, str):
        name, colon, variant = name_or_path.partition(":")
        if colon and name == REFERENCE:
            if variant not in _REFERENCE_VARIANTS:
                raise UnknownBodyError(
                    f"the reference body has no variant {variant!r}; this version ships "
                    f"{', '.join(f'{REFERENCE}:{v}' for v in _REFERENCE_VARIANTS)}"
                )
            name_or_path = name
        if name_or_path in known:
            return known[name_or_path]
    path = Path(name_or_path)
    if path.name == "body.toml" and path.is_file():
        return path.parent
    if path.is_dir():
        return path
    raise UnknownBodyError(
        f"there is no body {str(name_or_path)!r}: expected {', '.join(known) or 'an imported id'} "
        "or the path of a body folder; `needlewise body import` makes one"
    )


def open_body(name_or_path: str | Path, strict: bool = True) -> Body:
    """Load a body by id or path; see `meshes.packs.schema.read_body_folder`."""
    return read_body_folder(find_body(name_or_path), strict)


def body_folder(body_id: str) -> Path:
    """Where a body of this id belongs in the user's data folder."""
    return bodies_dir() / check_body_id(body_id)
