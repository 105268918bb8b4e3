"""What was noted about a patient, in words: an answer, "none known", or "not asked", which are three different things."""

from bot.core.wording.catalog import Catalog

NOT_ASKED = ""
"""Kept where nobody has asked yet, so that a card never says "none" without a reason."""
NONE_KNOWN = "none"
"""Kept where the patient was asked and said that there is none."""


def noted(ui: Catalog, value: str) -> str:
    """The words for a value as it is kept; not yet escaped, as every value of a text."""
    if value.strip() == NOT_ASKED:
        return ui.plain("noted.not_asked")
    if value.strip().casefold() == NONE_KNOWN:
        return ui.plain("noted.none_known")
    return value
