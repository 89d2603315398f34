"""A body nobody uses any longer takes everything that was worked out for it along."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest

from meshes import Body, load_body
from zones.assess import assess
from zones.breathing import with_breath
from zones.cone import safe_cone
from zones.depth_map import depth_map
from zones.landmarks import landmarks
from zones.needle import Needle
from zones.points import resolve_all
from zones.report_card import measure_card
from zones.skin import nearest_on_skin

ENTRY, INWARD = np.array([44.4, 104.6, -14.3]), np.array([0.0, -1.0, 0.0])


def asked_of_a_needle(body: Body) -> None:
    needle = Needle(nearest_on_skin(body, ENTRY), INWARD, 20.0, 0.15)
    with_breath(body, assess(body, needle))


def asked_of_a_place(body: Body) -> None:
    safe_cone(body, nearest_on_skin(body, ENTRY), directions=INWARD[None])
    depth_map(body, vertices=np.arange(50))


def asked_of_the_body(body: Body) -> None:
    landmarks(body)
    list(resolve_all(body))
    measure_card(body)


@pytest.mark.parametrize("asked", [asked_of_a_needle, asked_of_a_place, asked_of_the_body])
def test_what_was_asked_of_a_body_does_not_keep_it(asked):
    body = replace(load_body("reference"))
    asked(body)
    gone = weakref.ref(body)
    del body
    gc.collect()
    assert gone() is None
