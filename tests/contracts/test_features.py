"""`docs/features.md`: every feature stands there once, and every test it names exists."""

from __future__ import annotations

import ast
import re

from checkout import ROOT

TEXT = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
COUNTS = {"A": 11, "B": 7, "C": 11, "D": 10, "E": 5, "F": 7, "G": 7, "H": 6, "I": 8, "J": 6, "K": 5}
GIVEN_UP = {"A10", "B6", "I7"}
"""Ids that the list of features skips."""
ROWS = re.findall(r"^\| ([A-Z]\d+) \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_feature_stands_there_once():
    wanted = [f"{letter}{n}" for letter, last in COUNTS.items() for n in range(1, last + 1)]
    assert [row[0] for row in ROWS] == [w for w in wanted if w not in GIVEN_UP]


def test_every_row_names_its_test_or_says_that_there_is_none():
    for row, promise, shown in ROWS:
        assert promise.strip(), row
        assert bool(NAMED.search(shown)) != (shown == "no test yet"), row


def test_every_test_named_exists():
    known: dict[str, set[str]] = {}
    missing = []
    for path, name in NAMED.findall(TEXT):
        if path not in known and (ROOT / path).is_file():
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            known[path] = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
        if name not in known.get(path, set()):
            missing.append(f"{path}::{name}")
    assert missing == []
    assert len(NAMED.findall(TEXT)) > 70


def test_a_row_is_not_shown_by_a_backtick_alone():
    assert TEXT.count("tests/") - TEXT.count("tests/contracts/test_features.py") == len(
        NAMED.findall(TEXT)
    )


def test_every_picture_and_link_of_the_guide_is_there():
    guide = ROOT / "docs" / "guide"
    broken, used = [], set()
    for page in guide.glob("*.md"):
        text = page.read_text(encoding="utf-8")
        heads = {
            re.sub(r"[^a-z0-9 -]", "", h.lower()).replace(" ", "-")
            for h in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        }
        for alt, target in re.findall(r"\[([^\]]*)\]\(([^)]+)\)", text):
            assert alt.strip(), target  # a picture says what it shows
            if target.startswith("#"):
                if target[1:] not in heads:
                    broken.append(target)
            elif not (guide / target).is_file():
                broken.append(target)
            used.add(target)
    assert broken == []
    drawn = {f"pictures/{p.name}" for p in (guide / "pictures").glob("*.png")}
    tour = {name for name in drawn if name.startswith("pictures/tour-")}
    assert drawn - used - tour == set()
