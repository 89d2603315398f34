"""One table of everything that can be done: id, text, keys, menu, icon, when. Menus, toolbar and
the sheet of shortcuts are views of it.

A command calls a verb of `viewer.deeds` or of the desk; the table knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from viewer.i18n.choice import NAMES
from viewer.i18n.text import tr
from zones.session import Session

Enabled = Callable[[Session], bool]
Deeds = Any
"""`viewer.deeds.Deeds`, which knows the dialogs and therefore this table."""


@dataclass(frozen=True)
class Command:
    """One row. ``keys`` are alternatives; ``enabled`` is asked after every change."""

    id: str
    menu: str
    text: str
    run: Callable[[], object]
    keys: tuple[str, ...] = ()
    icon: str = ""
    enabled: Enabled = lambda session: True
    checkable: bool = False
    separated: bool = False


def menus() -> tuple[tuple[str, str], ...]:
    """Id and title of each menu, in order."""
    return (
        ("file", tr("&File")), ("edit", tr("&Edit")), ("needle", tr("&Needle")),
        ("anatomy", tr("&Anatomy")), ("view", tr("&View")),
        ("language", tr("&Language")), ("help", tr("&Help")),
    )  # fmt: skip


def _movable(session: Session) -> bool:
    chosen = [p for p in session.plan.needles if p.id == session.selection]
    return bool(session.plan.needles) and not (chosen or session.plan.needles[-1:])[0].locked


def commands(do: Deeds) -> list[Command]:
    """Return the table for a window."""
    return [
        *_file(do),
        *_edit(do),
        *_needle(do),
        *_anatomy(do),
        *_view(do),
        *_language(do),
        *_help(do),
    ]


def _file(do: Deeds) -> list[Command]:
    return [
        Command("new", "file", tr("New plan"), do.new_plan, ("Ctrl+N",)),
        Command("open", "file", tr("Open plan…"), do.open_plan, ("Ctrl+O",), "open"),
        Command("save", "file", tr("Save plan"), do.save, ("Ctrl+S",), "save"),
        Command("save_as", "file", tr("Save plan as…"), do.save_as, ("Ctrl+Shift+S",)),
        Command("picture", "file", tr("Save picture…"), do.save_picture, ("Ctrl+Shift+P",)),
        Command("movie", "file", tr("Save a turn as GIF…"), do.save_turn),
        Command("body", "file", tr("Open body…"), do.open_body, ("Ctrl+B",), separated=True),
        Command("subject", "file", tr("Subject…"), do.show_subject, ("Ctrl+U",)),
        Command("beside", "file", tr("Compare side by side"), do.toggle_beside,
                ("Ctrl+Shift+U",), checkable=True),
        Command("quit", "file", tr("Quit"), do.close_window, ("Ctrl+Q",), separated=True),
    ]  # fmt: skip


def _edit(do: Deeds) -> list[Command]:
    return [
        Command("undo", "edit", tr("Undo"), do.undo, ("Ctrl+Z",), "undo", lambda s: s.can_undo),
        Command("redo", "edit", tr("Redo"), do.redo, ("Ctrl+Shift+Z", "Ctrl+Y"), "redo",
                lambda s: s.can_redo),
        Command("escape", "edit", tr("Cancel drag"), do.escape, ("Esc",)),
        Command("explore", "edit", tr("Explore"), lambda: do.set_mode("explore"), ("Ctrl+1",),
                "explore", checkable=True, separated=True),
        Command("edit", "edit", tr("Edit"), lambda: do.set_mode("edit"), ("Ctrl+2",), "edit",
                checkable=True),
    ]  # fmt: skip


def _needle(do: Deeds) -> list[Command]:
    desk = do.desk

    def nudge(
        id: str, text: str, key: str, run: Callable[[], object], gap: bool = False
    ) -> Command:
        return Command(id, "needle", text, run, (key,), enabled=_movable, separated=gap)

    return [
        Command("example", "needle", tr("Show the example needle"), do.show_example, ("F2",)),
        Command("add", "needle", tr("Add a copy of this needle"), desk.add_beside, ("Ctrl+D",),
                "plus", lambda s: bool(s.plan.needles)),
        Command("next_needle", "needle", tr("Next needle"), lambda: desk.step(1), ("N",),
                enabled=lambda s: len(s.plan.needles) > 1),
        Command("previous_needle", "needle", tr("Previous needle"), lambda: desk.step(-1),
                ("Shift+N",), enabled=lambda s: len(s.plan.needles) > 1),
        Command("remove", "needle", tr("Remove this needle"), desk.remove, ("Del",), "minus",
                _movable),
        Command("own_points", "needle", tr("My points…"), do.show_own_points, ("Ctrl+M",)),
        Command("needles", "needle", tr("Compare needles…"), do.show_needles, ("Ctrl+Shift+N",)),
        nudge("deeper", tr("Deeper by 1 mm"), "]", lambda: desk.push(1.0), True),
        nudge("shallower", tr("Shallower by 1 mm"), "[", lambda: desk.push(-1.0)),
        nudge("deeper_fine", tr("Deeper by 0.5 mm"), "Alt+]", lambda: desk.push(0.5)),
        nudge("shallower_fine", tr("Shallower by 0.5 mm"), "Alt+[", lambda: desk.push(-0.5)),
        nudge("to_limit", tr("Depth to the limit depth"), "Ctrl+L", desk.to_limit),
        nudge("straighten", tr("Straight in (tilt 0°)"), "0", desk.straighten),
        nudge("tilt_up", tr("Tilt by +1°"), "Ctrl+Up", lambda: desk.turn(1.0), True),
        nudge("tilt_down", tr("Tilt by −1°"), "Ctrl+Down", lambda: desk.turn(-1.0)),
        nudge("tilt_up_5", tr("Tilt by +5°"), "Ctrl+Alt+Up", lambda: desk.turn(5.0)),
        nudge("tilt_down_5", tr("Tilt by −5°"), "Ctrl+Alt+Down", lambda: desk.turn(-5.0)),
        nudge("turn_left", tr("Azimuth by +5°"), "Ctrl+Left", lambda: desk.turn(0.0, 5.0)),
        nudge("turn_right", tr("Azimuth by −5°"), "Ctrl+Right", lambda: desk.turn(0.0, -5.0)),
        nudge("slide_up", tr("Entry point 1 mm towards the head"), "Ctrl+Shift+Up",
              lambda: desk.slide(0.0, 1.0), True),
        nudge("slide_down", tr("Entry point 1 mm towards the feet"), "Ctrl+Shift+Down",
              lambda: desk.slide(180.0, 1.0)),
        nudge("slide_left", tr("Entry point 1 mm across, counter-clockwise of the head"),
              "Ctrl+Shift+Left", lambda: desk.slide(90.0, 1.0)),
        nudge("slide_right", tr("Entry point 1 mm across, clockwise of the head"),
              "Ctrl+Shift+Right", lambda: desk.slide(270.0, 1.0)),
    ]  # fmt: skip


VIEWS = ("anterior", "posterior", "left", "right", "superior", "inferior")


def view_texts() -> dict[str, str]:
    """Name of each standard view."""
    return {
        "anterior": tr("From the front (anterior)"), "posterior": tr("From behind (posterior)"),
        "left": tr("From the subject's left"), "right": tr("From the subject's right"),
        "superior": tr("From above (superior)"), "inferior": tr("From below (inferior)"),
    }  # fmt: skip


_VIEW_KEYS = {
    "anterior": ("End",), "posterior": ("Shift+End",), "left": ("PgDown",),
    "right": ("Shift+PgDown",), "superior": ("Home",), "inferior": ("Shift+Home",),
}  # fmt: skip


def _anatomy(do: Deeds) -> list[Command]:
    look = do.explore
    return [
        Command("peel", "anatomy", tr("Take a layer off"), look.peel, (".",), "layers"),
        Command("unpeel", "anatomy", tr("Put a layer back"), look.unpeel, (",",)),
        Command("xray", "anatomy", tr("X-ray"), look.xray, ("X",), checkable=True),
        Command("isolate", "anatomy", tr("Isolate selection"), look.isolate, ("Ctrl+I",),
                "isolate", separated=True),
        Command("hide", "anatomy", tr("Hide what is pointed at or selected"), look.hide, ("H",),
                "eye-off"),
        Command("fade", "anatomy", tr("Fade it"), look.fade, ("F",)),
        Command("card", "anatomy", tr("Structure card"), look.show_card, ("C",), "info"),
        Command("show_all", "anatomy", tr("Show all structures"), do.show_everything, ("Ctrl+E",),
                "eye"),
        Command("undo_look", "anatomy", tr("Undo the last change of looks"), look.undo_look,
                ("Alt+Z",), enabled=lambda s: look.can_undo_look()),
        Command("redo_look", "anatomy", tr("Redo the change of looks"), look.redo_look,
                ("Alt+Shift+Z",), enabled=lambda s: look.can_redo_look()),
        Command("section", "anatomy", tr("Section along the needle"), do.toggle_section,
                ("Ctrl+3",), "section", separated=True),
        Command("directions", "anatomy", tr("Directions from this entry point"),
                do.toggle_directions, ("Ctrl+5",)),
        Command("map", "anatomy", tr("Map of limit depths on the skin"), do.toggle_map,
                ("Ctrl+6",)),
        Command("shell", "anatomy", tr("Danger shell in other people"), do.toggle_shell,
                ("Ctrl+7",), checkable=True),
        Command("cut", "anatomy", tr("Next cut through the body"), look.cut_next, ("Ctrl+4",)),
        Command("cut_axial", "anatomy", tr("Cut across (axial)"), look.cut_axial),
        Command("cut_sagittal", "anatomy", tr("Cut left from right (sagittal)"),
                look.cut_sagittal),
        Command("cut_coronal", "anatomy", tr("Cut front from back (coronal)"), look.cut_coronal),
        Command("cut_needle", "anatomy", tr("Cut along the needle"), look.cut_needle),
        Command("cut_free", "anatomy", tr("Cut facing me"), look.cut_free),
        Command("cut_off", "anatomy", tr("No cut"), look.cut_off, ("Ctrl+0",)),
        Command("cut_flip", "anatomy", tr("Take the other half away"), look.cut_flip,
                ("Ctrl+Shift+4",)),
        Command("cut_nearer", "anatomy", tr("Move the cut 1 mm out"), look.cut_nearer, ("Ctrl+,",)),
        Command("cut_farther", "anatomy", tr("Move the cut 1 mm in"), look.cut_farther,
                ("Ctrl+.",)),
        Command("measure", "anatomy", tr("Measure a distance"), look.measure, ("M",), "ruler",
                checkable=True, separated=True),
        Command("forget_distance", "anatomy", tr("Remove the newest distance"),
                look.forget_distance, ("Shift+M",)),
        Command("bookmark", "anatomy", tr("Add a bookmark…"), look.add_bookmark, ("Ctrl+Shift+D",),
                "bookmark", separated=True),
        Command("unbookmark", "anatomy", tr("Remove a bookmark…"), look.remove_bookmark),
    ]  # fmt: skip


def _view(do: Deeds) -> list[Command]:
    views = [
        Command(f"view_{name}", "view", text, lambda name=name: do.look_from(name),
                _VIEW_KEYS[name])
        for name, text in view_texts().items()
    ]  # fmt: skip
    return [
        *views,
        Command("reset_view", "view", tr("Reset view"), do.reset_view, ("R",), "reset",
                separated=True),
        Command("look_at_needle", "view", tr("Look at the needle"), do.look_at_needle, ("V",),
                enabled=lambda s: bool(s.plan.needles)),
        Command("search", "view", tr("Search structures"), do.search, ("Ctrl+F",), "search"),
        Command("theme", "view", tr("Next theme: light, dark, high contrast"), do.next_theme,
                ("Ctrl+T",), "theme", separated=True),
        Command("larger", "view", tr("Larger text"), lambda: do.scale_text(1),
                ("Ctrl++", "Ctrl+=")),
        Command("smaller", "view", tr("Smaller text"), lambda: do.scale_text(-1), ("Ctrl+-",)),
        Command("presenter", "view", tr("Presenter mode"), do.present, ("F5",), separated=True),
        Command("sound", "view", tr("Sound when a margin is lost"), do.toggle_sound,
                checkable=True),
    ]  # fmt: skip


def _language(do: Deeds) -> list[Command]:
    return [
        Command(f"language_{code}", "language", name, lambda code=code: do.speak(code),
                checkable=True)
        for code, name in NAMES.items()
    ]  # fmt: skip


def _help(do: Deeds) -> list[Command]:
    return [
        Command("palette", "help", tr("Find a command, structure or point"), do.show_palette,
                ("Ctrl+K", "Ctrl+P"), "search"),
        Command("help", "help", tr("Help on this panel"), do.show_help, ("F1",), "help"),
        Command("tour", "help", tr("Tour of one minute"), do.show_tour),
        Command("shortcuts", "help", tr("Keyboard shortcuts"), do.show_shortcuts, ("Shift+F1",)),
        Command("about", "help", tr("About and intended use"), do.show_about),
    ]  # fmt: skip


def edit_label(label_id: str | None) -> str:
    """Name of an edit for the undo menu; empty for none."""
    return {
        "edit.add_needle": tr("add needle"), "edit.remove_needle": tr("remove needle"),
        "edit.duplicate_needle": tr("copy needle"), "edit.move_entry": tr("move entry point"),
        "edit.move_tip": tr("move tip"), "edit.place_needle": tr("place needle"),
        "edit.set_direction": tr("turn needle"), "edit.set_depth": tr("depth"),
        "edit.set_radius": tr("diameter"), "edit.set_length": tr("needle length"),
        "edit.rename": tr("rename"), "edit.lock": tr("lock"), "edit.unlock": tr("unlock"),
        "edit.set_margin": tr("margin"), "edit.zone_on": tr("zone on"),
        "edit.zone_off": tr("zone off"), "edit.set_note": tr("note"),
        "edit.set_notes": tr("notes"), "edit.set_title": tr("title"),
        "edit.set_technique": tr("technique"), "edit.screening": tr("screening"),
        "edit.set_subject": tr("subject"), "edit.review": tr("review"),
        "edit.dismiss_flag": tr("entry point checked"), "edit.pair_needles": tr("pair needles"),
        "edit.person": tr("change person"), "edit.breath": tr("change breath"),
        "edit.posture": tr("change posture"),
    }.get(label_id or "", label_id or "")  # fmt: skip
