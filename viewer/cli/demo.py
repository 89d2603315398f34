"""The demonstration without a window: ``python -m viewer.cli.demo FOLDER``.

What `make run` makes where there is no display: the demonstration plan on the reference body as a
picture, as one page that needs nothing else, and as the document other programs read.
"""

from __future__ import annotations

import base64
import html
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from meshes.errors import UnwritableError
from viewer import describe
from viewer.cli.outcome import BAD_INPUT, DONE, INTERNAL
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from meshes.body import Body
    from zones.assessment import Assessment, NeedleAssessment, ZoneResult
    from zones.plan import Plan

_STYLE = """
:root{color-scheme:light dark;--ink:#14202e;--paper:#fff;--soft:#536172;--line:#d3dae3}
@media(prefers-color-scheme:dark){:root{--ink:#e9eef3;--paper:#182029;--soft:#9fadbc;--line:#2d3946}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;
max-width:62rem;padding:0 1rem}img{max-width:100%;border-radius:10px}h1{font-size:1.5rem}
h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
td,th{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:right}
td:first-child,th:first-child,td:nth-child(2),th:nth-child(2){text-align:left}
.soft,footer{color:var(--soft)}.v{font-weight:600;padding:.1rem .5rem;border-radius:.4rem}
.breach{background:#d55e00;color:#140800}.within_margin{background:#f0e442;color:#1a1600}
.clear{background:#0072b2;color:#fff}.not_assessed{color:#0b0e11;
background:repeating-linear-gradient(45deg,#c9ced4 0 6px,#aeb6c0 6px 12px)}
"""


def write_demo(out_dir: Path) -> list[Path]:
    """Write demo.png, demo.html and demo.json; return their paths.

    Raises
    ------
    NoGraphicsError
        Nothing to draw with; nothing was written.
    UnwritableError
        The folder cannot be made or written to.
    """
    from meshes.body import load_body
    from viewer.canvas.png import png_bytes, write_whole
    from viewer.cli.assess import document_of
    from viewer.cli.planned import assessment_of, requests_of
    from viewer.cli.render import DEFAULT_SIZE, still_canvas
    from viewer.notices_text import notice
    from viewer.scene.still import CLOSE_UP, draw_still
    from zones.demonstration import demonstration_plan

    body = load_body("reference")
    plan = demonstration_plan(body)
    assessment = assessment_of(plan, body)
    picture = draw_still(still_canvas, body, plan, assessment, CLOSE_UP, DEFAULT_SIZE)
    png = png_bytes(picture, {"Software": "Needlewise", "Disclaimer": notice()})
    document = document_of(assessment, body, requests_of(plan, body))
    page = page_of(body, plan, assessment, png)
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnwritableError.of(error, out_dir) from error
    files = {
        "demo.png": png,
        "demo.html": page.encode(),
        "demo.json": json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False).encode(),
    }
    for name, content in files.items():
        write_whole(out_dir / name, content)
    return [out_dir / name for name in files]


def page_of(body: Body, plan: Plan, assessment: Assessment, png: bytes) -> str:
    """One HTML page with everything in it: picture, table of clearances, notice."""
    from viewer.notices_text import notice
    from viewer.scene.still import body_line

    title = plan.title or tr("Plan")
    parts = [
        f"<h1>{_text(title)}</h1>",
        f'<p class="soft">{_text(body_line(body))}. {_text(tr("Frame LPS, mm."))}</p>',
        f'<p><img alt="{_text(describe_plan(plan, assessment))}" '
        f'src="data:image/png;base64,{base64.b64encode(png).decode()}"></p>',
    ]
    for planned, needle in zip(plan.needles, assessment.needles, strict=True):
        parts += _needle(planned.name, needle)
    parts.append(f"<footer><p>{_text(notice())}</p></footer>")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{_text(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<body>{''.join(parts)}</body></html>"
    )


def describe_plan(plan: Plan, assessment: Assessment) -> str:
    """The picture in words, for whoever cannot see it."""
    lines = [
        tr("{name}: {word}. {reason}", name=planned.name,
           word=describe.verdict_word(needle.verdict), reason=describe.reason(needle))
        for planned, needle in zip(plan.needles, assessment.needles, strict=True)
    ]  # fmt: skip
    return " ".join(lines) or tr("A body without needles.")


def _needle(name: str, needle: NeedleAssessment) -> list[str]:
    head = (tr("Danger zone"), tr("Verdict"), tr("Clearance, mm"), tr("Margin, mm"),
            tr("At depth, mm"), tr("First contact, mm"))  # fmt: skip
    rows = "".join(_row(zone) for zone in describe.by_danger(needle.zones))
    verdict = needle.verdict
    return [
        f'<h2>{_text(name)} <span class="v {verdict.value}">'
        f"{_text(describe.verdict_word(verdict))}</span></h2>",
        f"<p>{_text(describe.reason(needle))} "
        f"{_text(describe.limit_name(needle))}: {_text(describe.limit_sentence(needle))}.</p>",
        f"<table><tr>{''.join(f'<th>{_text(h)}</th>' for h in head)}</tr>{rows}</table>",
    ]


def _row(zone: ZoneResult) -> str:
    cells = (
        describe.clearance_text(describe.worst_clearance(zone)),
        describe.number(zone.margin),
        describe.number(zone.at_depth),
        describe.number(zone.first_contact),
    )
    return (
        f"<tr><td>{_text(describe.zone_name(zone))}</td>"
        f'<td><span class="v {zone.verdict.value}">'
        f"{_text(describe.verdict_word(zone.verdict))}</span></td>"
        + "".join(f"<td>{_text(cell)}</td>" for cell in cells)
        + "</tr>"
    )


def _text(text: str) -> str:
    return html.escape(text)


def main(arguments: Sequence[str]) -> int:
    """Write into the named folder, ``out`` by default, and say what was written."""
    from viewer.canvas.offscreen import NoGraphicsError

    try:
        written = write_demo(Path(arguments[0]) if arguments else Path("out"))
    except NoGraphicsError as error:
        print(f"needlewise: {error}", file=sys.stderr)
        return INTERNAL
    except UnwritableError as error:
        print(f"needlewise: {error}", file=sys.stderr)
        return BAD_INPUT
    print(tr("Written: {files}", files=", ".join(str(path) for path in written)))
    return DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
