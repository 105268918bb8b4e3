"""What every staff command needs: who asks, from which chat, and a way to answer there."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.post.message import Body, Button, Method, Priority
from bot.core.wording.catalog import Catalog
from bot.store.tables import CheckInRow, PatientRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.posting import post

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a member of staff. ``private`` is false in the group, where wizards do not run.

    ``thread`` is the topic of a forum that it came from.
    """

    unit: Unit
    clinic: Clinic
    now: datetime
    staff: StaffRow
    chat_id: int
    private: bool
    thread: int | None = None

    @property
    def ui(self) -> Catalog:
        """The bot's texts in the language of the person who asks."""
        return self.clinic.ui(self.staff.language)

    def say(self, key: str, rows: Rows = (), **values: object) -> None:
        """Answer in the chat of the request."""
        self.show(self.ui.say(key, **values), rows)

    def show(self, text: str, rows: Rows = (), *, edits: int | None = None) -> None:
        """Answer with words that are composed already; ``edits`` changes a message instead."""
        post(
            self.unit,
            self.now,
            self.chat_id,
            Body(text=text, html=True, buttons=rows, edits=edits, thread=self.thread),
            Priority.ANSWER,
            kind="staff_edit" if edits else "staff_reply",
            method=Method.EDIT if edits else Method.SEND,
        )


def step_name(ui: Catalog, row: CheckInRow) -> str:
    """How staff call a check-in: by its place in the plan (c3), or in words when it is not planned."""
    return row.step if row.kind == "planned" else ui.say(f"checkin.step.{row.step}")


def initials(patient: PatientRow) -> str:
    """M.L. for Maria Lopez; a question mark for a patient who was forgotten."""
    return "".join(part[0].upper() + "." for part in patient.name.split()) or "?"
