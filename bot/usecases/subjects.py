"""Which sessions a conversation asks about, and what is known of each and of the patient's last answers."""

from collections.abc import Collection

from sqlmodel import col

from bot.core.engine.run import Run, RunKind, Subject
from bot.core.flow.conditions import Given
from bot.core.flow.model import Script, given_for
from bot.core.flow.together_names import MARK, plain
from bot.store.tables import PatientRow, RunRow, SessionRow
from bot.store.unit import Unit


def open_sessions(unit: Unit, patient: PatientRow) -> list[SessionRow]:
    """The sessions that are still followed, the newest last; when none is, the newest that there was."""
    found = unit.many(
        SessionRow,
        SessionRow.patient_id == patient.id,
        SessionRow.state == "open",
        order_by=col(SessionRow.t0),
    )
    if found:
        return list(found)
    newest = unit.first(
        SessionRow,
        SessionRow.patient_id == patient.id,
        SessionRow.state != "cancelled",
        order_by=col(SessionRow.t0).desc(),
    )
    return [newest] if newest is not None else []


def sessions_of(unit: Unit, patient: PatientRow, ids: Collection[str], *, every: bool) -> list[SessionRow]:
    """The sessions with these ids, the newest last; with ``every`` also all that are still followed.

    A patient who is worse, and one who is asked again after a red flag, is asked about everything that was done.
    """
    found = {session_id: unit.get(SessionRow, session_id) for session_id in dict.fromkeys(ids)}
    if every:
        found |= {session.id: session for session in open_sessions(unit, patient)}
    return sorted(found.values(), key=lambda session: (session.t0, session.id))


def sets_when_asked(script: Script, kind: RunKind) -> tuple[str, ...]:
    """The question sets of a conversation that stands in no timetable."""
    match kind:
        case RunKind.RECHECK:
            return script.plan.follow_up.recheck_sets
        case RunKind.FREE_TEXT:
            return script.plan.on_demand_sets[:1]
        case _:
            return script.plan.on_demand_sets


def subject_of(session: SessionRow, patient: PatientRow) -> Subject:
    """A session as the engine sees it."""
    return Subject(
        session_id=session.id,
        procedure=session.procedure,
        t0=session.t0,
        zone=patient.zone,
        sites=tuple(session.sites.split()),
        modifiers=tuple(session.modifiers.split()),
        revision=session.revision,
    )


def previous_answers(unit: Unit, patient: PatientRow, script: Script) -> dict[str, Given]:
    """What the patient answered last to each question, for "better or worse than last time".

    The conversation before may have run on another script, alone or with others: an answer counts for the same
    question wherever ``script`` has that answer too, with its place in the order that ``script`` gives it.
    """
    row = unit.find(RunRow, patient_id=patient.id, state="ended", by="-opened_at")
    if row is None:
        return {}
    run = Run.model_validate_json(row.body)
    known = {**run.previous, **{question: answer.given for question, answer in run.answers.items()}}
    if run.revision == script.revision:
        return known
    before = dict(known)
    for name, question in script.questions.items():
        named = [name, plain(name), *(each for each in before if plain(each) == name and MARK in each)]
        given = next((before[each] for each in named if each in before), None)
        if given is not None and given.codes and set(given.codes) <= set(question.codes):
            known[name] = given_for(question, given.codes)
    return known
