"""Plan files: versioned JSON with its frame, units, body hash and engine.

Old versions are migrated one step at a time; a newer one is refused, never guessed at. Files are
written whole or not at all.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from zones.errors import BadPlanError, PlanFileError
from zones.plan import PLAN_SCHEMA, Plan, plan_hash
from zones.plan_document import Document, plan_document, plan_from_document
from zones.plan_migrations import MIGRATIONS

_MAX_BYTES = 64 << 20
"""A plan of a thousand needles with its results stays below 8 MiB; more is another kind of file."""
_TRIPLE = re.compile(r"\[\n\s+(\S+),\n\s+(\S+),\n\s+(\S+)\n\s+\]")


def read_plan(path: Path | str) -> Plan:
    """Read a plan file of this or an older version.

    Raises
    ------
    PlanFileError
        The file is not there, cannot be read, or is far too large.
    BadPlanError
        It is no plan, a value in it is not usable (the sentence names the place), or a newer
        version of the program wrote it.
    """
    return plan_from_document(_read(Path(path)))


def read_results(path: Path | str) -> tuple[Mapping[str, Any], bool] | None:
    """Return the assessment saved with a plan and whether it is still of this plan.

    ``None`` if the file holds no result. Raises as `read_plan`.
    """
    document = _read(Path(path))
    results = document.get("results")
    plan = plan_from_document(document)
    if results is None:
        return None
    if not isinstance(results, dict) or not isinstance(results.get("assessment"), dict):
        raise BadPlanError(f"{Path(path).name}: results.assessment is missing or no object")
    return results["assessment"], results.get("plan_hash") == plan_hash(plan)


def write_plan(
    plan: Plan,
    path: Path | str,
    *,
    engine: str = "needlewise",
    assessment: Mapping[str, Any] | None = None,
) -> None:
    """Write a plan, with the assessment of this very plan if one is given.

    The same plan gives the same bytes. A file that is there stays whole if writing fails.

    Raises
    ------
    PlanFileError
        The folder is missing or cannot be written to.
    """
    _write_whole(Path(path), plan_text(plan, engine=engine, assessment=assessment))


def plan_text(
    plan: Plan, *, engine: str = "needlewise", assessment: Mapping[str, Any] | None = None
) -> str:
    """Return the text of the plan file."""
    document = plan_document(plan)
    ordered: Document = {"schema": document.pop("schema"), "engine": engine, **document}
    ordered["results"] = assessment and {
        "plan_hash": plan_hash(plan), "assessment": dict(assessment)
    }  # fmt: skip
    text = json.dumps(ordered, indent=2, ensure_ascii=False, allow_nan=False)
    return _TRIPLE.sub(r"[\1, \2, \3]", text) + "\n"


def _write_whole(path: Path, text: str) -> None:
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644 if not path.exists() else path.stat().st_mode & 0o777)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)
        raise PlanFileError(
            f"the plan could not be written to {path}: {error.strerror or error}; "
            "choose a folder that exists and can be written to"
        ) from error


def _read(path: Path) -> Document:
    try:
        size = path.stat().st_size
        if size > _MAX_BYTES:
            raise PlanFileError(
                f"{path} is {size >> 20} MiB; a plan file stays below {_MAX_BYTES >> 20} MiB"
            )
        raw = path.read_bytes()
    except PlanFileError:
        raise
    except OSError as error:
        raise PlanFileError(f"the plan {path} cannot be read: {error.strerror or error}") from error
    try:
        return migrated(_parse(raw))
    except BadPlanError as error:
        raise BadPlanError(f"{path.name}: {error}") from error


def _parse(raw: bytes) -> Document:
    try:
        document = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise BadPlanError(f"it is not UTF-8 text (byte {error.start}); expected JSON") from error
    except json.JSONDecodeError as error:
        raise BadPlanError(
            f"it is damaged or no plan: not JSON in line {error.lineno}, column {error.colno} "
            f"({error.msg}); open another file or an earlier copy of it"
        ) from error
    except RecursionError:
        _no_plan("it is nested too deeply")
    except ValueError as error:  # an integer with thousands of digits
        raise BadPlanError(f"it is not usable JSON: {error}") from error
    if not isinstance(document, dict):
        _no_plan("it holds no object")
    return document


def _no_plan(what: str) -> NoReturn:
    raise BadPlanError(f"{what}; expected a plan ({PLAN_SCHEMA})")


def _once(pairs: list[tuple[str, Any]]) -> Document:
    document = dict(pairs)
    if len(document) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise BadPlanError(f"the key {twice!r} occurs twice in one object")
    return document


def migrated(
    document: Document,
    migrations: Mapping[str, tuple[str, Callable[[Document], Document]]] = MIGRATIONS,
) -> Document:
    """Return the document in this version's form, migrated step by step.

    Raises
    ------
    BadPlanError
        It is of a newer version, of another schema, or names none.
    """
    schema = document.get("schema")
    while schema != PLAN_SCHEMA:
        if not isinstance(schema, str) or not schema.startswith("needlewise/plan/"):
            _no_plan(f"schema is {schema!r}")
        if schema not in migrations:
            raise BadPlanError(
                f"schema is {schema!r}, written by a newer version; this one reads up to "
                f"{PLAN_SCHEMA!r}: update needlewise"
            )
        schema, step = migrations[schema]
        document = {**step(document), "schema": schema}
    return document
