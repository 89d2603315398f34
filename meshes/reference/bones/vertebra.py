"""Thoracic and lumbar vertebrae, and what all vertebrae share: the body and the canal."""

from __future__ import annotations

import numpy as np

from meshes.reference.bones.local import Block, joined
from meshes.reference.grid import Field, Grid, blend, blend_cut
from meshes.reference.spine import Vertebra
from meshes.reference.tables import read_table


def shape(region: str) -> dict[str, float]:
    """Authored proportions of a region's vertebrae."""
    found: dict[str, float] = read_table("vertebra")[region]
    return found


def block(v: Vertebra, grid: Grid) -> Block:
    """The vertebra's own coordinates on ``grid``."""
    x, y, z = v.local(grid.axes())
    return Block(*np.broadcast_arrays(np.abs(x), y, z))


def body(v: Vertebra, p: Block, s: dict[str, float]) -> Field:
    """Waisted body with raised rims, hollow end plates and a flatter back."""
    r = v.row
    h = r["height"]
    rise = np.clip(p.above / h + 0.5, 0, 1)
    waist = 1 - s["waist"] * (1 - np.clip(2 * p.above / h, -1, 1) ** 2)
    half_x = (v.next_width * (1 - rise) + r["width"] * rise) / 2 * waist
    half_y = (v.next_depth * (1 - rise) + r["depth"] * rise) / 2 * waist
    front = np.clip(-p.behind / half_y, 0, 1)
    half_x = half_x * (1 - s["front_taper"] * front**2)
    half_back = half_y * np.where(p.behind > 0, s["back_flat"], 1.0)
    power = np.float32(s["power"])
    q = ((p.side / half_x) ** power + (np.abs(p.behind) / half_back) ** power) ** (1 / power)
    slope = np.sqrt(p.side**2 + p.behind**2) / np.maximum(q, 1e-3)
    wall = ((q - 1) * slope).astype(np.float32)
    hollow = s["hollow"] * np.clip(1 - (q / 0.82) ** 2, 0, 1)
    edge = s["uncus"] * np.clip((p.side / half_x - 0.62) / 0.38, 0, 1.2) ** 1.5
    top = p.above - h / 2 + hollow - edge
    low = -p.above - h / 2 + 0.7 * hollow
    return blend_cut(wall, np.maximum(top, low).astype(np.float32), 1.8)


def canal(v: Vertebra, p: Block) -> Field:
    """The vertebral foramen, negative within; it hollows the back of the body a little."""
    r = v.row
    centre = r["depth"] / 2 + r["canal_depth"] / 2 - 1.0
    a, b = r["canal_width"] / 2, r["canal_depth"] / 2
    dy = p.behind - centre
    # pointed behind, where the laminae meet
    across = a * (1 - 0.35 * np.clip(dy / b, 0, 1))
    q = np.sqrt((p.side / across) ** 2 + (dy / b) ** 2)
    return np.asarray((q - 1) * min(a, b), np.float32)


def spinous(v: Vertebra, p: Block, start: tuple[float, float], s: dict[str, float]) -> Field:
    """Plate from the laminae to the tip: high at its root, thin, thickened at the free end."""
    r = v.row
    knob = r["sp_half_thick"]
    end = (r["sp_behind"] - knob, -r["sp_below"])
    d = np.array([end[0] - start[0], end[1] - start[1]])
    length = float(np.linalg.norm(d))
    d = d / length
    along = (p.behind - start[0]) * d[0] + (p.above - start[1]) * d[1]
    across = -(p.behind - start[0]) * d[1] + (p.above - start[1]) * d[0]
    share = np.clip(along / length, 0, 1)
    last = r["sp_half_height"]
    half_h = last + (s["sp_root_height"] * r["height"] - last) * (1 - share) ** 1.4
    half_t = s["sp_waist"] + (knob - s["sp_waist"]) * share**3 + s["sp_root"] * (1 - share) ** 4
    # the lower border is thicker than the upper
    half_t = half_t * (1 - 0.22 * np.clip(across / np.maximum(half_h, 1), -1, 1))
    round_ = np.minimum(np.float32(0.55 * last), np.maximum(half_h - half_t, 0))
    over_h = np.maximum(np.abs(across) - np.maximum(half_h - half_t, 0) + round_, 0)
    over = np.maximum(np.abs(along - length / 2) - length / 2 + round_, 0)
    flat = np.maximum(np.sqrt(over_h**2 + over**2) - round_, 0)
    gap = np.sqrt(p.side**2 + flat**2)
    return np.asarray(gap - half_t, np.float32)


