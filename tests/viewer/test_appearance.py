"""First looks: every tissue has one, sides agree, plates' conventions hold, what matters shows."""

import numpy as np
import pytest
from shapes import ball_arrays

from meshes.catalogue import SYSTEMS, Structure
from meshes.surface import Surface
from viewer.appearance import default_appearance, from_hex


def structure(key, system, name=""):
    return Structure(key, name or key, "mid", system, Surface.of(*ball_arrays(rings=4)))


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_has_a_look(system):
    look = default_appearance(structure("unheard_of", system))
    assert all(0 <= c <= 1 for c in look.color)
    assert 0 < look.opacity <= 1
    assert look.finish in ("matte", "sheen", "glass")


@pytest.mark.parametrize("system", ["muscle", "organ", "bone"])
def test_left_and_right_look_the_same(system):
    for stem in ("trapezius", "kidney", "rib_4", "Iliocostalis"):
        one, other = (
            default_appearance(structure(f"{stem}_{s}", system)) for s in ("left", "right")
        )
        assert one == other


def test_arteries_are_red_veins_blue_nerves_yellow_bone_light():
    def color(key, system):
        return np.array(default_appearance(structure(key, system)).color)

    artery, vein = color("aorta", "vessel"), color("azygos_vein", "vessel")
    nerve, bone = color("phrenic_nerve", "nerve"), color("rib_3_left", "bone")
    assert artery[0] > artery[2] + 0.3
    assert vein[2] > vein[0] + 0.2
    assert min(nerve[:2]) > nerve[2] + 0.3
    assert bone.min() > 0.75


def test_skin_and_muscles_are_glass_so_that_lungs_and_pleura_are_seen():
    assert default_appearance(structure("skin", "skin")).finish == "glass"
    assert default_appearance(structure("trapezius_left", "muscle")).finish == "glass"
    assert default_appearance(structure("lung_left", "organ")).opacity == 1.0


def test_hex_colours_are_read():
    assert from_hex("#ff8000") == pytest.approx((1.0, 128 / 255, 0.0))
