"""Who may do what: the one table of roles and acts that every staff command and every button stands on."""

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff does in the clinic."""

    RECEPTION = "reception"
    CLINICIAN = "clinician"
    INJECTOR = "injector"
    LEAD = "lead"
    ADMIN = "admin"


class Act(StrEnum):
    """Everything that a member of staff can ask the bot to do."""

    LOOK = "look"
    """Read what is there: patients without photos, alerts, tasks, shifts, cover."""
    BOOK = "book"
    """Register a patient, add or plan a session, hand out a link."""
    CALL = "call"
    """Take an alert, phone the patient, note what came of it, write to her, do a task."""
    STAGE = "stage"
    """Pause a patient's check-ins, say that she is in hospital, go on."""
    DECEASED = "deceased"
    SEE_PHOTOS = "see_photos"
    CLOSE = "close"
    """Close an alert that is not red (D4)."""
    CLOSE_RED = "close_red"
    """Close a D1, D2 or D3."""
    LOWER = "lower"
    """Lower the level of an open alert, with a reason. Never of a D1 question."""
    BE_ON_CALL = "be_on_call"
    """Have a shift, take one over, swap one."""
    PLAN = "plan"
    """Give shifts to others, take shifts away, enter holidays."""
    ROSTER = "roster"
    """Invite and remove colleagues, change their roles."""
    TEST_SELF = "test_self"
    """Have a test alert sent to oneself."""
    TEST_OTHERS = "test_others"
    SET_GROUP = "set_group"
    """Say which group gets the alerts."""


EVERYBODY = frozenset(Role)
CLINICAL = frozenset({Role.CLINICIAN, Role.INJECTOR, Role.LEAD})
"""Who treats. Alerts go to them; they can be on call."""
LEADING = frozenset({Role.LEAD, Role.ADMIN})

ALLOWED: dict[Act, frozenset[Role]] = {
    Act.LOOK: EVERYBODY,
    Act.BOOK: EVERYBODY,
    # Whoever hears an alarm may answer it: a step that reaches nobody tells everybody, the reception too.
    Act.CALL: EVERYBODY,
    Act.STAGE: EVERYBODY,
    Act.DECEASED: CLINICAL,
    Act.SEE_PHOTOS: CLINICAL,
    Act.CLOSE: EVERYBODY,
    Act.CLOSE_RED: CLINICAL,
    # Clinical brief, section 1 and H12: only the clinician's role lowers anything.
    Act.LOWER: frozenset({Role.CLINICIAN}),
    Act.BE_ON_CALL: CLINICAL,
    Act.PLAN: LEADING,
    Act.ROSTER: LEADING,
    Act.TEST_SELF: EVERYBODY,
    Act.TEST_OTHERS: LEADING,
    Act.SET_GROUP: LEADING,
}
"""For every act the roles that may do it."""


def may(role: str, act: Act) -> bool:
    """May somebody with this role do it? A role that nobody knows may do nothing."""
    return role in ALLOWED[act]
