"""What is dangerous, what is planned, how near it is. Imports neither Qt nor a renderer."""

from zones.assess import assess, assess_needles
from zones.assessment import Assessment, Verdict
from zones.danger import DangerZone, danger_zones
from zones.needle import Needle
from zones.sampling import sample

__all__ = [
    "Assessment", "DangerZone", "Needle", "Verdict", "assess", "assess_needles", "danger_zones",
    "sample",
]  # fmt: skip
