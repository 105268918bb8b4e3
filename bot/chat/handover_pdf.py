"""A page as a PDF: one A4 page, large letters, every language of the clinic. The one module that knows fpdf."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bot.core.wording.handover import HandoverPaper

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).parent / "fonts"
FAMILY = "DejaVu"
SIZES = (14.0, 12.0, 10.5, 9.0, 7.5)
"""Points; the first in which everything fits on one page."""
LONGEST_VALUE = 900
"""Characters of one value; the chat has the whole."""
MARGIN, LABEL_WIDTH, GAP = 15.0, 52.0, 1.8
"""Millimetres."""
LOGGERS = ("fpdf", "fontTools")


def handover_pdf(paper: HandoverPaper) -> bytes:
    """The PDF. Takes a few tenths of a second: call it in a thread."""
    for name in LOGGERS:  # they would write a patient's words to the log, letter by letter, where a glyph is missing
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    smallest = SIZES[-1]
    for size in SIZES:
        made = _page(paper, size)
        if made.pages_count == 1 or size == smallest:
            break
    return bytes(made.output())


def _page(paper: HandoverPaper, size: float) -> "FPDF":
    from fpdf import FPDF

    page = FPDF(format="A4")
    page.set_auto_page_break(True, margin=MARGIN)
    page.set_margins(MARGIN, MARGIN, MARGIN)
    page.add_font(FAMILY, "", FONTS / "DejaVuSans.ttf")
    page.add_font(FAMILY, "B", FONTS / "DejaVuSans-Bold.ttf")
    page.set_title(paper.title)
    page.set_lang(paper.language)
    page.add_page()
    page.set_font(FAMILY, "B", size + 4)
    page.set_fill_color(176, 0, 32)
    page.set_text_color(255, 255, 255)
    page.multi_cell(
        0, _line(size + 4) * 1.25, paper.title, fill=True, align="C", new_x="LMARGIN", new_y="NEXT", padding=2
    )
    page.set_text_color(0, 0, 0)
    page.ln(4)
    for label, value in paper.lines:
        _row(page, label, value, size)
    page.ln(3)
    page.set_font(FAMILY, "", 8)
    page.set_text_color(80, 80, 80)
    page.multi_cell(0, _line(8), paper.foot, new_x="LMARGIN", new_y="NEXT")
    return page


def _row(page: "FPDF", label: str, value: str, size: float) -> None:
    """Label left, value right of it; a thin line below."""
    value = value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1] + "…"
    width = page.epw - LABEL_WIDTH
    page.set_font(FAMILY, "B", size - 2)
    labels = _height(page, LABEL_WIDTH - 3, size, label)
    page.set_font(FAMILY, "", size)
    values = _height(page, width, size, value)
    height = max(labels, values)
    if page.will_page_break(height):
        page.add_page()
    top = page.get_y()
    page.set_font(FAMILY, "B", size - 2)
    page.multi_cell(LABEL_WIDTH - 3, _line(size), label, align="L", new_x="LMARGIN", new_y="TOP")
    page.set_xy(MARGIN + LABEL_WIDTH, top)
    page.set_font(FAMILY, "", size)
    page.multi_cell(width, _line(size), value, align="L", new_x="LMARGIN", new_y="NEXT")
    page.set_y(top + height + GAP)
    page.set_draw_color(200, 200, 200)
    page.line(MARGIN, page.get_y(), MARGIN + page.epw, page.get_y())
    page.set_y(page.get_y() + GAP)


def _height(page: "FPDF", width: float, size: float, text: str) -> float:
    """How high a text will be in the present font, in millimetres."""
    return cast(float, page.multi_cell(width, _line(size), text, dry_run=True, output="HEIGHT", align="L"))


def _line(size: float) -> float:
    """The height of a line of letters of so many points, in millimetres."""
    return size * 0.3528 * 1.25
