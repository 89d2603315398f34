"""`needlewise render` and the demonstration: files whole or none, mistakes in one sentence."""

import json
import os
import re
import subprocess
import sys

import pytest
from checkout import ROOT

from viewer.cli import demo
from viewer.cli.main import main
from viewer.cli.render import size_of
from viewer.notices_text import notice


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    from meshes.body import load_body
    from zones.demonstration import demonstration_plan
    from zones.plan_file import write_plan

    path = tmp_path_factory.mktemp("plan") / "plan.json"
    write_plan(demonstration_plan(load_body("reference")), path)
    return path


@pytest.fixture(scope="module", autouse=True)
def graphics():
    offscreen = pytest.importorskip("viewer.canvas.offscreen")
    try:
        offscreen.OffscreenCanvas((16, 16)).close()
    except offscreen.NoGraphicsError as error:
        pytest.skip(f"nothing to draw with: {error}")


def test_a_plan_becomes_a_picture_of_the_size_asked_for_without_a_display(plan, tmp_path):
    out = tmp_path / "plan.png"
    command = [sys.executable, "-c", (
        "import sys; from viewer.cli.main import main; code = main(sys.argv[1:]);"
        "assert not any(m.startswith('PySide6') for m in sys.modules), 'Qt was loaded';"
        "sys.exit(code)"), "render", str(plan), "--out", str(out), "--size", "640x480",
        "--view", "posterior"]  # fmt: skip
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, ran.stderr
    data = out.read_bytes()
    assert int.from_bytes(data[16:20]) == 640
    assert int.from_bytes(data[20:24]) == 480
    assert notice().encode() in data
    assert "bad X server" not in ran.stderr


@pytest.mark.parametrize(
    "words",
    [["--size", "10x10"], ["--size", "wide"], ["--view", "sideways"], ["--out", "x.jpg"],
     ["--out", "no/such/folder/x.png"]],
)  # fmt: skip
def test_a_mistake_is_one_sentence_and_nothing_is_written(
    plan, tmp_path, words, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    given = ["render", str(plan), *([] if "--out" in words else ["--out", "x.png"]), *words]
    assert main(given) == 2
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_machine_that_cannot_draw_is_told_what_to_install(plan, tmp_path, capsys, monkeypatch):
    from viewer.canvas import offscreen
    from viewer.cli import render

    def none(_size):
        raise offscreen.NoGraphicsError("no library to draw with: apt-get install libegl1")

    monkeypatch.setattr(render, "still_canvas", none)
    assert main(["render", str(plan), "--out", str(tmp_path / "x.png")]) == 1
    assert "apt-get install" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_the_size_is_read():
    assert size_of("1600x1100") == (1600, 1100)
    assert size_of(" 800×600 ") == (800, 600)


def test_the_demonstration_is_three_files_that_agree(tmp_path):
    png, page, document = demo.write_demo(tmp_path / "out")
    assert png.read_bytes().startswith(b"\x89PNG")
    data = json.loads(document.read_text())
    assert data["schema"] == "needlewise/assessment/1"
    text = page.read_text()
    assert notice()[:60] in text
    assert not re.search(r"""(src|href)=["'](?!data:)|@import|url\(""", text)  # nothing is fetched
    measured = [z for z in data["needles"][0]["zones"] if z["clearance"] is not None]
    assert measured
    assert text.count("<tr>") == 1 + len(data["needles"][0]["zones"])
    assert "<script" not in text
