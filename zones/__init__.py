"""What is dangerous, what is planned, how near it is. Imports neither Qt nor a renderer."""

from zones.assess import assess, assess_needles
from zones.assessment import Assessment, Verdict
from zones.cone import SafeCone, safe_cone
from zones.danger import DangerZone, danger_zones
from zones.depth_map import DepthMap, depth_map
from zones.needle import Needle
from zones.sampling import sample

__all__ = [
    "Assessment", "DangerZone", "DepthMap", "Needle", "SafeCone", "Verdict", "assess",
    "assess_needles", "danger_zones", "depth_map", "safe_cone", "sample",
]  # fmt: skip
