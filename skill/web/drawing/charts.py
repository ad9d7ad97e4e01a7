"""Charts as SVG that stands in the page: drawn by pygal, then freed of everything a strict policy refuses.

pygal puts a style sheet, a script and tool tips into each picture. Those are taken out; colours come from
style.css, and the same numbers stand in a table beside the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

import pygal
from markupsafe import Markup
from pygal.style import Style

WIDTH, HEIGHT = 440, 230
_SVG = "{http://www.w3.org/2000/svg}"
_DROPPED = {"defs", "script", "style", "desc", "title"}
_KEPT_ATTRIBUTES = {
    "class",
    "d",
    "x",
    "y",
    "width",
    "height",
    "viewBox",
    "transform",
    "x1",
    "x2",
    "y1",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "text-anchor",
}


@dataclass(frozen=True, slots=True)
class Bars:
    """One chart: `series` are (name, values), one value per label; None leaves the place empty."""

    title: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    stacked: bool = False
    every: int = 1  # which labels are written below: every so many
    whole_numbers: bool = True


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over time on a fixed scale: `series` as for bars; None breaks the line."""

    title: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    scale: tuple[float, ...] = (0, 2, 4, 6, 8, 10)
    every: int = 1


@lru_cache(maxsize=64)
def draw(bars: Bars, description: str, name: str) -> Markup:
    """The chart as inline SVG with an accessible name and description. `name` is its own on the page."""
    highest = max((_height(bars, i) for i in range(len(bars.labels))), default=0.0)
    chart = (pygal.StackedBar if bars.stacked else pygal.Bar)(
        **_LOOK,
        y_labels=_scale(highest),
        range=(0, max(1.0, highest)),
        x_labels_major_every=max(1, bars.every),
    )
    return _rendered(chart, bars, description, name)


@lru_cache(maxsize=64)
def draw_lines(lines: Lines, description: str, name: str) -> Markup:
    """As `draw`. A point that stands alone, nothing known on either side, is a dot."""
    chart = pygal.Line(
        **_LOOK,
        y_labels=list(lines.scale),
        range=(lines.scale[0], lines.scale[-1]),
        x_labels_major_every=max(1, lines.every),
        allow_interruptions=True,
        dots_size=5,
    )
    return _rendered(chart, lines, description, name)


_LOOK: dict[str, Any] = {
    "width": WIDTH,
    "height": HEIGHT,
    "show_legend": False,
    "css": [],
    "js": [],
    "no_prefix": True,
    "style": Style(label_font_size=19, major_label_font_size=19),  # room for the figures of a narrow screen
    "disable_xml_declaration": True,
    "margin": 4,
    "spacing": 4,
    "print_values": False,
    "truncate_label": -1,
    "show_minor_x_labels": False,
    "no_data_text": "",
    "include_x_axis": True,
    "formatter": lambda value: f"{value:g}",
}


def _rendered(chart: Any, what: Bars | Lines, description: str, name: str) -> Markup:
    chart.x_labels = list(what.labels)
    for series_name, values in what.series:
        chart.add(series_name, list(values))
    root = ElementTree.fromstring(chart.render(is_unicode=True))
    _strip(root)
    return Markup(_with_name(root, name, what.title, description))  # ElementTree escapes every text


def _height(bars: Bars, index: int) -> float:
    values = [values[index] or 0.0 for _, values in bars.series]
    return sum(values) if bars.stacked else max(values, default=0.0)


def _scale(highest: float) -> list[float]:
    """A few round steps from 0 to at least `highest`."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10**9) if highest <= 4 * s)
    top = max(1, -(-int(highest) // step))
    return [float(step * n) for n in range(top + 1)]


def _strip(element: ElementTree.Element) -> None:
    for child in list(element):
        if not isinstance(child.tag, str) or child.tag.removeprefix(_SVG) in _DROPPED:
            element.remove(child)
        else:
            _strip(child)
    for name in [n for n in element.attrib if n not in _KEPT_ATTRIBUTES]:
        del element.attrib[name]


def _with_name(root: ElementTree.Element, prefix: str, title: str, description: str) -> str:
    """role=img with a <title> and a <desc>; the drawing itself is hidden from readers."""
    for name, text in (("desc", description), ("title", title)):
        element = ElementTree.Element(f"{_SVG}{name}", {"id": f"{prefix}-{name}"})
        element.text = text
        root.insert(0, element)
    root.attrib |= {
        "class": "chart",
        "role": "img",
        "aria-labelledby": f"{prefix}-title {prefix}-desc",
        "viewBox": f"0 0 {WIDTH} {HEIGHT}",
    }
    ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
    return ElementTree.tostring(root, encoding="unicode")


@dataclass(frozen=True, slots=True)
class ChartTable:
    """The numbers of a chart, for the table beside it."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
