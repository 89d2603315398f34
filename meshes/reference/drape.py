"""Sheets of muscle laid over what lies beneath them.

A sheet is authored as a few polylines across its fibres (origin, guides, insertion) whose control
points correspond one to one. Every node of the sheet may move along one fixed smooth direction
only; membrane smoothing pulls it tight and the parts beneath push it out until half its thickness
has room. Nodes that cannot slide cannot bunch, fold or change order, so layers never invert.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage
from scipy.interpolate import PchipInterpolator

from meshes.reference.curves import profile, unit
from meshes.reference.grid import Field, Grid

Nodes = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sheet:
    """A draped sheet: nodes (nu, nv, 3) of its middle surface, mm, and half thickness (nu, nv).

    ``u`` runs across the fibres, ``v`` from origin (0) to insertion (1).
    """

    nodes: Nodes
    half: NDArray[np.float64]

    def refined(self, spacing: float) -> Sheet:
        """The same sheet with nodes no farther apart than about ``spacing`` mm."""
        counts = _counts(self.nodes, spacing)
        return Sheet(
            _resampled(self.nodes, counts), _resampled(self.half[..., None], counts)[..., 0]
        )

    def box(self, grow: float) -> tuple[Nodes, Nodes]:
        """Low and high corner of the sheet's box, grown by ``grow`` mm."""
        pad = float(self.half.max()) + grow
        flat = self.nodes.reshape(-1, 3)
        return flat.min(axis=0) - pad, flat.max(axis=0) + pad


def ruled(rows: ArrayLike, spacing: float = 3.0) -> Nodes:
    """Nodes (nu, nv, 3) through polylines ``rows`` (r, k, 3): smooth across and along."""
    p = np.asarray(rows, float)
    r, k, _ = p.shape
    across = float(np.linalg.norm(np.diff(p, axis=1), axis=2).sum(axis=1).max())
    along = float(np.linalg.norm(np.diff(p, axis=0), axis=2).sum(axis=0).max())
    nu, nv = max(int(across / spacing) + 2, 5), max(int(along / spacing) + 2, 7)
    index = np.linspace(0, k - 1, nu)
    lines = PchipInterpolator(np.arange(k), p, axis=1)(index) if k > 2 else _linear(p, index)
    step = np.linalg.norm(np.diff(lines, axis=0), axis=2).mean(axis=1)
    s = np.concatenate([[0.0], np.cumsum(step)])
    at = np.linspace(0, s[-1], nv)
    if r == 2:
        share = (at / s[-1])[:, None, None]
        out = lines[0][None] * (1 - share) + lines[1][None] * share
    else:
        out = PchipInterpolator(s, lines, axis=0)(at)
    return np.ascontiguousarray(np.swapaxes(out, 0, 1))


def _linear(p: Nodes, index: NDArray[np.float64]) -> Nodes:
    share = index[None, :, None]
    return p[:, :1] * (1 - share) + p[:, 1:2] * share


def drape(
    rows: ArrayLike,
    thickness: float,
    under: Field,
    grid: Grid,
    along: ArrayLike | None = None,
    across: ArrayLike | None = None,
    direction: ArrayLike | None = None,
    slack: ArrayLike | None = None,
    rise: float = 14.0,
    bridge: float = 4.0,
    rounds: int = 80,
    gap: float = 0.15,
) -> Sheet:
    """Lay a sheet of ``thickness`` mm over ``under``.

    Parameters
    ----------
    rows
        (r, k, 3) world mm: origin, guides, insertion.
    under, grid
        Signed field of everything beneath (negative inside), and its grid.
    along, across
        Rows (share, factor) on the thickness from origin to insertion, and across the sheet.
    direction
        Fixed direction of all nodes, (3,); by default the blurred outward direction of ``under``.
    slack
        Rows (v share, mm): how far the sheet may sink into ``under`` (muscles passing beneath a
        bone); positive values switch the push off there. None: nowhere.
    rise
        How far origin and insertion may be lifted, mm.
    bridge
        Width of the grooves the sheet spans instead of dipping in, mm.
    """
    nodes = ruled(rows)
    nu, nv, _ = nodes.shape
    half = np.full((nu, nv), thickness / 2.0)
    if along is not None:
        half *= profile(along, np.linspace(0, 1, nv))[None, :]
    if across is not None:
        half *= profile(across, np.linspace(0, 1, nu))[:, None]
    free = np.zeros((nu, nv))
    if slack is not None:
        free += profile(slack, np.linspace(0, 1, nv))[None, :]
    low = nodes.reshape(-1, 3).min(axis=0) - 45.0
    high = nodes.reshape(-1, 3).max(axis=0) + 45.0
    where = grid.window(low, high)
    part, field = grid.part(where), under[where]
    move = _directions(nodes, field, part, direction)
    soft = np.minimum(field, ndimage.gaussian_filter(field, bridge / grid.step))
    need = half + gap - free
    lift = _relaxed(nodes, move, soft, part, need, rise, rounds)
    out = Sheet(nodes + lift[..., None] * move, half)
    fine_move = _resampled(move, _counts(out.nodes, 1.2))
    fine = out.refined(1.2)
    fine_need = fine.half + gap - _resampled(free[..., None], fine.half.shape)[..., 0]
    return _settled(fine, unit(fine_move), field, part, fine_need)


