"""What draws here: one small picture without a display, and the name of the renderer.

Run as a program, because broken drivers end the process instead of raising:
``python -m viewer.canvas.capabilities`` prints one JSON object.
"""

from __future__ import annotations

import json
import re
import sys

from viewer.canvas.offscreen import OffscreenCanvas

_FIELDS = {"renderer": "OpenGL renderer string", "version": "OpenGL version string"}
_SOFTWARE = re.compile(r"llvmpipe|softpipe|swrast|SwiftShader|Software", re.IGNORECASE)


def drawing_report() -> dict[str, object]:
    """Draw 64 × 64 pixels and return ``renderer``, ``version``, ``window`` and ``software``."""
    canvas = OffscreenCanvas(size=(64, 64))
    try:
        shape = canvas.screenshot().shape
        window = canvas._window  # the canvas has no verb for what only a diagnosis asks
        text = window.ReportCapabilities()
        kind = window.GetClassName()
    finally:
        canvas.close()
    found: dict[str, object] = {"window": kind, "pixels": list(shape)}
    for key, label in _FIELDS.items():
        match = re.search(rf"{label}:\s*(.+)", text)
        found[key] = match.group(1).strip() if match else ""
    found["software"] = bool(_SOFTWARE.search(str(found["renderer"])))
    return found


if __name__ == "__main__":
    json.dump(drawing_report(), sys.stdout)
