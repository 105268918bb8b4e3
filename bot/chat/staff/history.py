"""A patient's history in a private chat: the timeline, and her answers by day. Silence is shown as silence."""

from datetime import datetime
from typing import assert_never

from bot.chat.staff.reply import Asked, step_name
from bot.core.care.clock import day_of
from bot.core.errors import Refused
from bot.core.level import Level
from bot.core.post.channel import KINDS
from bot.core.post.message import Button
from bot.core.wording.alert_card import MARKS, reason_words
from bot.core.wording.question_card import answer_words
from bot.store.tables import CheckInRow, PatientRow, SessionRow
from bot.usecases.dates import day_and_clock
from bot.usecases.history import Answered, Happening, check_ins_with_answers, timeline
from bot.usecases.posting import audit

LINES = 20
CHECK_INS = 3
LONGEST = 3800
"""Characters of one message; the oldest lines of a page give way."""
DONE, SILENT = "done", "❔"


def show_timeline(asked: Asked, patient: PatientRow, skip: int) -> None:
    """The newest lines but for ``skip``, oldest first. Errors: Refused outside a private chat."""
    _private(asked, patient, "timeline")
    found = timeline(asked.unit, patient)
    end = len(found) - skip
    shown = found[max(0, end - LINES) : max(end, 0)]
    ui = asked.ui
    if not shown:
        asked.say("nurse.history.nothing")
        return
    lines = [f"{_at(asked, each.at)}: {words}" for each in shown if (words := _words(asked, each))]
    head = ui.say("nurse.history.timeline", code=patient.case_code)
    asked.show(_fitting(head, lines), _earlier(asked, patient, "time", skip + LINES, end > LINES))


def show_answers(asked: Asked, patient: PatientRow, skip: int) -> None:
    """The answers of a few check-ins, the newest first. Errors: Refused outside a private chat."""
    _private(asked, patient, "answers")
    found, more = check_ins_with_answers(asked.unit, patient, skip, CHECK_INS)
    if not found:
        asked.say("nurse.history.nothing")
        return
    parts = [part for each in found for part in (*_check_in(asked, patient, each), "")]
    head = asked.ui.say("nurse.history.answers", code=patient.case_code)
    asked.show(_fitting(head, parts), _earlier(asked, patient, "answers", skip + CHECK_INS, more))


def level_mark(state: str, level: str) -> str:
    """The mark of a check-in: a level only where it was answered. Neither waiting nor silence looks like "well"."""
    match state:
        case "done":
            return MARKS[Level(level)]
        case "open":
            return "✏️"
        case _:
            return SILENT


def _check_in(asked: Asked, patient: PatientRow, each: Answered) -> list[str]:
    ui, row = asked.ui, each.checkin
    session = asked.unit.get(SessionRow, row.session_id)
    script = asked.clinic.script(asked.unit, each.run.revision)
    texts = asked.clinic.texts(script, asked.staff.language)
    at = row.opened_at or row.due_at
    lines = [
        ui.say(
            "nurse.history.check_in",
            mark=level_mark(row.state, each.run.level),
            step=step_name(ui, row),
            day=day_of(session.t0, at, patient.zone),
            at=_at(asked, at),
            state=ui.plain(f"checkin.state.{row.state}"),
        )
    ]
    for question, given in each.answers.items():
        known = script.questions.get(question)
        if known is None:
            continue
        said = answer_words(known, texts, ui, given)
        if question in each.words:
            said = f"{said}: “{each.words[question][:300]}”"
        key = "nurse.history.assumed" if question in each.assumed else "alert.answer"
        lines.append(ui.say(key, question=texts.raw(f"question.{question}.short"), answer=said))
    if not each.answers:
        lines.append(ui.say("nurse.history.no_answers"))
    return lines


