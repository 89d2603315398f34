"""Where bodies live: the shipped reference, the user's imported bodies, and folders by path.

The reference body is opened as any member of its family (`meshes.morph`): by variant, by person, at
a phase of the breath. Every other body is one person at one breath.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from meshes.body import Body, Subject
from meshes.errors import OutOfRangeError, UnknownBodyError
from meshes.morph_names import REFERENCE, Member, member_of, read_name
from meshes.packs.places import bodies_dir, cache_dir, home_dir
from meshes.packs.schema import read_body_folder, refuse_blocked
from meshes.packs.tables import check_body_id

__all__ = [
    "REFERENCE", "at_phase", "bodies_dir", "body_folder", "built_of", "cache_dir", "find_body",
    "home_dir", "list_bodies", "open_body", "reference_dir",
]  # fmt: skip


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
        if read_name(name_or_path) is not None:
            name_or_path = REFERENCE
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


def open_body(
    name_or_path: str | Path,
    strict: bool = True,
    subject: Subject | None = None,
    phase: float | None = None,
    posture: str | None = None,
) -> Body:
    """Load a body by id or path; see `meshes.packs.schema.read_body_folder`.

    Parameters
    ----------
    name_or_path
        ``reference``, ``reference:F1``, the id of an imported body, a folder.
    strict
        Refuse a body with a blocking finding.
    subject, phase, posture
        Of the reference body only: see `meshes.morph.morphed`; what is ``None`` is as named.

    Raises
    ------
    OutOfRangeError
        A person, phase or posture the data do not cover, or one asked of another body.
    """
    member = read_name(name_or_path) if isinstance(name_or_path, str) else None
    if member is None:
        asked = {"subject": subject, "phase": phase, "posture": posture}
        given = [word for word, value in asked.items() if value is not None]
        if given:
            raise OutOfRangeError(
                f"body {name_or_path} has no {given[0]} to choose: it is one person at one breath; "
                f"only {REFERENCE} has others"
            )
        return read_body_folder(find_body(name_or_path), strict)
    if subject is not None or phase is not None or posture is not None:
        who = member.subject if subject is None else subject
        member = member_of(
            who,
            member.phase if phase is None else phase,
            member.posture if posture is None else posture,
        )
    return _reference(member, strict)


def at_phase(body: Body, phase: float) -> Body:
    """The same person in the same posture at another breath.

    Parameters
    ----------
    body
        Any member of the reference body's family, as `open_body` gave it.
    phase
        0 end expiration, 1 full inspiration.

    Raises
    ------
    OutOfRangeError
        Another body than the reference (it stands still), or a phase outside 0 to 1.
    """
    if built_of(body) is None:
        raise OutOfRangeError(
            f"body {body.id} stands still ({body.phase}); only {REFERENCE} breathes"
        )
    return open_body(body.id, phase=phase)


def built_of(body: Body) -> Body | None:
    """The built reference body whose triangles a member of its family shares, the very arrays.

    ``None`` for every other body. What was made for the triangles of the built one (trees, drawing
    copies, selections of faces) serves the member.
    """
    if read_name(body.id) is None or REFERENCE not in list_bodies():
        return None
    built = open_body(REFERENCE)
    key = next(iter(body.structures), "")
    if key not in built.structures:
        return None
    same = body.structures[key].surface.triangles is built.structures[key].surface.triangles
    return built if same else None


def _reference(member: Member, strict: bool) -> Body:
    from meshes.morph import morphed  # its kernels are loaded by those who need them

    folder = find_body(REFERENCE)
    stamp = tuple(p.stat().st_mtime_ns for p in sorted(folder.glob("*.*")))
    body = _built(folder, stamp)
    if strict:
        refuse_blocked(body)
    if member.is_built:
        return body
    return morphed(body, member.subject, member.phase, posture=member.posture)


@lru_cache(maxsize=1)
def _built(folder: Path, stamp: tuple[int, ...]) -> Body:
    """The body as built, kept for the next member; ``stamp`` tells one build from the next."""
    return read_body_folder(folder, strict=False)


def body_folder(body_id: str) -> Path:
    """Where a body of this id belongs in the user's data folder."""
    return bodies_dir() / check_body_id(body_id)
