"""Where clavicle, scapula and humerus come to lie, from a table's angles. Left side, LPS, mm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

BONES = ("clavicle_left", "scapula_left", "humerus_left")
"""The bones that move, in the order of every array of them."""

Pose = NDArray[np.float64]


def girdle_pose(t: Mapping[str, Any], angles: Mapping[str, float]) -> dict[str, Pose]:
    """(4, 4) pose of each bone, from where it was built.

    Parameters
    ----------
    t
        Table ``postures``: its ``girdle`` has the centres of the joints.
    angles
        Degrees from the built position, 0 where left out. ``elevation``, ``retraction``: the
        clavicle's outer end up, back, about the sternoclavicular joint. ``upward``, ``tilt``,
        ``external``: the scapula about the acromioclavicular joint, glenoid up, inferior angle
        forward, glenoid back. ``abduction``: the humerus in the frontal plane, its head kept in
        the socket.
    """
    joint = {key: np.array(t["girdle"][key]) for key in t["girdle"] if key != "mark"}
    a = {key: float(angles.get(key, 0.0)) for key in
         ("elevation", "retraction", "upward", "tilt", "external", "abduction")}  # fmt: skip
    sternal = joint["sternoclavicular"]
    clavicle = _about(_turn(2, a["retraction"]) @ _turn(1, -a["elevation"]), sternal, sternal)
    acromial = joint["acromioclavicular"]
    scapula = _about(
        _turn(2, a["external"]) @ _turn(1, -a["upward"]) @ _turn(0, a["tilt"]), acromial,
        _at(clavicle, acromial),
    )  # fmt: skip
    head = joint["glenohumeral"]
    humerus = _about(_turn(1, -a["abduction"]), head, _at(scapula, head))
    return dict(zip(BONES, (clavicle, scapula, humerus), strict=True))


def girdle_way(
    t: Mapping[str, Any], angles: Mapping[str, float], steps: int
) -> list[dict[str, Pose]]:
    """Poses from the built position to the angles, all of them growing alike."""
    shares = np.linspace(0.0, 1.0, steps + 1)
    return [girdle_pose(t, {k: v * s for k, v in angles.items()}) for s in shares]


def _turn(axis: int, degrees: float) -> NDArray[np.float64]:
    turn = np.zeros(3)
    turn[axis] = np.radians(degrees)
    return np.asarray(Rotation.from_rotvec(turn).as_matrix())


def _about(turn: NDArray[np.float64], center: Pose, to: Pose) -> Pose:
    made = np.eye(4)
    made[:3, :3], made[:3, 3] = turn, to - turn @ center
    return made


def _at(pose: Pose, point: Pose) -> Pose:
    return np.asarray(pose[:3, :3] @ point + pose[:3, 3])
