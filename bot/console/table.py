"""A table as CSV for a spreadsheet: a cell that would be run as a formula is kept text."""

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula."""


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A file to keep. Numbers stay numbers."""
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(head)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response("\ufeff" + kept.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _safe(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(DANGEROUS):
        return f"'{cell}"
    return "" if cell is None else cell
