"""What stands in the files: docstrings, words shown to people, sources of numbers, leftovers."""

from __future__ import annotations

import ast
import re

import pytest
from checkout import ROOT, sources, texts

from meshes.body import load_body
from zones.danger import danger_zones
from zones.danger_catalogue import danger_catalogue

MACHINE_PATH = re.compile(r"(?<![\w.:/~$}>])/(?:home|root|Users|work)/\w")
LEFTOVER = re.compile(r"breakpoint\(\)|import pdb|\bFIXME\b|\bXXX\b|print\(f?['\"]DEBUG")
REASSURING = re.compile(
    r"\b(safe|safely|safety distance|recommended depth|cleared)\b", re.IGNORECASE
)


@pytest.mark.parametrize("package", ["meshes", "zones", "viewer"])
def test_every_module_and_every_public_name_says_what_it_is(package):
    silent = []
    for path in sources(package):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.name != "__init__.py" and not ast.get_docstring(tree):
            silent.append(f"{path.relative_to(ROOT)}")
        silent += [f"{path.relative_to(ROOT)}:{name}" for name in _silent(tree.body)]
    assert silent == []


def _silent(body, prefix=""):
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_"):
            continue
        if not ast.get_docstring(node) and not _speaks_elsewhere(node):
            yield prefix + node.name
        if isinstance(node, ast.ClassDef):
            yield from _silent(node.body, f"{prefix}{node.name}.")


def _speaks_elsewhere(node) -> bool:
    words = [ast.unparse(decorator) for decorator in node.decorator_list]
    return any(w.endswith((".setter", "overload", "override")) for w in words)


def test_no_word_shown_to_people_reassures():
    """FACTS F-h: never "safe", "recommended depth", "cleared"."""
    shown = {}
    for path in sources("viewer"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tr" and node.args:
                text = node.args[0]
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    shown[f"{path.relative_to(ROOT)}:{node.lineno}"] = text.value
    assert len(shown) > 50
    assert {where: text for where, text in shown.items() if REASSURING.search(text)} == {}


def test_no_path_of_a_machine_and_no_leftover():
    found = []
    for path in texts():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if path.name == "test_texts.py":
                continue
            if MACHINE_PATH.search(line) or (path.suffix == ".py" and LEFTOVER.search(line)):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


def test_the_path_pattern_sees_one():
    assert MACHINE_PATH.search("see /home/somebody/notes")
    assert not MACHINE_PATH.search("https://example.org/home/page")


def test_every_zone_row_has_a_source_a_margin_with_an_origin_and_a_grade():
    for rule in danger_catalogue():
        assert rule.source.strip(), rule.id
        assert rule.evidence.strip(), rule.id
        assert rule.margin_origin.startswith(("derived", "published", "convention")), rule.id
        assert rule.margin_mm > 0, rule.id
    rows = danger_zones(load_body("reference"))
    assert {zone.rule for zone in rows} == {rule.id for rule in danger_catalogue()}


def test_both_licences_are_there_and_named():
    assert "MIT License" in (ROOT / "LICENSE").read_text()
    assert "CC BY 4.0" in (ROOT / "LICENSE-reference-body").read_text()
    assert load_body("reference").licence == "CC-BY-4.0"