def thoracic(v: Vertebra, p: Block) -> Field:
    """Heart-shaped body, overlapping laminae, coronal facets, long TP and SP."""
    s, r = shape("thoracic"), v.row
    h, back, wide, deep = r["height"], r["depth"] / 2, r["canal_width"] / 2, r["canal_depth"]
    pz = s["pedicle_above"] * h
    pedicle = p.limb(
        (wide + 2.2, back - 4, pz), (wide + 2.8, back + deep * 0.62, pz - 0.5),
        s["pedicle"], stretch=1.85,
    )  # fmt: skip
    root = (wide + 1.8, back + deep * 0.70, -0.02 * h)
    crown = (0.0, back + deep + 2.4, -0.20 * h)
    lean = (0, -0.24, 1.0)
    lamina = p.limb(root, crown, s["lamina"], stretch=3.5, along=lean)
    corner = p.limb(
        (wide + 2.6, back + deep * 0.42, 0.12 * h), (wide + 1.4, back + deep * 0.86, -0.02 * h),
        3.2, 3.0, stretch=2.1, along=lean,
    )  # fmt: skip
    tp_root = (wide + 3.0, back + deep * 0.70, 0.10 * h)
    big = r["tp_knob"]
    tip = (r["tp_half_span"] - big, r["tp_behind"] - 0.2 * big, r["tp_rise"])
    tp = p.chain(
        np.array([tp_root, np.multiply(tp_root, 0.4) + np.multiply(tip, 0.6), tip]),
        (0.86 * big, 0.74 * big, big),
        1.18,
    )
    upper = p.limb(
        (wide * 0.6 + 3.6, back + deep * 0.78, 0.1 * h),
        (wide * 0.6 + 3.0, back + deep * 0.70, h / 2 + 4.2),
        2.3, 1.9, stretch=2.5, along=(1, -0.2, 0),
    )  # fmt: skip
    lower = p.limb(
        (wide * 0.55 + 3.4, back + deep + 0.6, -0.2 * h),
        (wide * 0.5 + 2.6, back + deep + 2.0, -h / 2 - 5.0),
        2.3, 1.9, stretch=2.7, along=(1, -0.2, 0),
    )  # fmt: skip
    sp = spinous(v, p, (crown[1] + 1.0, crown[2] - 0.5), s)
    arch = joined(
        pedicle, (corner, 3.0), (lamina, 3.0), (tp, 4.5), (upper, 2.5), (lower, 3.0), (sp, 5.0)
    )
    return blend_cut(blend(body(v, p, s), arch, 3.0), -canal(v, p), 1.2)


def lumbar(v: Vertebra, p: Block) -> Field:
    """Kidney-shaped body, stout pedicles, sagittal facets with mammillary processes, hatchet SP."""
    s, r = shape("lumbar"), v.row
    h, back, wide, deep = r["height"], r["depth"] / 2, r["canal_width"] / 2, r["canal_depth"]
    pz = s["pedicle_above"] * h
    pedicle = p.limb(
        (wide + 3.4, back - 5, pz), (wide + 4.2, back + deep * 0.7, pz - 1.0),
        s["pedicle"], stretch=1.8,
    )  # fmt: skip
    root = (wide + 2.0, back + deep * 0.95, -0.06 * h)
    crown = (0.0, back + deep + 4.6, -0.26 * h)
    lamina = p.limb(root, crown, s["lamina"], stretch=3.0, along=(0, -0.32, 1.0))
    tp = p.chain(
        [(wide + 5.0, back + 2.5, 0.16 * h),
         (r["tp_half_span"] - 9, r["tp_behind"] - 1.0, r["tp_rise"] + 0.5),
         (r["tp_half_span"] - r["tp_knob"], r["tp_behind"], r["tp_rise"])],
        (3.4, 2.6, r["tp_knob"]), 1.9,
    )  # fmt: skip
    out = wide + s["facet_out"]
    upper = p.limb(
        (out + 4.8, back + deep * 0.98, 0.1 * h), (out + 4.2, back + deep * 0.95, h / 2 + 4.4),
        3.2, 2.5, stretch=2.3, along=(0.72, 0.70, 0),
    )  # fmt: skip
    mammil = p.ball((out + 7.2, back + deep * 1.0 + 5.2, h / 2 + 1.0), (3.6, 4.0, 5.0))
    neck = p.limb((wide + 4, back + deep * 0.8, pz - 2), (out + 4.8, back + deep, h / 2 - 1), 4.6)
    lower = p.limb(
        (wide + 0.2, back + deep + 2.6, -0.22 * h), (out - 0.6, back + deep + 4.4, -h / 2 - 7.5),
        4.2, 4.3, stretch=1.45, along=(0.85, -0.5, 0),
    )  # fmt: skip
    sp = spinous(v, p, (crown[1] + 1.5, crown[2]), s)
    arch = joined(
        pedicle, (neck, 3.0), (lamina, 3.0), (tp, 4.0), (upper, 3.0), (mammil, 3.0),
        (lower, 4.0), (sp, 5.0),
    )  # fmt: skip
    return blend_cut(blend(body(v, p, s), arch, 3.5), -canal(v, p), 1.2)
