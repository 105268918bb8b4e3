"""The card for the emergency room: its values once, and from them the text in the chat and the lines of the PDF."""

from pydantic import BaseModel, ConfigDict

from bot.core.wording.catalog import Catalog

TEXT = "card.text"


class HandoverFacts(BaseModel):
    """What the card says, in words of one language (clinical brief, section 1): the place-holders of ``card.text``."""

    model_config = ConfigDict(frozen=True)

    name: str
    birth_date: str
    treated: str
    ago: str
    procedure: str
    sites: str
    products: str
    allergies: str
    thinners: str
    reported: str
    injector: str
    contact: str


class HandoverPaper(BaseModel):
    """The same as a page: a title, lines of label and value, what stands at the foot."""

    model_config = ConfigDict(frozen=True)

    language: str
    title: str
    lines: tuple[tuple[str, str], ...]
    foot: str


def handover_text(ui: Catalog, facts: HandoverFacts) -> str:
    """The card as a message (HTML)."""
    return ui.say(TEXT, **facts.model_dump())


def handover_paper(ui: Catalog, facts: HandoverFacts, *, code: str, at: str) -> HandoverPaper:
    """The card as a page. It is cut by the lines of the text before they are filled, so that no value moves a label."""
    values = facts.model_dump()
    title, *lines = ui.raw(TEXT).replace("<b>", "").replace("</b>", "").splitlines()
    pairs = []
    for line in lines:
        label, _, rest = line.partition(": ")
        pairs.append((label, " ".join(rest.format_map(values).split())))
    foot = ui.plain("nurse.handover.foot", code=code, at=at)
    return HandoverPaper(language=ui.language, title=title, lines=tuple(pairs), foot=foot)
