"""Finishes: the few shader lines that make anatomy legible in one pass.

The library's lamps are not used: a soft key light from the upper left, a sky that is cool above and
warm below, and a darkening of what turns away, which parts neighbours of one colour. What lies
behind the focal point fades into the background (air), so that depth can be read without shadows.
Glass (skin, muscles) is clear in the middle and dense at the rim: outline and inside are both seen;
its opacity is a strength, 0.5 for the usual skin, 1 nearly opaque.
"""

from __future__ import annotations

from vtkmodules.vtkRenderingCore import vtkActor, vtkUniforms

from viewer.canvas.protocol import Color, Finish

_HOOK = "//VTK::Light::Impl"
_FIRST = "//VTK::Color::Impl"
_GHOST = """
  if (max(mod(floor(gl_FragCoord.x), 2.0), mod(floor(gl_FragCoord.y), 2.0)) < 0.5) discard;
  //VTK::Color::Impl
"""
_SHADE = """
  vec3 nrm = normalize(normalVCVSOutput);
  float key = max((dot(nrm, vec3(-0.37, 0.53, 0.76)) + 0.22) / 1.22, 0.0);
  float sky = 0.5 + 0.5 * nrm.y;
  float facing = abs(nrm.z);
  vec3 lit = diffuseColor * (mix(vec3(0.31, 0.27, 0.25), vec3(0.42, 0.44, 0.47), sky)
                             + vec3(0.70, 0.68, 0.65) * key);
"""
_AIR = """
  float eye = airParallel > 0.5 ? mix(airNear, airFar, gl_FragCoord.z) : 1.0 / gl_FragCoord.w;
  float air = airDensity * smoothstep(-40.0, 260.0, eye - airDistance);
"""
_SOLID = f"""
  {_SHADE}
  lit *= mix(vec3(0.50, 0.44, 0.43), vec3(1.0), smoothstep(0.0, 0.66, facing));
  lit += shine * pow(max(dot(nrm, vec3(-0.20, 0.28, 0.94)), 0.0), 34.0);
  {_AIR}
  fragOutput0 = vec4(mix(lit, airColor, air), opacity);
"""
_GLASS = f"""
  {_SHADE}
  float rim = 1.0 - facing;
  lit = mix(lit, diffuseColor * 1.06, 0.45) + 0.10 * pow(key, 12.0);
  lit *= mix(vec3(1.0), vec3(0.66, 0.58, 0.56), pow(rim, 3.0));
  {_AIR}
  fragOutput0 = vec4(mix(lit, airColor, air),
                     mix(0.92 * pow(opacity, 2.2), min(1.0, 1.35 * opacity), pow(rim, 2.2))
                     * (1.0 - 0.6 * air));
"""


def apply(actor: vtkActor, finish: Finish, ghost: bool = False) -> None:
    """Give an actor the shader of its finish; once, when it is made.

    A ghost leaves out every fourth pixel: a little paler over what hides it, unchanged over itself.
    """
    shader = actor.GetShaderProperty()
    if ghost:
        shader.AddFragmentShaderReplacement(_FIRST, True, _GHOST, False)
    if finish == "flat":
        return
    code = _GLASS if finish == "glass" else _SOLID
    shader.AddFragmentShaderReplacement(_HOOK, True, code, False)
    _uniforms(actor).SetUniformf("shine", 0.20 if finish == "sheen" else 0.05)


def set_air(
    actor: vtkActor,
    color: Color,
    density: float,
    distance: float,
    clip: tuple[float, float],
    parallel: bool,
) -> None:
    """Fade what lies beyond ``distance`` mm from the eye into ``color``."""
    uniforms = _uniforms(actor)
    uniforms.SetUniform3f("airColor", color)
    uniforms.SetUniformf("airDensity", density)
    uniforms.SetUniformf("airDistance", distance)
    uniforms.SetUniformf("airNear", clip[0])
    uniforms.SetUniformf("airFar", clip[1])
    uniforms.SetUniformf("airParallel", float(parallel))


def _uniforms(actor: vtkActor) -> vtkUniforms:
    return actor.GetShaderProperty().GetFragmentCustomUniforms()
