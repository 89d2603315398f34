"""Context help: what each panel is for, in a few sentences, on F1 and behind its question mark."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from viewer.i18n.text import tr
from viewer.panels.frames import close_button, framed, paragraph
from viewer.widgets.build import icon_button

_PROPERTY = "help_topic"
TOPICS = ("view", "structures", "points", "verdict", "needle", "zones", "layers", "section",
          "directions", "map", "tolerance")  # fmt: skip


def help_text(topic: str) -> tuple[str, str]:
    """Return title and sentences of a topic."""
    return {
        "view": (tr("The body"), tr(
            "Drag to turn the body, Shift-drag to move it, turn the wheel to come nearer. In Edit "
            "a click on the skin places the needle, and its entry, tip and handle can be dragged. "
            "In Explore nothing is changed, and a click names what it hits. The letters at the "
            "edges are the subject's own sides."
        )),
        "structures": (tr("Structures"), tr(
            "Search by name, Latin name, synonym or id. The eye shows or hides, the swatch "
            "colours, the slider below fades what is selected. Hiding changes only what you see: "
            "what is hidden is still assessed."
        )),
        "points": (tr("Trigger points"), tr(
            "Search by muscle, id or pain area; each row says whether the point lies on this body. "
            "A click flies there and opens its card. What lies under a point is computed on this "
            "body, never copied from a table; most depth bands are conventions and say so. Points "
            "that are not recommended are shown but cannot be placed."
        )),
        "verdict": (tr("Verdict"), tr(
            "The worst of all danger zones decides. Breach: the needle reaches a zone. Within "
            "margin: it comes nearer than the margin asks. Not assessed: at least one zone is not "
            "known, and unknown is never clear. The line below says how far this body itself can "
            "be trusted; press it for the figures."
        )),
        "needle": (tr("Needle"), tr(
            "Depth is measured along the needle from the skin to the physical tip. Tilt 0° goes "
            "straight in; azimuth says towards where it leans, 0° to the head. Every value can be "
            "typed, slid or nudged by keys, and every change can be undone. A locked needle moves "
            "for nobody."
        )),
        "zones": (tr("Danger zones"), tr(
            "One row per zone, worst first. Clearance is the least distance from the needle's wall "
            "in this model, rounded down, negative inside. Double-click a clearance to change the "
            "margin of its zone. Limit is the deepest tip on this line that keeps the margin."
        )),
        "layers": (tr("Along the line"), tr(
            "What the straight line passes, with the depths where it enters and leaves, to the tip "
            "and beyond. Bone on the line is shown as contact; it never counts as protection."
        )),
        "section": (tr("Section along the needle"), tr(
            "The body cut along the needle, with the skin above and millimetres down the side. The "
            "slider turns the plane about the needle; Nearest turns it to the danger that decides. "
            "Outlines show danger zones in the colour of their verdict, the pale band the margin. "
            "Drag to measure, turn the wheel to zoom."
        )),
        "directions": (tr("Directions"), tr(
            "Every direction from this entry point within 80° of straight in: tilt is the distance "
            "from the middle, azimuth the angle, the head on top. The colour is the limit depth, "
            "the deepest tip that keeps every margin; each band has the colour of its shallow "
            "edge. Grey and striped is not assessed, and that is never clear. Point to read, click "
            "or drag to turn the needle; arrow keys and Enter do the same."
        )),
        "tolerance": (tr("Tolerance"), tr(
            "How far this needle may drift before a margin is lost in this model: its entry point "
            "along the skin, its angle to any side, its depth, and all at once in the proportion "
            "of a hand's errors. At least is certified: no drift up to it loses a margin. Lost at "
            "was measured. Probabilities come from drawn needles with named errors; they say how "
            "the model behaves, never what happens in a person."
        )),
        "map": (tr("Skin map"), tr(
            "The skin coloured by limit depth: how deep a tip may go from each point and keep "
            "every margin in this model, straight in, at the needle's own angles, or at worst "
            "within an angle. Lines join equal depths, 10 mm apart. Point at the skin for the "
            "depth and the zone that limits it. Grey and striped is not assessed, and that is "
            "never clear."
        )),
    }[topic]  # fmt: skip


def topic_of(widget: QWidget | None) -> str:
    """The topic of the panel a widget lies in; the body where it lies in none."""
    while widget is not None:
        topic = widget.property(_PROPERTY)
        if topic:
            return str(topic)
        widget = widget.parentWidget()
    return "view"


def about(widget: QWidget, topic: str) -> None:
    """Say which topic a panel belongs to."""
    widget.setProperty(_PROPERTY, topic)


def show_help(parent: QWidget, topic: str = "") -> None:
    """Show a topic, or that of the panel which has the focus."""
    title, text = help_text(topic or topic_of(QApplication.focusWidget()))
    dialog, layout = framed(parent, title, "help")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    layout.addWidget(paragraph(text))
    layout.addWidget(paragraph(tr("F1 explains the panel you are in; Ctrl+K finds everything.")))
    close_button(dialog, layout)
    dialog.open()


def help_button(panel: QWidget, topic: str) -> QToolButton:
    """Return a question mark that explains a panel."""
    about(panel, topic)
    title, _ = help_text(topic)
    button = icon_button("help", tr("Help: {panel}", panel=title))
    button.clicked.connect(lambda *_: show_help(panel.window(), topic))
    return button


def tabs_help(tabs: QWidget, pages: dict[QWidget, str]) -> QToolButton:
    """Return a question mark that explains the page in sight of a tab widget."""
    for page, topic in pages.items():
        about(page, topic)
    button = icon_button("help", tr("Help on this panel"))
    button.clicked.connect(
        lambda *_: show_help(tabs.window(), topic_of(tabs.currentWidget()))  # type: ignore[attr-defined]
    )
    return button
