"""Cervical vertebrae: C3-C7, the axis with its dens, the atlas."""

from __future__ import annotations

import numpy as np

from meshes.reference.bones.local import Block, joined
from meshes.reference.bones.vertebra import body, canal, shape, spinous
from meshes.reference.grid import Field, blend, blend_cut
from meshes.reference.spine import Vertebra


def _pillar(p: Block, side: float, behind: float, above: float, half: float) -> Field:
    """Articular pillar: a prism whose two facets slope down backwards."""
    dy, dz = p.behind - behind, p.above - above
    facet = (np.abs(dz + 0.75 * dy) / 1.25 - half).astype(np.float32)
    walls = blend_cut(
        (np.abs(dy) - 5.9).astype(np.float32), (np.abs(p.side - side) - 5.9).astype(np.float32), 5.5
    )
    return blend_cut(walls, facet, 3.0)


def cervical(v: Vertebra, p: Block) -> Field:
    """C3-C7: uncinate body, pillars, TP with two tubercles and its foramen, forked SP."""
    s, r = shape("cervical"), v.row
    h, w = r["height"], r["width"]
    back, wide, deep = r["depth"] / 2, r["canal_width"] / 2, r["canal_depth"]
    post = (wide + 4.4, back + deep * 0.26)
    half = (h + 4.8 - 0.9) / 2 / 1.25
    pillar = _pillar(p, post[0], post[1], -0.5, half)
    pedicle = p.limb((w / 2 - 1.5, back - 4.0, 0.5), (post[0] - 2, post[1] - 1, 0.0), 2.9)
    crown = (0.0, back + deep + 2.4, -0.16 * h)
    lamina = p.limb(
        (post[0] - 2.0, post[1] + 3.6, -1.5), crown, 2.0, stretch=3.5, along=(0, -0.45, 1.0)
    )
    t, b, rise = r["tp_half_span"], r["tp_behind"], r["tp_rise"]
    front = p.limb((w / 2 - 0.5, -0.5, -0.5), (t - 4.6, b - 3.5, rise), 2.3, 2.4)
    rear = p.limb((post[0], post[1] - 3.5, -1.0), (t - 2.6, b + 4.5, rise - 1.5), 2.7, r["tp_knob"])
    floor = p.limb((t - 4.6, b - 3.0, rise - 0.8), (t - 3.4, b + 4.0, rise - 1.6), 2.0, stretch=1.3)
    hole = (s["foramen_side"] + w / 2, min(b + 0.8, back - 3.8))
    bore = p.bore(*hole, s["foramen"])
    bed = p.limb(
        (hole[0] + s["foramen"] + 2.0, hole[1] + 1.5, -1.2), (t - 4.0, b + 0.5, rise - 1.0), 1.9,
        stretch=2.3, along=(0.2, 1, 0),
    )  # fmt: skip
    arch = joined(
        pedicle, (pillar, 2.5), (lamina, 2.5), (front, 2.0), (rear, 2.5), (floor, 2.0), (bed, 1.5),
        (_fork(v, p, crown, s), 3.0),
    )  # fmt: skip
    whole = blend(body(v, p, s), arch, 2.2)
    return blend_cut(blend_cut(whole, -canal(v, p), 1.0), -bore, 0.8)


def _fork(v: Vertebra, p: Block, crown: tuple[float, float, float], s: dict[str, float]) -> Field:
    r = v.row
    stem = spinous(v, p, (crown[1] + 0.8, crown[2] - 0.4), s)
    if r["sp_fork"] <= 0:
        return stem
    end = (r["sp_behind"], -r["sp_below"])
    prong = p.limb(
        (0.6, end[0] - 9.0, end[1] + 2.6), (r["sp_fork"], end[0] - 2.6, end[1] - 0.4), 2.0, 2.2
    )
    return blend(stem, prong, 2.5)


