"""A side is named where there are two sides to tell apart, and only there."""

from dataclasses import replace

from shapes import egg_body

from meshes.body import load_body
from viewer.i18n.text import use_language
from viewer.structure_names import display_name


def test_a_side_is_said_only_of_what_the_body_has_twice():
    body = egg_body()
    one = next(iter(body.structures.values()))
    parts = {
        "k_l": replace(one, id="k_l", name="kidney", side="left"),
        "k_r": replace(one, id="k_r", name="kidney", side="right"),
        "liver": replace(one, id="liver", name="liver", side="right"),
        "lung": replace(one, id="lung", name="right lung", side="right"),
    }
    made = replace(body, structures=parts)
    names = [display_name(part, made) for part in parts.values()]
    assert names == ["Kidney, left", "Kidney, right", "Liver", "Right lung"]


def test_in_another_language_the_name_is_the_latin_one_with_the_side_in_that_language():
    body = load_body("reference")
    use_language("de")
    said = {key: display_name(part, body) for key, part in body.structures.items()}
    assert said["rib_7_left"] == "Costa VII, links"
    assert said["skin"] == "Cutis"
    assert said["rhomboid_major_left"] == "M. rhomboideus major, links"
    assert said["intervertebral_disc_c2_c3"] != said["intervertebral_disc_c3_c4"]
    assert len(set(said.values())) == len(said), "two structures of one name"
    use_language("en")
    assert display_name(body["rib_7_left"], body) == "Rib 7, left"


def test_without_a_latin_name_the_own_one_stays():
    body = egg_body()
    one = next(iter(body.structures.values()))
    nameless = replace(one, latin="", name="nodule", side="mid")
    use_language("fr")
    assert display_name(nameless, body) == "Nodule"
