"""German, French and Spanish say what the English says: the same placeholders, the same caution."""

import re
import string

import pytest

from viewer.i18n import extract, text
from viewer.i18n.catalogue import DOMAIN, LOCALE_DIR, catalogue, languages
from viewer.i18n.choice import NAMES

OTHERS = ("de", "fr", "es")
MOST_MISSING = 0.05

REASSURING = {
    "en": r"\b(safe|safely|safety distance|recommended depth|cleared)\b",
    "de": r"\b(sicher(e[mnrs]?|heit\w*)?|gefahrlos\w*|unbedenklich\w*|ungefährlich\w*|risikolos\w*"
    r"|empfohlene\w* tiefe\w*|freigegeben\w*)\b",
    "fr": r"\b(sûre?s?|sécurité|sécurisée?s?|sans (danger|risque)|inoffensi\w+"
    r"|profondeurs? (recommandée|conseillée)s?|autorisée?s?)\b",
    "es": r"\b(segur[oa]s?|seguridad|sin (peligro|riesgo)|inofensiv\w+"
    r"|profundidad(es)? (recomendada|aconsejada)s?|autorizad[oa]s?)\b",
}
"""FACTS F-h in each language: words that promise what a model cannot keep."""


@pytest.fixture(scope="module")
def messages():
    return extract.messages()


@pytest.fixture(autouse=True)
def english_again():
    yield
    text.use_language("en")


def placeholders(message: str) -> list[str]:
    """Names with conversion and format: they decide how a number is written."""
    return sorted(
        f"{name}!{conversion}:{spec}"
        for _, name, spec, conversion in string.Formatter().parse(message)
        if name is not None
    )


def translated(code):
    known = catalogue(code)
    yield from ((one, t) for one, t in known.texts.items())
    for one, forms in known.plurals.items():
        yield from ((one, form) for form in forms)


def test_there_are_four_languages_with_their_own_names():
    assert set(languages()) == {"en", *OTHERS} == set(NAMES)


@pytest.mark.parametrize("code", OTHERS)
def test_nearly_everything_is_translated(code, messages):
    lacking = extract.missing(code)
    listed = [f"{m.places[0]}: {m.id!r}" for m in lacking]
    assert len(lacking) <= MOST_MISSING * len(messages), listed
    if lacking:
        print(f"{code} shows in English:", *listed, sep="\n  ")


@pytest.mark.parametrize("code", OTHERS)
def test_what_people_are_warned_with_is_translated(code):
    """The notice, the verdicts and what was not assessed never fall back to English."""
    from viewer.describe import verdict_word
    from viewer.notices_text import notice, short_notice
    from zones.assessment import Verdict

    english = [notice(), short_notice(), *map(verdict_word, Verdict)]
    text.use_language(code)
    said = [notice(), short_notice(), *map(verdict_word, Verdict)]
    assert all(a != b for a, b in zip(english, said, strict=True))
    assert len(set(said)) == len(said)  # no two verdicts share a word


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_fills_in_the_same_values(code):
    wrong = {one: said for one, said in translated(code) if placeholders(said) != placeholders(one)}
    assert wrong == {}


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_keeps_the_edges_of_its_text(code):
    """Leading and trailing blanks, an ellipsis, a menu's key, the file patterns."""
    wrong = [
        (one, said)
        for one, said in translated(code)
        if (one[:1].isspace(), one[-1:].isspace()) != (said[:1].isspace(), said[-1:].isspace())
        and not (one.startswith(";") and said.strip("\u00a0 ").startswith(";"))
        or one.endswith("…") != said.endswith("…")
        or one.count("&") != said.count("&")
        or re.findall(r"\(\*[^)]*\)", one) != re.findall(r"\(\*[^)]*\)", said)
    ]
    assert wrong == []


@pytest.mark.parametrize("code", OTHERS)
def test_commands_options_and_units_stay_as_they_are_typed(code):
    """What a person must type or compare is the same in every language."""
    token = re.compile(r"--[a-z][\w-]+|`[^`]+`|\bmm\b|\bLPS\b")
    wrong = [
        (one, said) for one, said in translated(code)
        if sorted(token.findall(one)) != sorted(token.findall(said))
        and not (one.count("mm") > said.count("mm") and "{mm}" in one)
    ]  # fmt: skip
    assert wrong == []


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_reassures(code):
    pattern = re.compile(REASSURING[code], re.IGNORECASE)
    assert [said for _, said in translated(code) if pattern.search(said)] == []


@pytest.mark.parametrize(
    ("code", "bad"),
    [("de", "Diese Tiefe ist sicher."), ("fr", "Une profondeur sans risque"),
     ("es", "Profundidad segura"), ("en", "a safe depth")],
)  # fmt: skip
def test_the_patterns_see_a_reassuring_word(code, bad):
    assert re.search(REASSURING[code], bad, re.IGNORECASE)


@pytest.mark.parametrize("code", OTHERS)
def test_menu_keys_differ_within_the_bar(code):
    from viewer.actions import menus

    text.use_language(code)
    keys = [re.search("&(.)", title)[1].lower() for _, title in menus()]
    assert len(set(keys)) == len(keys), keys


@pytest.mark.parametrize("code", OTHERS)
def test_counting_follows_the_language(code):
    text.use_language(code)
    one, two = (text.trn("{count} zone", "{count} zones", n) for n in (1, 2))
    assert one.startswith("1 ")
    assert two == one.replace("1", "2") + {"de": "n", "fr": "s", "es": "s"}[code]
    zero = text.trn("{count} zone", "{count} zones", 0)
    assert zero.endswith("zone") == (code == "fr")  # French counts nothing as one


@pytest.mark.parametrize("code", OTHERS)
def test_the_files_hold_little_that_is_gone(code, messages):
    """`python -m viewer.i18n.extract` drops it."""
    known, ids = catalogue(code), {m.id for m in messages}
    gone = sorted((set(known.texts) | set(known.plurals)) - ids)
    assert len(gone) <= MOST_MISSING * len(messages), gone
    assert (LOCALE_DIR / code / DOMAIN).read_text(encoding="utf-8").count("msgid ") > 700


def test_qts_own_buttons_speak_the_language_too(qapp):
    from PySide6.QtCore import QCoreApplication

    from viewer.language import align

    said = {}
    for code in ("en", *OTHERS, "en"):
        text.use_language(code)
        align()
        said[code] = QCoreApplication.translate("QPlatformTheme", "Discard")
    assert said["en"] == "Discard"
    assert len(set(said.values())) == 4, said
