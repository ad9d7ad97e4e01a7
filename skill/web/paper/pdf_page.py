"""The paper of the doctor's sheet: an A4 page with its typefaces, its footer, and marks for readers that speak."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.fonts import TTFFont
from fpdf.prefs import ViewerPreferences

from skill import __version__

FONT_FOLDER = Path(__file__).parent.parent / "static" / "fonts"
FONT, SPARE_FONT = "Hyperlegible", "DejaVu"
"""The second has the letters that the first lacks: ŋ and ŧ of Sámi, and those of other languages."""
MARGIN, GAP, LINE = 14.0, 7.0, 4.4  # mm
SIZE = 9.0  # points
INK, SOFT, RULE, ALARM = (20, 28, 36), (85, 92, 100), (190, 186, 178), (150, 25, 20)


class Paper(FPDF):
    """A4 with the sheet's footer on every page."""

    def __init__(self, sheet: dict[str, Any], scale: float = 1.0) -> None:
        super().__init__(format="A4")
        self.size, self.line_mm = SIZE * scale, LINE * scale
        self.sheet = sheet
        self.add_font(FONT, "", str(FONT_FOLDER / "AtkinsonHyperlegible-Regular.ttf"))
        self.add_font(FONT, "B", str(FONT_FOLDER / "AtkinsonHyperlegible-Bold.ttf"))
        self.add_font(SPARE_FONT, "", str(FONT_FOLDER / "DejaVuSans-Regular.ttf"))
        self.add_font(SPARE_FONT, "B", str(FONT_FOLDER / "DejaVuSans-Bold.ttf"))
        self.set_fallback_fonts([SPARE_FONT], exact_match=False)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=18)
        self.set_title(sheet["title"])
        self.set_lang({"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}[sheet["language"]])
        self.set_creator(f"Krampevakt {__version__}")
        self.set_keywords(sheet["warning"])
        self.set_subject(sheet["period"])
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.known = {chr(code) for name in (FONT, SPARE_FONT) for code in self._face(name).cmap}
        self.set_text_color(*INK)
        self.set_draw_color(*RULE)

    def _face(self, name: str) -> TTFFont:
        face = self.fonts[name.lower()]
        assert isinstance(face, TTFFont)
        return face

    def clean(self, text: str) -> str:
        """Characters that both typefaces lack become "?", so that none is silently left out."""
        return "".join(c if c in self.known or c in "\n " else " " if c.isspace() else "?" for c in text)

    @contextmanager
    def tagged(self, kind: str, alt: str = "") -> Iterator[None]:
        """What is drawn within is one piece of the structure: H1, H2, P or Figure (with what it shows as `alt`)."""
        mcid = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{kind}", mcid=mcid, alt_text=self.clean(alt) if alt else None)
        self._out(f"/{kind} <</MCID {mcid}>> BDC")
        yield
        self._out("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """What is drawn within is no content: lines, page numbers."""
        self._out("/Artifact BMC")
        yield
        self._out("EMC")

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font(FONT, "", 7.5)
        self.set_text_color(*SOFT)
        with self.artifact():
            self.cell(0, 4, self.clean(f"{self.sheet['warning']} {self.sheet['footer']}"), align="L")
            self.set_x(-MARGIN - 20)
            self.cell(20, 4, f"{self.page_no()}/{{nb}}", align="R")
        self.set_text_color(*INK)
