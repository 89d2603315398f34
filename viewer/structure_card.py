"""A structure's card: what it is called, whose shape it has, what made it, what keeps a needle off.

Every row names its source. What nobody recorded has a row that says so: absent is not nothing. No
Qt; the window and the command line show the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from meshes.body import Body
from meshes.catalogue import Structure
from meshes.measurements.figures import Figure, UnknownFigureError, figure
from viewer import describe
from viewer.i18n.text import decimal, tr
from viewer.structure_names import display_name
from zones.danger import danger_zones


@dataclass(frozen=True)
class CardRow:
    """One fact: what about, the fact, and who says so. ``is_absent``: nobody does."""

    topic: str
    text: str
    source: str
    is_absent: bool = False


@dataclass(frozen=True)
class StructureCard:
    """A title and its rows, in sections with a heading each."""

    structure_id: str
    title: str
    sections: tuple[tuple[str, tuple[CardRow, ...]], ...]


def structure_card(body: Body, structure_id: str) -> StructureCard:
    """Return the card of a structure.

    Raises
    ------
    KeyError
        The body has no structure of this id.
    """
    structure = body.structures[structure_id]
    return StructureCard(
        structure_id,
        display_name(structure, body),
        (
            (tr("Names"), tuple(_names(body, structure))),
            (tr("Shape"), tuple(_shape(body, structure))),
            (tr("Made from"), tuple(_made_from(body, structure))),
            (tr("Danger zones"), tuple(_zones(body, structure))),
            (tr("Attachments and innervation"), (_absent(tr("Not recorded in this body.")),)),
        ),
    )


def card_text(card: StructureCard) -> str:
    """Return the card as lines."""
    lines = [f"{card.title} ({card.structure_id})"]
    for heading, rows in card.sections:
        lines += ["", heading]
        for row in rows:
            about = f"{row.topic}: " if row.topic else ""
            lines.append(f"  {about}{row.text}" + (f" [{row.source}]" if row.source else ""))
    return "\n".join(lines)


def card_document(card: StructureCard) -> dict[str, object]:
    """Return the card for JSON."""
    return {
        "id": card.structure_id,
        "title": card.title,
        "sections": [
            {
                "heading": heading,
                "rows": [
                    {"topic": r.topic, "text": r.text, "source": r.source, "absent": r.is_absent}
                    for r in rows
                ],
            }
            for heading, rows in card.sections
        ],
    }


def _absent(text: str, topic: str = "") -> CardRow:
    return CardRow(topic, text, "", True)


def _names(body: Body, structure: Structure) -> list[CardRow]:
    table = _source(body, structure)
    rows = [CardRow(tr("Name"), structure.name, table)]
    for topic, text in (
        (tr("Latin"), structure.latin),
        (tr("Also"), ", ".join(structure.synonyms)),
        (tr("FMA"), structure.fma),
    ):
        rows.append(CardRow(topic, text, table) if text else _absent(tr("not recorded"), topic))
    side = describe.side_word(structure.side) or tr("unpaired")
    return [*rows, CardRow(tr("Side"), side, table)]


def _shape(body: Body, structure: Structure) -> list[CardRow]:
    surface, table = structure.surface, _source(body, structure)
    low, high = surface.bounds
    size = " × ".join(f"{value:.0f}" for value in high - low)
    how = tr("closed") if structure.closed else tr("open")
    rows = [
        CardRow(
            tr("Surface"),
            tr("{n} triangles, {how}, {size} mm across (left–right, front–back, height)",
               n=f"{len(surface.triangles):,}", how=how, size=size),
            table,
        )
    ]  # fmt: skip
    if structure.derived:
        rows.append(CardRow(tr("Origin"), tr("derived: the body itself lacks it"), table))
    said = [f.message for f in body.findings if f.structure == structure.id]
    rows += [CardRow(tr("Finding"), text, tr("the checks of this program")) for text in said]
    licence = ", ".join(word for word in (body.licence, body.attribution) if word)
    rows.append(CardRow(tr("Licence"), licence or tr("not recorded"), body.name, not licence))
    return rows


def _made_from(body: Body, structure: Structure) -> list[CardRow]:
    rows = []
    for figure_id in structure.measurements:
        try:
            found = figure(figure_id)
        except UnknownFigureError:
            rows.append(_absent(tr("a figure this program does not know"), figure_id))
            continue
        rows.append(CardRow(found.quantity, _figure_text(found), _figure_source(found)))
    if rows:
        return rows
    if "meshes/measurements" in body.sources:
        text = tr("No published figure is recorded for this structure: its form is authored, an "
                  "assumption.")  # fmt: skip
    else:
        text = tr("As its atlas has it; what it was made from is not recorded.")
    return [_absent(text)]


def _figure_text(found: Figure) -> str:
    unit = f" {found.unit}" if found.unit else ""
    if found.value is None:
        span = [decimal(f"{v:g}") for v in (found.low, found.high) if v is not None]
        text = "–".join(span) + unit if span else found.note or tr("a course, no single number")
    else:
        spread = decimal(f" ± {found.sd:g}") if found.sd is not None else ""
        text = f"{decimal(f'{found.value:g}')}{spread}{unit}"
    people = ", ".join(
        word for word in (f"n = {found.n}" if found.n else "", found.population) if word
    )
    return f"{text} ({people})" if people else text


def _figure_source(found: Figure) -> str:
    use = tr("used to build") if found.used_to_build else tr("not used to build")
    return f"{found.source}; {found.evidence}; {use}"


def _zones(body: Body, structure: Structure) -> list[CardRow]:
    rows = []
    for zone in danger_zones(body):
        if structure.id in zone.structures:
            text = tr("margin {mm} mm; if it is hit: {what}", mm=describe.number(zone.margin_mm),
                      what=zone.consequence)  # fmt: skip
            rows.append(CardRow(describe.zone_name(zone), text, f"{zone.source}; {zone.evidence}"))
    return rows or [_absent(tr("Belongs to no danger zone of the catalogue."))]


def _source(body: Body, structure: Structure) -> str:
    made_here = structure.source.startswith("meshes/")  # code of ours: for readers it is the body
    where = "" if made_here else structure.source
    return ", ".join(word for word in (where, structure.asset_id) if word) or body.name
