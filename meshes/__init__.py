"""What anatomy there is and what shape it has. Imports neither Qt nor a renderer."""

from meshes.body import Body, load_body
from meshes.catalogue import Structure
from meshes.surface import Surface

__all__ = ["Body", "Structure", "Surface", "load_body"]