def axis(v: Vertebra, p: Block) -> Field:
    """C2: dens, sloping shoulders, heavy forked SP."""
    s, r = shape("axis"), v.row
    h = r["height"]
    back, wide, deep = r["depth"] / 2, r["canal_width"] / 2, r["canal_depth"]
    dens = p.chain(
        [(0, 0.5, h / 2 - 4), (0, -0.4, h / 2 + 5), (0, 0.2, h / 2 + s["dens"] - 5.0)],
        (5.6, 4.7, 5.0),
    )
    shoulder = p.blob((14.8, 2.0, h / 2 - 3.4), (0.42, -0.05, 0.9), (0, 1, 0), (10.4, 4.8, 9.4))
    strut = p.limb((7.0, 2.0, 0.5), (15.0, 4.0, 0.0), 5.2, 4.6)
    half = (13.0 + 4.8 - 0.9) / 2 / 1.25
    pillar = _pillar(p, wide + 4.8, back + deep * 0.30, -h / 2 + 3.4, half)
    crown = (0.0, back + deep + 2.6, -0.10 * h)
    lamina = p.limb(
        (wide + 3.0, back + deep * 0.55, -1.0), crown, 2.6, stretch=2.7, along=(0, -0.4, 1.0)
    )
    t, b = r["tp_half_span"], r["tp_behind"]
    tp = p.limb((wide + 5.0, b + 2.0, -3.0), (t - 2.8, b + 1.5, r["tp_rise"]), 3.6, 2.8)
    bore = p.bore(18.2, b + 1.0, s["foramen"], 0.25)
    arch = joined(
        strut, (shoulder, 2.5), (pillar, 3.0), (lamina, 3.0), (tp, 3.0), (dens, 3.0),
        (_fork(v, p, crown, s), 3.5),
    )  # fmt: skip
    whole = blend(body(v, p, s), arch, 3.0)
    low = np.where(p.above < h / 2 - 4.5, bore, np.float32(9.0))
    return blend_cut(blend_cut(whole, -canal(v, p), 1.0), -low, 0.8)


def atlas(v: Vertebra, p: Block) -> Field:
    """C1: a ring of two lateral masses and two arches around the dens and the cord."""
    s, r = shape("atlas"), v.row
    t, b = r["tp_half_span"], r["tp_behind"]
    mass = p.ball((s["mass_side"], 1.5, 0.0), (7.8, 10.5, 9.6))
    # inferior facets slope like the shoulders of the axis
    under = (-(p.above + 4.6 + 0.42 * (p.side - 12.0))).astype(np.float32)
    mass = blend_cut(mass, under, 1.5)
    cup = p.blob((15.4, 0.5, 12.6), (0.3, 0, 1), (0.35, 1, 0), (7.4, 8.0, 12.5))
    mass = blend_cut(mass, -cup, 1.5)
    front = p.chain([(17.0, -5.0, 0), (9.5, -9.2, 0), (0, -11.2, 0)], (3.4, 3.0, 3.1), 1.5)
    knob = p.ball((0, -13.0, -0.5), (3.6, 3.4, 4.4))
    rear = p.chain(
        [(19.0, 9.5, 0), (19.5, 15.0, 0.5), (13.5, 24.5, -0.5), (5.0, 30.0, -1), (0, 31.0, -1)],
        (4.0, 2.9, 3.0, 3.4, 3.4),
        1.35,
    )
    tail = p.ball((0, r["sp_behind"] - 2.6, -1.4), (3.4, 3.4, 4.0))
    wing_front = p.limb((22.0, -1.0, -1.0), (t - 4.0, b - 2.5, r["tp_rise"]), 3.2, 3.0, 1.25)
    wing_rear = p.limb((22.0, 8.0, -0.5), (t - 3.8, b + 2.5, r["tp_rise"]), 3.0, 3.6, 1.25)
    bore = p.bore(27.6, b - 0.4, s["foramen"])
    arch = joined(
        mass, (front, 2.5), (knob, 2.5), (rear, 3.0), (tail, 3.0), (wing_front, 2.5),
        (wing_rear, 2.5),
    )  # fmt: skip
    inner = p.limb((0, -1.5, -30), (0, -1.5, 30), s["dens_room"])
    return blend_cut(blend_cut(arch, -bore, 0.8), -inner, 1.0)
