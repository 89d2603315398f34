"""Preferences come back; a damaged file costs preferences, never the start."""

import json

import pytest

from viewer import settings
from viewer.settings import Preferences


def test_what_was_saved_comes_back(home):
    kept = Preferences("dark", 1.5, "de", "intended_use/1", "z-anatomy", ["a", "b"], "Z2Vv", "bGF5")
    assert settings.save(kept)
    assert settings.load() == kept
    assert settings.settings_path().parent == home
    assert [p.name for p in home.iterdir()] == ["settings.json"]  # nothing temporary is left


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"schema": "other/1", "theme": "dark"}', "\x00\x01", '"x"'],
)
def test_a_file_that_is_no_settings_file_gives_the_defaults(home, text):
    home.mkdir()
    settings.settings_path().write_text(text, encoding="utf-8")
    assert settings.load() == Preferences()


def test_single_bad_values_are_left_at_their_defaults_and_bounds_hold(home):
    home.mkdir()
    raw = {"schema": "needlewise/settings/1", "theme": 7, "text_scale": 40, "language": "fr",
           "recent": ["ok", 3], "unknown": 1}  # fmt: skip
    settings.settings_path().write_text(json.dumps(raw), encoding="utf-8")
    kept = settings.load()
    assert (kept.theme, kept.text_scale, kept.language, kept.recent) == ("light", 2.0, "fr", ["ok"])


def test_a_folder_that_refuses_is_an_answer_not_an_error(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert settings.save(Preferences(), blocked / "settings.json") is False


def test_recent_plans_have_no_doubles_and_an_end(tmp_path):
    kept = Preferences()
    for number in range(12):
        kept.remember(tmp_path / f"{number}.json")
    kept.remember(tmp_path / "5.json")
    assert len(kept.recent) == 8
    assert kept.recent[0].endswith("5.json")
    assert sum(name.endswith("5.json") for name in kept.recent) == 1
