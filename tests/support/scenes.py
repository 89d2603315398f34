"""A scene on the egg body with a fake canvas, and a mouse to use on it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from fake_canvas import FakeCanvas
from plans import small_plan
from shapes import egg_body

from meshes.index.body_index import body_index
from meshes.simplify import drawings
from viewer.canvas.protocol import Pointer
from viewer.scene.colors import LIGHT
from viewer.scene.director import ASSESSMENT, SceneDirector
from viewer.scene.load import SceneData
from viewer.scene.view import PlainView
from zones.assess import assess_needles
from zones.change import ChangeKind
from zones.session import Session, result_for


@lru_cache(maxsize=1)
def eggs():
    """The egg body and what its scene needs, made once."""
    body = egg_body()
    surfaces = {key: s.surface for key, s in body.structures.items()}
    return body, SceneData(body.content_hash, drawings(surfaces), body_index(body))


class Scene:
    """Director, canvas, session and view together; `press`, `move`, `release` are the mouse."""

    def __init__(self, plan=None, scale=1.0, selected="n1"):
        self.body, data = eggs()
        self.plan_at_start = small_plan(self.body) if plan is None else plan
        self.session = Session(self.body, self.plan_at_start)
        if selected:
            self.session.select(selected)
        self.canvas = FakeCanvas((round(800 * scale), round(600 * scale)), scale)
        self.view = PlainView()
        self.director = SceneDirector(self.canvas, self.session, self.view, LIGHT, data)
        self.director.attach()

    @property
    def needle(self):
        return self.session.plan.needles[0].needle

    def assess(self):
        """Bring the assessment up to date, as the window's worker does."""
        found = assess_needles(
            self.body, [p.needle for p in self.session.plan.needles],
            index=self.director.data.index,
        )  # fmt: skip
        assert self.session.accept(
            result_for(self.session, ASSESSMENT, [ChangeKind.NEEDLES], found)
        )
        return found

    def pixel(self, point):
        """Logical pixel of a world point."""
        return self.director.screen.pixel(point)[0]

    def tell(self, kind, pixel, button="left", **more):
        x, y = np.asarray(pixel, dtype=float) * self.canvas.scale
        return self.director.handle(Pointer(kind, x, y, button=button, **more))

    def drag(self, start, *stops):
        """Press, move through stops, release; whether the press was taken."""
        taken = self.tell("press", start)
        for stop in stops:
            self.tell("move", stop)
        self.tell("release", stops[-1])
        return taken
