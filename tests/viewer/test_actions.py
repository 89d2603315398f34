"""One table: unique ids, no two commands on one key, a name for every edit."""

import re
from collections import Counter
from pathlib import Path

from viewer import actions
from viewer.actions import commands, edit_label, menus


class Anything:
    """Stands for the deeds: every attribute is a verb."""

    def __getattr__(self, name):
        return Anything()

    def __call__(self, *args):
        return None


def test_ids_and_keys_are_unique_and_every_menu_is_known():
    table = commands(Anything())
    assert [i for i, n in Counter(c.id for c in table).items() if n > 1] == []
    keys = Counter(key for c in table for key in c.keys)
    assert [k for k, n in keys.items() if n > 1] == []
    assert {c.menu for c in table} == {key for key, _ in menus()}
    assert all(c.text for c in table)


def test_the_six_views_have_slicers_keys():
    keys = {c.id: c.keys for c in commands(Anything()) if c.id.startswith("view_")}
    assert keys == {
        "view_anterior": ("End",), "view_posterior": ("Shift+End",), "view_left": ("PgDown",),
        "view_right": ("Shift+PgDown",), "view_superior": ("Home",),
        "view_inferior": ("Shift+Home",),
    }  # fmt: skip


def test_every_icon_named_is_there():
    from importlib.resources import files

    known = {p.name.removesuffix(".svg") for p in (files("viewer") / "theme" / "icons").iterdir()}
    assert {c.icon for c in commands(Anything()) if c.icon} <= known


def test_every_edit_of_the_core_has_a_name_for_the_undo_menu():
    import zones.edits

    text = Path(zones.edits.__file__).read_text(encoding="utf-8")
    labels = set(re.findall(r'"(edit\.[a-z_]+)"', text))
    assert len(labels) > 15
    assert {label for label in labels if edit_label(label) == label} == set()
    assert edit_label(None) == ""


def test_every_verb_of_the_table_exists():
    from viewer.deeds import Deeds
    from viewer.needle_desk import NeedleDesk

    text = Path(actions.__file__).read_text(encoding="utf-8")
    verbs = set(re.findall(r"\bdo\.([a-z_]+)", text)) - {"desk", "explore"}
    assert {v for v in verbs if not callable(getattr(Deeds, v, None))} == set()
    from viewer.explore_desk import ExploreDesk

    looks = set(re.findall(r"\blook\.([a-z_]+)", text))
    assert looks
    assert {v for v in looks if not callable(getattr(ExploreDesk, v, None))} == set()
    verbs = set(re.findall(r"\bdesk\.([a-z_]+)", text))
    assert {v for v in verbs if not callable(getattr(NeedleDesk, v, None))} == set()
