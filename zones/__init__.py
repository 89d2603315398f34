"""What is dangerous, what is planned, how near it is. Imports neither Qt nor a renderer."""

from zones.danger import DangerZone
from zones.needle import Needle

__all__ = ["DangerZone", "Needle"]
