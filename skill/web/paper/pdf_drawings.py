"""The two drawings of the doctor's sheet: cramps by the hour, and the strip of nights."""

from __future__ import annotations

from typing import Any

from skill.web.paper.pdf_page import ALARM, FONT, INK, MARGIN, RULE, SOFT, Paper

BLUE, SAND = (43, 115, 137), (246, 226, 208)
TALL = 5.2  # mm, of a night in the strip


def heading(paper: Paper, text: str, x: float, width: float) -> None:
    """A heading with a rule below it."""
    paper.set_font(FONT, "B", 10.5)
    paper.set_x(x)
    with paper.tagged("H2"):
        paper.cell(width, 5.6, paper.clean(text), border="B", new_x="LMARGIN", new_y="NEXT")


def hours(paper: Paper, sheet: dict[str, Any], x: float, width: float) -> None:
    """Small bars by hour, from noon to noon."""
    counts = [sheet["hours"][h] for h in (*range(12, 24), *range(12))]
    if not any(counts):
        return
    heading(paper, sheet["hours_heading"], x, width)
    alt = ", ".join(f"{h:02d}: {n}" for h, n in enumerate(sheet["hours"]) if n)
    with paper.tagged("Figure", f"{sheet['hours_heading']}. {alt}"):
        _bars(paper, counts, x, width)


def _bars(paper: Paper, counts: list[int], x: float, width: float) -> None:
    top, tall, step = paper.get_y() + 1.5, 12.0, width / 24
    paper.set_fill_color(*BLUE)
    paper.set_font(FONT, "", 7)
    for i, count in enumerate(counts):
        height = tall * count / max(counts)
        if count:
            paper.rect(x + i * step + 0.4, top + tall - height, step - 0.8, height, style="F")
        if i % 3 == 0:
            paper.set_xy(x + i * step - 1.5, top + tall)
            paper.cell(step + 3, 3.6, f"{(i + 12) % 24:02d}", align="C")
    paper.line(x, top + tall, x + width, top + tall)
    paper.set_y(top + tall + 6)


def strip(paper: Paper, sheet: dict[str, Any]) -> None:
    """One square a night: how many cramps; filled where it was bad, struck through where nobody listened."""
    if not sheet["strip"]:
        return
    heading(paper, sheet["strip_heading"], MARGIN, paper.epw)
    told = "; ".join(night["described"] for night in sheet["strip"] if night["cramps"] or night["marks"])
    with paper.tagged("Figure", f"{sheet['strip_heading']}. {told}"):
        top, step = paper.get_y() + 3.4, paper.epw / max(42, len(sheet["strip"]))
        for index, night in enumerate(sheet["strip"]):
            _night(paper, night, MARGIN + index * step, top, step)
    paper.set_draw_color(*RULE)
    paper.set_text_color(*SOFT)
    paper.set_font(FONT, "", 7.5)
    paper.set_xy(MARGIN, top + TALL + 3.8)
    with paper.tagged("P"):
        paper.multi_cell(
            paper.epw, 3.4, paper.clean(sheet["strip_key"]), align="L", new_x="LMARGIN", new_y="NEXT"
        )
    paper.set_text_color(*INK)
    paper.ln(2)


def _night(paper: Paper, night: dict[str, Any], x: float, top: float, step: float) -> None:
    look, width = night["look"], step - 0.5
    bad = look == "bad"
    paper.set_draw_color(*(ALARM if bad else SOFT if night["cramps"] else RULE))
    paper.set_fill_color(*(ALARM if bad else SAND))
    if look != "later":
        paper.rect(x, top, width, TALL, style="DF" if night["cramps"] else "D")
    if look == "dark":
        paper.line(x, top + TALL, x + width, top)
    paper.set_text_color(*((255, 255, 255) if bad else INK))
    if night["cramps"]:
        paper.set_font(FONT, "B", 8)
        paper.set_xy(x - 1, top + 0.9)
        paper.cell(width + 2, 3.6, str(night["cramps"]), align="C")
    paper.set_text_color(*SOFT)
    paper.set_font(FONT, "", 6.5)
    for mark in night["marks"]:
        paper.set_xy(x - 1, top - 3.3)
        paper.cell(width + 2, 3, paper.clean("▲" if mark == "started" else "▼"), align="C")
    if night["label"]:
        paper.set_xy(x - 3, top + TALL + 0.3)
        paper.cell(width + 6, 3, paper.clean(night["label"]), align="C")
