"""Which act each staff command and each button is: the way from what was pressed to the table of permissions."""

from bot.core.roles import Act

COMMAND_ACTS: dict[str, Act] = {
    "new": Act.BOOK,
    "session": Act.BOOK,
    "patients": Act.LOOK,
    "patient": Act.LOOK,
    "alerts": Act.LOOK,
    "tasks": Act.LOOK,
    "today": Act.LOOK,
    "oncall": Act.LOOK,
    "help": Act.LOOK,
    "start": Act.LOOK,
    "cancel": Act.LOOK,
    "here": Act.SET_GROUP,
    "shifts": Act.LOOK,
    "holiday": Act.LOOK,
    "cover": Act.LOOK,
    "roster": Act.LOOK,
    "invite": Act.ROSTER,
    "testalert": Act.TEST_SELF,
    "lower": Act.LOWER,
    "drill": Act.TEST_OTHERS,
    "console": Act.LOOK,
}
"""Every command, and what it takes to send it. What it does with words behind it may take more (/shifts, /holiday)."""

BUTTON_ACTS: dict[str, dict[str, Act]] = {
    # The alert's level decides whether closing is of a red one; `close_alert` asks for that.
    "s": {"": Act.LOOK, "take": Act.CALL, "contact": Act.CALL, "close": Act.CLOSE},
    "t": {"": Act.CALL},
    "w": {"": Act.BOOK},
    "c": {
        "": Act.LOOK,
        "link": Act.BOOK,
        "session": Act.BOOK,
        "next": Act.BOOK,
        "paused": Act.STAGE,
        "in_hospital": Act.STAGE,
        "active": Act.STAGE,
        "deceased": Act.LOOK,
        "deceased.really": Act.DECEASED,
        "photos": Act.SEE_PHOTOS,
        "hour": Act.BOOK,
        "details": Act.BOOK,
        "right": Act.BOOK,
    },
    "o": {"": Act.BE_ON_CALL},
    "sh": {"": Act.PLAN, "week": Act.LOOK},
    "sw": {"": Act.BE_ON_CALL},
    "ho": {"": Act.PLAN},
    "ro": {"": Act.ROSTER},
    "in": {"": Act.ROSTER},
    "te": {"": Act.TEST_OTHERS, "seen": Act.LOOK},
}
"""For each kind of button the act of its verbs; "" is for all others."""


def button_act(data: str) -> Act | None:
    """The act of a button by its data; None for a kind that is none: nobody may press it."""
    kind, _, rest = data.partition("|")
    acts = BUTTON_ACTS.get(kind)
    if acts is None:
        return None
    verb = rest.partition("|")[2] if kind in ("s", "t", "c", "ro", "te") else rest.partition("|")[0]
    return acts.get(verb) or acts.get(verb.partition(".")[0]) or acts[""]
