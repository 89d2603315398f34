"""The scene in words: what is seen from where, each needle, all its clearances, its layers. No Qt.

For screen readers, for notes and for checking: whatever the picture says is said here too, in the
words and roundings of `viewer.describe`. A result that is not current is said to be computing.
"""

from __future__ import annotations

from meshes.body import Body
from viewer import describe
from viewer.canvas.camera import CameraPose, edge_letters, view_name
from viewer.i18n.text import tr
from viewer.structure_names import display_name
from zones.assessment import Assessment, LayerSpan, NeedleAssessment
from zones.plan import Plan, PlannedNeedle


def scene_words(
    body: Body,
    plan: Plan,
    assessment: Assessment | None,
    pose: CameraPose | None = None,
    selected: str | None = None,
) -> str:
    """Say the whole scene, one fact a line; ``assessment`` is ``None`` while it is computed."""
    lines = [tr("Body: {name}, {posture}, {phase}.", name=body.name,
                posture=tr(body.posture), phase=tr(body.phase))]  # fmt: skip
    if pose is not None:
        lines.append(view_sentence(pose))
    if not plan.needles:
        lines.append(tr("There is no needle."))
    known = assessment.needles if assessment is not None else ()
    for position, planned in enumerate(plan.needles):
        found = known[position] if len(known) == len(plan.needles) else None
        lines += ["", *needle_lines(body, planned, found, planned.id == selected)]
    return "\n".join(lines)


def view_sentence(pose: CameraPose) -> str:
    """Where one looks from, and what lies to the right on the screen."""
    words = {
        "L": tr("the subject's left"), "R": tr("the subject's right"), "A": tr("the front"),
        "P": tr("the back"), "S": tr("above"), "I": tr("below"),
    }  # fmt: skip
    names = {
        "anterior": "A", "posterior": "P", "left": "L", "right": "R", "superior": "S",
        "inferior": "I",
    }  # fmt: skip
    standard = names.get(view_name(pose))
    toward = pose.toward_eye
    axis = int(abs(toward).argmax())
    near = (("L", "R"), ("P", "A"), ("S", "I"))[axis][0 if toward[axis] > 0 else 1]
    right = words[edge_letters(pose)["right"][:1]]
    if standard:
        return tr("Seen from {side}; {right} is on the right.", side=words[standard], right=right)
    return tr("Seen obliquely, mostly from {side}; {right} is on the right.", side=words[near],
              right=right)  # fmt: skip


def needle_lines(
    body: Body, planned: PlannedNeedle, found: NeedleAssessment | None, selected: bool = False
) -> list[str]:
    """One needle: place, verdict, every zone worst first, every layer by depth."""
    needle = planned.needle
    name = planned.name + (tr(" (selected)") if selected else "")
    lines = [
        tr("Needle {name}: entry {entry}, tip {tip}, depth {depth} mm, diameter {diameter} mm.",
           name=name, entry=describe.position(needle.entry), tip=describe.position(needle.tip),
           depth=describe.number(needle.depth), diameter=describe.number(2 * needle.radius, 2))
    ]  # fmt: skip
    if found is None:
        return [*lines, tr("Distances are being computed.")]
    lines += [
        f"{describe.verdict_word(found.verdict)}. {describe.reason(found)}",
        tr(
            "{limit_name} on this line: {limit}.",
            limit_name=describe.limit_name(found),
            limit=describe.limit_sentence(found),
        ),
    ]
    for zone in describe.by_danger(found.zones):
        lines.append(
            tr("{zone}: {word}, clearance {mm}, margin {margin} mm.", zone=describe.zone_name(zone),
               word=describe.verdict_word(zone.verdict),
               mm=_clearance(describe.worst_clearance(zone)), margin=describe.number(zone.margin))
        )  # fmt: skip
    return [*lines, *(_layer(body, span, needle.depth) for span in found.layers)]


def _clearance(value: float | None) -> str:
    if value is None:
        return tr("unknown")
    return tr("{mm} mm", mm=describe.clearance_text(value))


def _layer(body: Body, span: LayerSpan, depth: float) -> str:
    structure = body.structures.get(span.structure)
    name = display_name(structure, body) if structure is not None else span.structure
    until = tr("beyond") if span.exit is None else tr("{mm} mm", mm=describe.number(span.exit))
    place = tr("on the line") if span.enter <= depth else tr("beyond the tip")
    return tr("Layer {name}: from {enter} mm to {exit}, {place}.", name=name,
              enter=describe.number(span.enter), exit=until, place=place)  # fmt: skip
