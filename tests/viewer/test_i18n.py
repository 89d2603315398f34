"""Texts find their translation; numbers find their plural; made languages keep what stands in
braces; what the command line is asked to speak, it speaks."""

import json
import re
import string

import pytest

from viewer.cli.main import main
from viewer.i18n import choice, extract, pseudo, text
from viewer.i18n.catalogue import languages, parsed

PO = r"""
msgid ""
msgstr ""
"Language: pl\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\n"

#: here.py
msgid "Depth {mm} mm"
msgstr "Tiefe "
"{mm} mm"

#, fuzzy
msgid "Guess"
msgstr "Geraten"

msgid "Empty"
msgstr ""

msgid "Say \"no\"\n"
msgstr "Sag \"nein\"\n"

msgid "{count} zone"
msgid_plural "{count} zones"
msgstr[0] "{count} a"
msgstr[1] "{count} b"
msgstr[2] "{count} c"
"""


@pytest.fixture(autouse=True)
def english_again():
    yield
    text.use_language("en")


def test_a_catalogue_is_read_as_translators_write_it():
    read = parsed(PO)
    assert read.text("Depth {mm} mm") == "Tiefe {mm} mm"
    assert read.text("Guess") == "Guess"  # nobody has checked it
    assert read.text("Empty") == "Empty"
    assert read.text('Say "no"\n') == 'Sag "nein"\n'
    assert [read.counted("{count} zone", "{count} zones", n)[-1] for n in (1, 2, 5, 22, 0)] == [
        "a", "b", "c", "b", "c",
    ]  # fmt: skip
    assert read.counted("{count} dog", "{count} dogs", 1) == "{count} dog"


def test_what_is_written_is_read_back(tmp_path, monkeypatch):
    """Quotes, line ends and plurals survive the round trip through the file."""
    rows = [extract.Message('a "b"\n{c}', "", ("x.py",)), extract.Message("1", "n", ("x.py",))]
    monkeypatch.setattr(extract, "messages", lambda: rows)
    monkeypatch.setattr(extract, "catalogue", lambda code: parsed(PO))
    read = parsed(extract.po_text("de"))
    assert read.texts == {}
    filled = extract.po_text("de").replace('msgstr ""', 'msgstr "x"')
    assert set(parsed(filled).texts) == {'a "b"\n{c}'}


def test_counting_is_english_without_a_catalogue():
    assert [text.trn("{count} zone", "{count} zones", n) for n in (0, 1, 2)] == [
        "0 zones", "1 zone", "2 zones",
    ]  # fmt: skip


def test_extraction_finds_calls_constants_and_plurals(tmp_path):
    (tmp_path / "a.py").write_text(
        '_LONG = "in a constant"\nx = tr("plain {a}", a=1) + tr(_LONG) + tr(data)\n'
        'y = trn("{count} dog", "{count} dogs", 3)\n'
    )
    found = {(m.id, m.plural) for m in extract.messages(tmp_path)}
    assert {("plain {a}", ""), ("in a constant", ""), ("{count} dog", "{count} dogs")} <= found
    assert len(found) == 3 + len(set(extract.vocabulary()))
    assert ("Intercostal bundle", "") in found


def names(message: str) -> list[str]:
    return sorted(n for _, n, _, _ in string.Formatter().parse(message) if n is not None)


@pytest.mark.parametrize("code", pseudo.CODES)
def test_a_made_language_keeps_what_stands_in_braces(code):
    for message in extract.messages():
        made = pseudo.changed(message.id, code)
        assert names(made) == names(message.id)
        assert made.count("&") == message.id.count("&")
        assert len(made.split()) == len(message.id.split()), message.id
        plain = re.sub(r"\{[^{}]*\}", "", made)
        assert not re.search(r"[A-Za-z]", plain)
        if code == "qps-long":
            assert 10 * len(made) >= 14 * len(message.id)


def test_right_to_left_is_known():
    text.use_language("qps-rtl")
    assert text.is_right_to_left()
    text.use_language("no_such")
    assert (text.language(), text.is_right_to_left()) == ("en", False)


@pytest.mark.parametrize(
    ("flag", "variable", "kept", "system", "wanted"),
    [
        ("fr", "es", "de", "de_DE.UTF-8", "fr"),
        (None, "es", "de", "de_DE.UTF-8", "es"),
        (None, "", "de", "fr_FR", "de"),
        (None, "", "", "fr_CA.UTF-8", "fr"),
        (None, "", "", "C", "en"),
        ("xx", "", "", "C", "en"),
        (None, "", "en", "de_DE", "en"),
    ],
)
def test_the_window_asks_flag_variable_setting_system(
    monkeypatch, flag, variable, kept, system, wanted
):
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", system)
    monkeypatch.setenv(choice.VARIABLE, variable)
    assert choice.for_window(flag, kept) == wanted


def test_the_command_line_stays_english_unless_asked(monkeypatch, capsys):
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.delenv(choice.VARIABLE, raising=False)
    assert main(["points", "list"]) == 0
    english = capsys.readouterr().out
    assert main(["points", "list", "--lang", "qps-long"]) == 0
    assert capsys.readouterr().out != english
    monkeypatch.setenv(choice.VARIABLE, "qps-rtl")
    main(["--help"])
    assert re.search("[\u0621-\u064a]{3}", capsys.readouterr().out)


def test_json_speaks_no_language_but_for_the_notice(capsys):
    words = ["assess", "--entry", "44.4", "106.6", "-14.3", "--direction", "0.64", "-0.51",
             "-0.57", "--depth", "25", "--json"]  # fmt: skip
    main(words)
    english = json.loads(capsys.readouterr().out)
    main([*words, "--lang", "qps-rtl"])
    made = json.loads(capsys.readouterr().out)
    assert english.pop("notice") != made.pop("notice")
    assert made == english


def test_an_unknown_language_is_one_sentence(capsys):
    assert main(["--lang", "xx", "points", "list"]) == 2
    said = capsys.readouterr().err
    assert all(code in said for code in languages())
    assert len(said.strip().splitlines()) == 1
