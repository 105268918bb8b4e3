"""/patients: the newest patients, or those whose case code or name begins with the given words."""

from sqlmodel import col

from bot.chat.staff.reply import Asked, initials
from bot.core.post.message import Button
from bot.store.tables import PatientRow
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
    newest = asked.unit.many(
        PatientRow,
        PatientRow.stage != "forgotten",
        real(PatientRow.id),
        order_by=col(PatientRow.made_at).desc(),
        limit=LOOKED_THROUGH if words else MOST,
    )
    if not words:
        return newest
    code = asked.unit.first(PatientRow, PatientRow.case_code == words.upper())
    if code is not None:
        return [code]
    wanted = words.casefold()
    return [
        each
        for each in newest
        if any(part.startswith(wanted) for part in (each.name.casefold(), *each.name.casefold().split()))
    ][:MOST]


def _label(asked: Asked, patient: PatientRow) -> str:
    who = patient.name if asked.private else initials(patient)
    return f"{patient.case_code} · {who} · {asked.ui.plain(f'stage.{patient.stage}')}"