def _words(asked: Asked, each: Happening) -> str:
    ui, values = asked.ui, each.values
    group, _, what = each.kind.partition(".")
    match group:
        case "session":
            session = asked.unit.get(SessionRow, values["session"])
            texts = asked.clinic.texts(asked.clinic.script(asked.unit, session.revision), asked.staff.language)
            procedure = texts.raw(f"procedure.{session.procedure}")
            return ui.say("nurse.time.session", procedure=procedure, number=values["number"])
        case "checkin":
            row = asked.unit.get(CheckInRow, values["id"])
            mark, state = level_mark(values["state"], values["level"]), ui.plain(f"checkin.state.{values['state']}")
            return ui.say("nurse.time.check_in", mark=mark, step=step_name(ui, row), state=state)
        case "task":
            return ui.say("nurse.time.task", kind=ui.plain(f"task.kind.{values['kind']}"))
        case "task_done":
            who = values["who"] or ui.plain("task.by_bot")
            return ui.say("nurse.time.task_done", kind=ui.plain(f"task.kind.{values['kind']}"), name=who)
        case "act":
            act = ui.plain(f"nurse.act.{values['verb']}")
            return ui.say("nurse.time.act", act=act, name=values["who"] or ui.plain("nurse.time.herself"))
        case "alert":
            mark = MARKS[Level(values["level"])]
            return f"{mark} {_alert_words(asked, what, values['who'], values['detail'])}"
        case _:
            assert_never(group)  # type: ignore[arg-type]


def _alert_words(asked: Asked, what: str, who: str, detail: str) -> str:
    """A line of an alert's log."""
    ui = asked.ui
    verb, _, rest = what.partition("_")
    match verb, rest:
        case "raised", "":
            return ui.say("nurse.log.raised", rules=detail)
        case "raised", _:
            return ui.say("nurse.log.raised_again", rules=detail)
        case "joined", _:
            return ui.say("nurse.log.joined", rules=detail)
        case "told", _:
            return ui.say("nurse.log.told", names=detail or "—")
        case "seen", _:
            return ui.say("nurse.log.seen", name=who)
        case "taken", _:
            return ui.say("nurse.log.taken", name=who)
        case "contact", outcome:
            return ui.say("nurse.log.contact", name=who, outcome=ui.plain(f"alert.outcome.{outcome}"))
        case "closed", _:
            return ui.say("nurse.log.closed", name=who, reason=reason_words(ui, detail))
        case "useful", _:
            return ui.say("nurse.useful.marked.good", name=who)
        case "not", _:
            return ui.say("nurse.useful.marked.bad", name=who)
        case "advice", "sent":
            return ui.say("nurse.log.advice_sent")
        case "advice", _:
            return ui.say("nurse.log.advice_failed")
        case "patient", "doing":
            return ui.say("alert.doing", doing=ui.plain(f"doing.{detail}"))
        case "channel", state:
            kind = ui.plain(f"channel.kind.{detail}") if detail in KINDS else detail
            name = asked.clinic.facts.name if who == "clinic" else who
            return ui.say("nurse.log.rung" if state == "sent" else "nurse.log.not_rung", kind=kind, name=name)
        case _:
            return ui.say("nurse.log.other", what=what)


def _private(asked: Asked, patient: PatientRow, what: str) -> None:
    if not asked.private:
        raise Refused("staff.private_only")
    audit(asked.unit, asked.now, asked.staff.id, "look", f"patient:{patient.id}", what)


def _at(asked: Asked, moment: datetime) -> str:
    return day_and_clock(moment, asked.clinic.facts.zone, asked.staff.language)


def _earlier(asked: Asked, patient: PatientRow, act: str, skip: int, more: bool) -> tuple[tuple[Button, ...], ...]:
    label = asked.ui.plain("nurse.button.earlier")
    return ((Button(label=label, data=f"c|{patient.id}|{act}.{skip}"),),) if more else ()


def _fitting(head: str, lines: list[str]) -> str:
    """Head and lines, as many as one message holds; the last ones always."""
    kept: list[str] = []
    size = len(head)
    for line in reversed(lines):
        size += len(line) + 1
        if size > LONGEST:
            break
        kept.append(line)
    return "\n".join((head, "", *reversed(kept)))
