"""A doctor's sheet as PDF: JSON on standard input, the file on standard output. Run by `pdf_process`."""

from __future__ import annotations

import json
import sys
from typing import Any

from skill.web.paper import pdf_drawings
from skill.web.paper.pdf_page import ALARM, FONT, GAP, INK, MARGIN, RULE, SOFT, Paper

SCALES = (1.0, 0.92, 0.85, 0.78)
"""Sizes of the text, tried until everything stands on one page; smaller than 7 points nobody reads."""
MOST_LETTERS = 200  # of the last row of a list that had to be shortened


def render(sheet: dict[str, Any]) -> bytes:
    """The PDF file, of one page: smaller text first, then the longest lists lose their last lines and say so."""
    paper = _drawn(sheet, SCALES[0])
    for scale in SCALES[1:]:
        if paper.page_no() == 1:
            break
        paper = _drawn(sheet, scale)
    while paper.page_no() > 1 and (shorter := _shortened(sheet)) is not None:
        sheet = shorter
        paper = _drawn(sheet, SCALES[-1])
    return bytes(paper.output())


def _shortened(sheet: dict[str, Any]) -> dict[str, Any] | None:
    """Without a fifth of the rows of the section that takes most room; None when nothing is left to leave out."""
    sections = list(sheet["sections"])
    lists = [[row for row in s["rows"] if row[1] != sheet["cut"]] for s in sections]
    taken = [sum(len(label) + len(value) for label, value in rows) if len(rows) > 1 else 0 for rows in lists]
    if not any(taken):
        return None
    index = taken.index(max(taken))
    kept = lists[index][: max(1, len(lists[index]) - max(1, len(lists[index]) // 5))]
    kept = [[label, value[:MOST_LETTERS]] for label, value in kept]
    sections[index] = sections[index] | {"rows": [*kept, ["", sheet["cut"]]]}
    return sheet | {"sections": sections}


def _drawn(sheet: dict[str, Any], scale: float) -> Paper:
    paper = Paper(sheet, scale)
    paper.add_page()
    _head(paper, sheet)
    alarming = [s for s in sheet["sections"] if s["alarming"]]
    first = [s for s in sheet["sections"] if s["wide"] and s in sheet["sections"][:1]]  # the greatest worry
    for section in first:
        if section not in alarming:
            _section(paper, section, MARGIN, paper.epw)
    for section in alarming:  # what a doctor needs first
        _section(paper, section, MARGIN, paper.epw)
    pdf_drawings.strip(paper, sheet)
    width = (paper.epw - GAP) / 2
    narrow = [s for s in sheet["sections"] if not s["wide"]]
    left, right = _halves(paper, narrow, width)
    top = paper.get_y()
    ends = []
    for x, sections in ((MARGIN, left), (MARGIN + width + GAP, right)):
        paper.set_y(top)
        for section in sections:
            _section(paper, section, x, width)
        if sections is left:
            pdf_drawings.hours(paper, sheet, x, width)
        ends.append(paper.get_y() if paper.page == 1 else top)
    paper.set_y(max(ends))
    for section in sheet["sections"]:
        if section["wide"] and section not in alarming and section not in first:
            _section(paper, section, MARGIN, paper.epw)
    return paper


def _head(paper: Paper, sheet: dict[str, Any]) -> None:
    paper.set_font(FONT, "B", 17)
    with paper.tagged("H1"):
        paper.cell(0, 8, paper.clean(sheet["title"]), new_x="LMARGIN", new_y="NEXT")
    paper.set_font(FONT, "", 10.5)
    with paper.tagged("P"):
        paper.cell(0, 6, paper.clean(sheet["period"]), new_x="LMARGIN", new_y="NEXT")
    paper.ln(1)
    paper.set_font(FONT, "B", 11)
    paper.set_draw_color(*INK)
    wide = paper.get_string_width(sheet["warning"]) + 8
    with paper.tagged("P"):
        warning = paper.clean(sheet["warning"])
        paper.cell(wide, 7, warning, border=1, align="C", new_x="LMARGIN", new_y="NEXT")
    for label in sheet.get("lines", ()):
        paper.set_font(FONT, "", 10)
        paper.ln(3)
        with paper.tagged("P"):
            paper.cell(18, 6, paper.clean(label))
            paper.cell(90, 6, "", border="B", new_x="LMARGIN", new_y="NEXT")
    paper.set_draw_color(*RULE)
    paper.ln(3)


def _halves(paper: Paper, sections: list[dict[str, Any]], width: float) -> tuple[list[Any], list[Any]]:
    """In order, the first part left and the rest right, as even as can be; the left holds the hours too."""
    heights = [_height(paper, s, width) for s in sections]
    best = min(range(len(sections) + 1), key=lambda n: max(sum(heights[:n]) + 26, sum(heights[n:])))
    return sections[:best], sections[best:]


def _height(paper: Paper, section: dict[str, Any], width: float) -> float:
    return 9.0 + sum(_row_height(paper, label, value, width) for label, value in section["rows"])


def _row_height(paper: Paper, label: str, value: str, width: float) -> float:
    paper.set_font(FONT, "", paper.size)
    left, right = _columns(label, value, width)
    return max(_text_height(paper, label, left), _text_height(paper, value, right)) + 0.6


def _text_height(paper: Paper, text: str, width: float) -> float:
    """mm"""
    if not text:
        return paper.line_mm
    lines = paper.multi_cell(width, paper.line_mm, paper.clean(text), dry_run=True, output="LINES")
    assert isinstance(lines, list)
    return paper.line_mm * len(lines)


def _columns(label: str, value: str, width: float) -> tuple[float, float]:
    if not label or not value:
        return width, width
    left = 34.0 if width > 120 else width * 0.46
    return left, width - left - 2


def _section(paper: Paper, section: dict[str, Any], x: float, width: float) -> None:
    if paper.will_page_break(12):
        paper.add_page()
    paper.set_text_color(*(ALARM if section["alarming"] else INK))
    pdf_drawings.heading(paper, section["heading"], x, width)
    paper.set_text_color(*INK)
    paper.ln(0.8)
    for label, value in section["rows"]:
        height = _row_height(paper, label, value, width)
        if paper.will_page_break(height):
            paper.add_page()
        y = paper.get_y()
        left, right = _columns(label, value, width)
        paper.set_font(FONT, "", paper.size)
        with paper.tagged("P"):
            if label:
                paper.set_text_color(*(SOFT if value else INK))
                paper.set_xy(x, y)
                paper.multi_cell(left, paper.line_mm, paper.clean(label), align="L")
            if value:
                paper.set_text_color(*INK)
                paper.set_xy(x + (left + 2 if label else 0), y)
                paper.multi_cell(right, paper.line_mm, paper.clean(value), align="L")
        paper.set_y(y + height)
    paper.set_text_color(*INK)
    paper.ln(2)


def main() -> None:
    sys.stdout.buffer.write(render(json.load(sys.stdin)))


if __name__ == "__main__":
    main()
