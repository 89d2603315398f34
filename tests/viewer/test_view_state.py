"""Looks of a body: layers in the manifest's order, isolation, x-ray, and an undo of their own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import ball_arrays, egg_body
from solids import body_of, structure

from meshes.catalogue import Structure
from meshes.surface import Surface
from viewer.bookmarks import (
    Bookmark,
    bookmarks_path,
    captured,
    free_name,
    load_bookmarks,
    restored,
    save_bookmarks,
)
from viewer.canvas.camera import CameraPose
from viewer.layers import STEPS, depth_of, least_depth, step_word, useful_steps
from viewer.section_caps import Cut
from viewer.view_state import ViewState


def layered(name, system, layer):
    return Structure(name, name, "mid", system, Surface.of(*ball_arrays()), layer=layer)


ONION = [
    layered("skin", "skin", 0), layered("fat", "fat", 1), layered("trapezius", "muscle", 1),
    layered("rhomboid", "muscle", 2), layered("scapula", "bone", 3), layered("rib", "bone", 4),
    layered("pleura", "pleura", 5), layered("lung", "organ", 6),
]  # fmt: skip


def shown(view, body):
    return [key for key in body.structures if view.appearance(key).visible]


def test_the_slider_follows_the_layer_ranks_of_the_manifest():
    body = body_of(*ONION)
    view = ViewState(body)
    names = [s.id for s in ONION]
    for step, first in enumerate(("skin", "fat", "trapezius", "rhomboid", "rib", "pleura")):
        view.peel_to(step)
        assert shown(view, body) == names[names.index(first) :], STEPS[step]
    assert [depth_of(s) for s in ONION] == sorted(depth_of(s) for s in ONION)
    assert [least_depth(k) for k in range(len(STEPS))] == sorted(map(least_depth, range(6)))
    assert len({step_word(k) for k in range(len(STEPS))}) == len(STEPS)


def test_the_muscles_a_step_lays_open_are_solid_unless_they_were_faded():
    view = ViewState(body_of(*ONION))
    assert view.appearance("trapezius").finish == "glass"
    view.peel_to(2)
    assert (view.appearance("trapezius").finish, view.appearance("trapezius").opacity) == (
        "matte", 1.0,
    )  # fmt: skip
    assert view.appearance("rhomboid").finish == "matte"  # seen through the gaps above it
    assert view.appearance("skin").finish == "glass"
    view.peel_to(3)
    assert view.appearance("rhomboid").finish == "matte"
    view.peel_to(2)
    view.set_opacity(["trapezius"], 0.6)
    assert view.appearance("trapezius").opacity == 0.6
    view.peel_to(0)
    assert view.appearance("trapezius").finish == "glass"


def test_peeling_goes_by_steps_that_the_body_has():
    body = body_of(ONION[0], ONION[5], ONION[6])
    view = ViewState(body)
    assert useful_steps(body.structures.values()) == view.steps == [0, 4, 5]
    for step in (4, 5, 5):
        view.peel(1)
        assert view.step == step
    view.peel(-1)
    assert view.step == 4
    view.peel(-9)
    assert view.step == 0


def test_a_hidden_structure_stays_hidden_whatever_the_slider_says():
    body = body_of(*ONION)
    view = ViewState(body)
    view.set_visible(["rib"], False)
    view.peel_to(4)
    assert shown(view, body) == ["pleura", "lung"]
    view.peel_to(0)
    assert "rib" not in shown(view, body)


def test_x_ray_makes_surroundings_glass_and_leaves_danger_as_it_is():
    body = body_of(*ONION, structure("vessel", ball_arrays(), system="vessel"))
    view = ViewState(body)
    before = {key: view.appearance(key) for key in body.structures}
    view.set_xray(True)
    after = {key: view.appearance(key) for key in body.structures}
    assert after["rib"].finish == after["skin"].finish == "glass"
    assert after["rib"].opacity < before["rib"].opacity
    assert after["pleura"] == before["pleura"]
    assert after["vessel"] == before["vessel"]
    assert view.look("rib") == before["rib"]
    view.set_xray(False)
    assert {key: view.appearance(key) for key in body.structures} == before


change = st.sampled_from(["hide", "fade", "color", "isolate", "peel", "xray", "all", "reset"])


def change_looks(view, what, number, ids):
    """One change of looks, by name."""
    {
        "hide": lambda: view.set_visible(ids, False),
        "fade": lambda: view.set_opacity(ids, number / 7),
        "color": lambda: view.set_color(ids, (number / 7, 0.5, 0.5)),
        "isolate": lambda: view.isolate(ids if number else ()),
        "peel": lambda: view.peel_to(number % 6),
        "xray": lambda: view.set_xray(number % 2 == 0),
        "all": view.show_all,
        "reset": view.reset,
    }[what]()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(change, st.integers(0, 7)), max_size=25))
def test_any_changes_of_looks_can_be_undone_and_redone(steps):
    body = body_of(*ONION)
    view = ViewState(body)
    names = [s.id for s in ONION]
    told = []
    view.subscribe(told.append)
    states = [view.looks]
    for what, number in steps:
        change_looks(view, what, number, [names[number]])
        states.append(view.looks)
    last = view.looks
    while view.undo():
        assert view.looks in states
    assert view.looks == states[0]
    while view.redo():
        pass
    assert view.looks == last
    assert all(told)  # no notice without a change


def test_a_drag_of_the_fade_slider_is_one_step_and_names_only_what_changed():
    view = ViewState(egg_body())
    told = []
    view.subscribe(told.append)
    for percent in range(90, 40, -5):
        view.set_opacity(["skin"], percent / 100)
    assert set(told) == {frozenset({"skin"})}
    view.undo()
    assert view.look("skin").opacity == view.defaults["skin"].opacity
    assert not view.can_undo
    assert view.can_redo


def test_measured_distances_wait_for_their_partner_and_can_be_forgotten():
    measures = ViewState(egg_body()).measures
    assert measures.put((0, 0, 0)) is None
    assert measures.pending == (0, 0, 0)
    assert measures.put((3, 4, 0)).mm == 5.0
    assert measures.pending is None
    measures.put((1, 1, 1))
    assert measures.forget_last()
    assert len(measures.kept) == 1
    assert measures.forget_last()
    assert not measures.forget_last()


@pytest.fixture
def seen():
    view = ViewState(body_of(*ONION))
    view.set_color(["rib"], (0.1, 0.2, 0.3))
    view.set_visible(["fat"], False)
    view.peel_to(2)
    view.set_xray(True)
    view.measures.add((0, 0, 0), (1, 2, 2))
    return view


POSE = CameraPose((1.0, 2.0, 3.0), 170.5, -12.25, 640.0)
CUT = Cut("axial", (0.0, 1.0, 2.0), (0.0, 0.0, -1.0))


def test_a_bookmark_comes_back_whole_and_saves_the_same_bytes(seen, home):
    """FEATURES A9: save → restore → save gives the same bytes."""
    assert save_bookmarks("test", [Bookmark("Rib", captured(seen, POSE, CUT))])
    first = bookmarks_path("test").read_bytes()
    other = ViewState(body_of(*ONION))
    kept = load_bookmarks("test")
    assert restored(other, kept[0].view) == (POSE, CUT)
    assert other.looks == seen.looks
    assert other.measures.kept == seen.measures.kept
    assert save_bookmarks("test", [Bookmark("Rib", captured(other, POSE, CUT))])
    assert bookmarks_path("test").read_bytes() == first
    other.undo()
    assert other.looks == ViewState(body_of(*ONION)).looks


def test_a_bookmark_of_another_body_passes_over_what_is_not_there(seen):
    kept = captured(seen, POSE, None)
    view = ViewState(body_of(ONION[0], ONION[6]))
    assert restored(view, kept) == (POSE, None)
    assert set(view.looks.choices) == {"skin", "pleura"}


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": "other"}', '{"schema": 1}'])
def test_a_damaged_file_costs_its_bookmarks_only(home, text):
    path = bookmarks_path("../te st")
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert load_bookmarks("../te st") == []
    assert path.parent == home / "bookmarks"
    assert save_bookmarks("../te st", [])
    assert load_bookmarks("../te st") == []


def test_names_of_bookmarks_are_numbered():
    kept = [Bookmark("View", {}), Bookmark("View 2", {})]
    assert free_name("View", kept) == "View 3"
    assert free_name("Other", kept) == "Other"


def test_a_slider_that_came_back_leaves_nothing_to_undo():
    view = ViewState(body_of(*ONION))
    view.set_visible(["rib"], False)
    view.peel_to(1)
    view.peel_to(3)
    view.peel_to(0)
    assert view.undo()
    assert view.appearance("rib").visible
    assert not view.can_undo
