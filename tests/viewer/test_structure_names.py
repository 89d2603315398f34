"""A side is named where there are two sides to tell apart, and only there."""

from dataclasses import replace

from shapes import egg_body

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