def _directions(nodes: Nodes, field: Field, grid: Grid, fixed: ArrayLike | None) -> Nodes:
    if fixed is not None:
        return np.broadcast_to(unit(fixed), nodes.shape).copy()
    sub = (slice(None, None, 2),) * 3
    blurred = ndimage.gaussian_filter(np.clip(field[sub], -60, 60), 12.0 / (2 * grid.step))
    coarse = Grid(grid.origin, 2 * grid.step, blurred.shape)
    flat = nodes.reshape(-1, 3)
    found = np.stack([coarse.sample(g, flat) for g in np.gradient(blurred, coarse.step)], axis=1)
    found = unit(found).reshape(nodes.shape)
    for _ in range(2):
        found = unit(
            np.stack(
                [ndimage.gaussian_filter(found[..., i], 4.0, mode="nearest") for i in range(3)], -1
            )
        )
    return found


def _relaxed(
    nodes: Nodes, move: Nodes, field: Field, grid: Grid, need: NDArray[np.float64],
    rise: float, rounds: int,
) -> NDArray[np.float64]:  # fmt: skip
    lift = np.zeros(nodes.shape[:2])
    for i in range(rounds):
        p = nodes + lift[..., None] * move
        if i < rounds - 6:
            pull = np.zeros_like(p)
            pull[:, 1:-1] += 0.45 * (0.5 * (p[:, 2:] + p[:, :-2]) - p[:, 1:-1])
            pull[1:-1] += 0.25 * (0.5 * (p[2:] + p[:-2]) - p[1:-1])
            step = np.sum(pull * move, axis=2)
            step[:, 0] = step[:, -1] = 0.0
            lift = lift + 2.0 * step * 0.5 + 0.5 * step
            p = nodes + lift[..., None] * move
        short = need - grid.sample(field, p.reshape(-1, 3)).reshape(need.shape)
        lift += np.where(short > 0, 0.8 * np.minimum(short, 6.0), 0.0)
        lift[:, 0] = np.minimum(lift[:, 0], rise)
        lift[:, -1] = np.minimum(lift[:, -1], rise)
    return lift


def _settled(
    sheet: Sheet, move: Nodes, field: Field, grid: Grid, need: NDArray[np.float64]
) -> Sheet:
    """Last push at the fine spacing, its correction blurred so that the sheet stays smooth."""
    p = sheet.nodes
    for sigma in (2.5, 1.5, 1.0):
        short = need - grid.sample(field, p.reshape(-1, 3)).reshape(need.shape)
        push = np.clip(short, 0.0, 3.0)
        push = np.maximum(ndimage.gaussian_filter(push, sigma, mode="nearest"), 0.6 * push)
        p = p + ndimage.gaussian_filter(push, 0.8, mode="nearest")[..., None] * move
    return Sheet(p, sheet.half)


def _counts(nodes: Nodes, spacing: float) -> tuple[int, int]:
    across = float(np.linalg.norm(np.diff(nodes, axis=0), axis=2).sum(axis=0).max())
    along = float(np.linalg.norm(np.diff(nodes, axis=1), axis=2).sum(axis=1).max())
    return max(int(across / spacing) + 2, 5), max(int(along / spacing) + 2, 5)


def _resampled(values: Nodes, counts: tuple[int, int]) -> Nodes:
    nu, nv = counts
    a = np.linspace(0, values.shape[0] - 1, nu)
    b = np.linspace(0, values.shape[1] - 1, nv)
    where = np.meshgrid(a, b, indexing="ij")
    return np.stack(
        [
            ndimage.map_coordinates(values[..., i], where, order=3, mode="nearest")
            for i in range(values.shape[2])
        ],
        axis=-1,
    )


def stamped(grid: Grid, sheet: Sheet, reach: float = 6.0) -> tuple[Field, Field, Field]:
    """Field of a sheet on ``grid``, and the shares u and v (0 to 1) of the nearest node.

    The field is cut at ``reach``; the shares are 0 there.
    """
    out = grid.filled(reach)
    u, v = grid.filled(0.0), grid.filled(0.0)
    nodes = np.ascontiguousarray(sheet.nodes)
    _stamp_sheet(out, u, v, np.asarray(grid.origin), grid.step, nodes, sheet.half, reach)
    return out, u, v


@njit(cache=True)
def _stamp_sheet(out, u, v, origin, step, nodes, half, reach):  # type: ignore[no-untyped-def]
    nx, ny, nz = out.shape
    nu, nv = half.shape
    for i in range(nu):
        for j in range(nv):
            r = half[i, j]
            span = r + reach
            px, py, pz = nodes[i, j, 0], nodes[i, j, 1], nodes[i, j, 2]
            x0 = max(int(np.ceil((px - span - origin[0]) / step)), 0)
            x1 = min(int(np.floor((px + span - origin[0]) / step)), nx - 1)
            y0 = max(int(np.ceil((py - span - origin[1]) / step)), 0)
            y1 = min(int(np.floor((py + span - origin[1]) / step)), ny - 1)
            z0 = max(int(np.ceil((pz - span - origin[2]) / step)), 0)
            z1 = min(int(np.floor((pz + span - origin[2]) / step)), nz - 1)
            for ix in range(x0, x1 + 1):
                dx = origin[0] + ix * step - px
                for iy in range(y0, y1 + 1):
                    dy = origin[1] + iy * step - py
                    flat = dx * dx + dy * dy
                    for iz in range(z0, z1 + 1):
                        dz = origin[2] + iz * step - pz
                        limit = out[ix, iy, iz] + r
                        d2 = flat + dz * dz
                        if limit > 0.0 and d2 < limit * limit:
                            out[ix, iy, iz] = np.sqrt(d2) - r
                            u[ix, iy, iz] = i / (nu - 1.0)
                            v[ix, iy, iz] = j / (nv - 1.0)
