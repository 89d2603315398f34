"""`needlewise render`: a picture of a plan without a display."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.cli.outcome import DONE, INTERNAL, BadInputError
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from viewer.canvas.offscreen import OffscreenCanvas

DEFAULT_SIZE = (1600, 1100)
_LEAST, _MOST = 200, 8000
_VIEWS = ("needle", "anterior", "posterior", "left", "right", "superior", "inferior")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "render",
        help=tr("a picture of a plan, without a display"),
        description=tr(
            "Draw a plan on its body into a PNG file, with scale bar, verdict and the intended-use "
            "notice. Needs no display."
        ),
    )
    parser.add_argument("plan", metavar="PLAN", type=Path, help=tr("a plan file"))
    parser.add_argument("--out", metavar="FILE.png", type=Path, required=True)
    parser.add_argument(
        "--view", metavar="NAME", choices=_VIEWS, default="needle",
        help=tr("one of {names} (default: needle)", names=", ".join(_VIEWS)),
    )  # fmt: skip
    parser.add_argument(
        "--size", metavar="WxH", default="x".join(map(str, DEFAULT_SIZE)),
        help=tr("pixels, from {least} to {most} (default {size})", least=_LEAST, most=_MOST,
                size="x".join(map(str, DEFAULT_SIZE))),
    )  # fmt: skip
    parser.add_argument("--body", metavar="BODY", help=tr("default: the plan's body"))


def run(args: argparse.Namespace) -> int:
    """Draw and write; 0 when the file is there."""
    size = size_of(args.size)
    if args.out.suffix.lower() != ".png":
        raise BadInputError(tr("--out is {path}; expected a name that ends in .png", path=args.out))
    from meshes.io.whole_file import check_writable

    check_writable(args.out)
    from viewer.canvas.offscreen import NoGraphicsError
    from viewer.canvas.png import write_png
    from viewer.cli.planned import assessed_plan
    from viewer.notices_text import notice
    from viewer.scene.still import draw_still

    body, plan, assessment = assessed_plan(args.plan, args.body)
    try:
        picture = draw_still(still_canvas, body, plan, assessment, args.view, size)
    except NoGraphicsError as error:
        print(f"needlewise: {error}", file=sys.stderr)
        return INTERNAL
    write_png(picture, args.out, {"Software": "Needlewise", "Disclaimer": notice()})
    print(args.out)
    return DONE


def still_canvas(size: tuple[int, int]) -> OffscreenCanvas:
    """A canvas for stills: edges smoothed by averaging, within what one picture may cost."""
    from viewer.canvas.offscreen import OffscreenCanvas

    return OffscreenCanvas(size, supersample=2 if size[0] * size[1] <= 6_000_000 else 1)


def size_of(text: str) -> tuple[int, int]:
    """``WxH`` → two numbers. Raises `BadInputError`."""
    match = re.fullmatch(r"(\d{1,5})[xX×](\d{1,5})", text.strip())
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(_LEAST <= n <= _MOST for n in size):
        raise BadInputError(
            tr("--size is {text}; expected WxH in pixels, each from {least} to {most}",
               text=text, least=_LEAST, most=_MOST)
        )  # fmt: skip
    return size
