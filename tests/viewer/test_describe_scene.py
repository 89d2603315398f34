"""The scene in words says every number of the assessment, and nothing while it is computed."""

from scenes import Scene

from viewer import describe
from viewer.canvas import camera
from viewer.describe_scene import scene_words, view_sentence
from zones import edits

BOX = [[-1, -1, -1], [1, 1, 1]]


def test_every_zone_and_layer_of_every_needle_is_said():
    scene = Scene()
    scene.session.apply(edits.set_depth("n1", 55.0))
    found = scene.assess()
    text = scene_words(scene.body, scene.session.plan, found, scene.canvas.camera, "n1")
    for needle in found.needles:
        assert describe.reason(needle) in text
        for zone in needle.zones:
            assert describe.zone_name(zone) in text
            if zone.clearance is not None:
                assert describe.clearance_text(describe.worst_clearance(zone)) in text
    assert "(selected)" in text
    assert text.count("Layer") == sum(len(n.layers) for n in found.needles)
    assert "safe" not in text.lower()


def test_what_is_computed_is_said_to_be_and_no_number_is_given():
    scene = Scene()
    text = scene_words(scene.body, scene.session.plan, None)
    assert text.count("being computed") == 2
    assert "clearance" not in text


def test_an_unknown_zone_is_said_to_be_unknown():
    scene = Scene()
    text = scene_words(scene.body, scene.session.plan, scene.assess())
    assert "Not assessed, clearance unknown" in text


def test_the_view_is_said_from_the_subjects_side():
    assert view_sentence(camera.looking("posterior", BOX)).startswith("Seen from the back")
    assert "subject's right is on the right" in view_sentence(camera.looking("posterior", BOX))
    oblique = camera.turned(camera.looking("posterior", BOX), 25, 10)
    assert "obliquely, mostly from the back" in view_sentence(oblique)
