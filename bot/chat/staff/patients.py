"""/patients: the newest patients, or those whose case code or name begins with the given words."""

from sqlalchemy import select
from sqlmodel import col

from bot.chat.staff.reply import Asked, initials
from bot.core.post.message import Button
from bot.store.tables import PatientRow
from bot.store.unit import table_of
from bot.usecases.synthetic import real

MOST = 12
LOOKED_THROUGH = 2000
"""Names are encrypted, so a search by name reads the newest patients one by one, up to this many."""


def run(asked: Asked, words: str) -> None:
    """List patients with a button each."""
    found = find(asked, words)
    if not found:
        asked.say("patients.none")
        return
    buttons = tuple((Button(label=_label(asked, each), data=f"c|{each.id}|show"),) for each in found[:MOST])
    asked.say("patients.head", buttons, count=len(found))


def find(asked: Asked, words: str) -> list[PatientRow]:
    """Patients by case code or by the beginning of a name; the newest when no words are given."""
    known = (PatientRow.stage != "forgotten", real(PatientRow.id))
    newest = col(PatientRow.made_at).desc()
    if not words:
        return asked.unit.many(PatientRow, *known, order_by=newest, limit=MOST)
    code = asked.unit.first(PatientRow, PatientRow.case_code == words.upper(), *known)
    if code is not None:
        return [code]
    wanted, found = words.casefold(), list[PatientRow]()
    table = table_of(PatientRow)
    names = select(table.c.id, table.c.name).where(*known).order_by(newest).limit(LOOKED_THROUGH)  # type: ignore[arg-type]
    for row in asked.unit.connection.execute(names):
        name = row.name.casefold()
        if any(part.startswith(wanted) for part in (name, *name.split())):
            found.append(asked.unit.get(PatientRow, row.id))
            if len(found) == MOST:
                break
    return found


def _label(asked: Asked, patient: PatientRow) -> str:
    who = patient.name if asked.private else initials(patient)
    return f"{patient.case_code} · {who} · {asked.ui.plain(f'stage.{patient.stage}')}"
