"""Finishes: the few shader lines that make anatomy legible in one pass.

Glass (skin): opaque at the rim, clear in the middle, so that the outline is seen and the inside
too. Everything lit: a slight darkening towards the rim parts neighbours of one colour.
"""

from __future__ import annotations

from vtkmodules.vtkRenderingCore import vtkActor

from viewer.canvas.protocol import Finish

_HOOK = "//VTK::Light::Impl"
_GLASS = """//VTK::Light::Impl
  float rim = 1.0 - abs(normalVCVSOutput.z);
  fragOutput0.rgb = mix(fragOutput0.rgb, diffuseColor * 1.05, 0.35);
  fragOutput0.a = clamp(mix(glassClear, glassRim, pow(rim, 2.4)), 0.0, 1.0);
"""
_SOLID = """//VTK::Light::Impl
  float facing = abs(normalVCVSOutput.z);
  fragOutput0.rgb *= mix(0.52, 1.0, smoothstep(0.0, 0.62, facing));
"""


def apply(actor: vtkActor, finish: Finish) -> None:
    """Give an actor the shader of its finish; once, when it is made."""
    if finish == "flat":
        return
    code = _GLASS if finish == "glass" else _SOLID
    actor.GetShaderProperty().AddFragmentShaderReplacement(_HOOK, True, code, False)


def set_glass(actor: vtkActor, strength: float) -> None:
    """Set how strong the glass is, 0–1: 0.5 is the usual skin, 1 nearly opaque."""
    uniforms = actor.GetShaderProperty().GetFragmentCustomUniforms()
    uniforms.SetUniformf("glassClear", 0.92 * strength**2.2)
    uniforms.SetUniformf("glassRim", min(1.0, 1.35 * strength))
