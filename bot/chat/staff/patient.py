"""/patient: one patient at a glance, and what staff may do with her."""

from sqlmodel import col

from bot.chat.staff import handover, history, photos, wizard
from bot.chat.staff.patients import find
from bot.chat.staff.reply import Asked, Rows, initials, step_name
from bot.core.care.clock import day_of
from bot.core.errors import Refused
from bot.core.post.message import Button
from bot.core.roles import CLINICAL
from bot.core.wording.noted import noted
from bot.store.tables import AlertRow, CheckInRow, PatientRow, RunRow, SessionRow
from bot.usecases.change_session import HOURS, change_hour
from bot.usecases.confirm_session import confirm, unconfirmed
from bot.usecases.dates import calendar_day, day_and_clock
from bot.usecases.enrol import invite_patient
from bot.usecases.gate import gate_of
from bot.usecases.history import coming
from bot.usecases.leave import mark
from bot.usecases.posting import audit

Toast = tuple[str, dict[str, str]]
LAST = 5
COMING = 4
OURS = ("time", "answers", "hour", "details", "er", "undo")
"""The buttons whose words stand in ``nurse.button``."""


def run(asked: Asked, words: str) -> None:
    """Show the patient with this case code or name."""
    found = find(asked, words) if words else []
    if not found:
        asked.say("patient.which")
        return
    if len(found) > 1:
        asked.say("patient.several", names=", ".join(each.case_code for each in found))
        return
    show(asked, found[0])


def press(asked: Asked, rest: str) -> Toast:
    """A button of a patient's card."""
    patient_id, _, act = rest.partition("|")
    patient = asked.unit.get(PatientRow, patient_id)
    match act:
        case "show":
            show(asked, patient)
        case "link":
            if not asked.private:
                raise Refused("staff.private_only")
            wizard.hand_out_link(
                asked, patient, invite_patient(asked.unit, asked.clinic, asked.now, asked.staff, patient)
            )
        case "session":
            wizard.begin_session(asked, patient)
        case "next":
            wizard.begin_next(asked, patient)
        case "paused" | "in_hospital" | "active" | "undo":
            if patient.stage == "deceased" and asked.staff.role not in CLINICAL:
                raise Refused("patient.role")
            stage = "active" if act == "undo" else act
            mark(asked.unit, asked.clinic, asked.now, asked.staff, patient, stage)
            show(asked, asked.unit.get(PatientRow, patient_id))
        case "hour":
            _ask_hour(asked, patient)
        case "details":
            wizard.begin_details(asked, patient)
        case "er":
            handover.send(asked, patient)
        case "deceased":
            button = Button(
                label=asked.ui.plain("patient.button.deceased_really"), data=f"c|{patient.id}|deceased.really"
            )
            asked.say("patient.deceased_ask", ((button,),), code=patient.case_code)
        case "deceased.really":
            mark(asked.unit, asked.clinic, asked.now, asked.staff, patient, "deceased")
            asked.say("patient.deceased_done", code=patient.case_code)
        case _:
            if not _more(asked, patient, act):
                return "toast.old", {}
    return "toast.noted", {}


def _more(asked: Asked, patient: PatientRow, act: str) -> bool:
    """A button with an argument: ``photos.<session>.<how many are skipped>``, ``time.<skipped>``; False when it is none."""
    match act.split("."):
        case ["photos", name, skip] if skip.isascii() and skip.isdigit():
            photos.send(asked, patient, name, int(skip[:6]))
        case ["time", skip] if skip.isascii() and skip.isdigit():
            history.show_timeline(asked, patient, int(skip[:6]))
        case ["answers", skip] if skip.isascii() and skip.isdigit():
            history.show_answers(asked, patient, int(skip[:6]))
        case ["hour", hour] if hour.isascii() and hour.isdigit():
            change_hour(asked.unit, asked.clinic, asked.now, asked.staff, patient, int(hour[:3]))
            asked.say("nurse.hour.done", code=patient.case_code, hour=f"{int(hour)}:00")
        case ["details", session_id]:
            wizard.change_details(asked, patient, session_id)
        case ["right", session_id]:
            confirm(asked.unit, asked.now, asked.staff, patient, session_id)
            asked.say("nurse.confirm.done", code=patient.case_code)
        case _:
            return False
    return True


def _ask_hour(asked: Asked, patient: PatientRow) -> None:
    hours = [Button(label=f"{hour}:00", data=f"c|{patient.id}|hour.{hour}") for hour in HOURS]
    rows = tuple(tuple(hours[place : place + 4]) for place in range(0, len(hours), 4))
    asked.say("nurse.hour.ask", rows, code=patient.case_code, hour=f"{patient.checkin_hour}:00")


def show(asked: Asked, patient: PatientRow) -> None:
    """The card: who, sessions, last check-ins with their level, open alert, next check-in. A look is audited."""
    ui, unit, zone, language = asked.ui, asked.unit, asked.clinic.facts.zone, asked.staff.language
    audit(unit, asked.now, asked.staff.id, "look", f"patient:{patient.id}")
    who = patient.name if asked.private else initials(patient)
    lines = [f"<b>{patient.case_code}</b> · {ui.say('patient.who', who=who)}"]
    lines.append(ui.say("patient.facts", stage=ui.plain(f"stage.{patient.stage}"), phone=patient.phone or "—"))
    lines.append(ui.say("patient.allergies", allergies=noted(ui, patient.allergies)))
    if asked.private:  # somebody else's name and number: no matter for a group
        lines.append(ui.say("patient.contact", contact=noted(ui, patient.emergency_contact)))
    if not patient.reachable:
        lines.append(f"<b>{ui.say('patient.unreachable')}</b>")
    pictures = photos.kept(asked, patient)
    for session in unit.many(
        SessionRow, SessionRow.patient_id == patient.id, order_by=col(SessionRow.t0).desc(), limit=3
    ):
        script = asked.clinic.script(unit, session.revision)
        texts = asked.clinic.texts(script, language)
        lines.append(
            ui.say(
                "patient.session",
                procedure=texts.raw(f"procedure.{session.procedure}"),
                number=session.number,
                at=day_and_clock(session.t0, zone, language),
                day=day_of(session.t0, asked.now, patient.zone),
                sites=", ".join(texts.raw(f"site.{site}") for site in session.sites.split()),
            )
        )
        if asked.private and (session.products or session.modifiers):
            notes = (*(texts.raw(f"modifier.{each}") for each in session.modifiers.split()), session.products)
            lines.append(ui.say("nurse.details.line", notes=", ".join(each for each in notes if each)))
        if unconfirmed(unit, session.id):
            lines.append(ui.say("nurse.confirm.open"))
        lines.extend(photos.line(asked, pictures, session, patient))
    lines.extend(photos.line_without_session(asked, pictures))
    planned = gate_of(unit, asked.now, patient)
    if planned is not None:
        on_day = calendar_day(planned.on_day, language)
        lines.append(ui.say("patient.next_session", day=on_day, gate=ui.plain(f"gate.{planned.says}")))
    lines.append("")
    rows = unit.many(
        CheckInRow,
        CheckInRow.patient_id == patient.id,
        col(CheckInRow.state).not_in(("planned", "merged", "cancelled")),
        order_by=col(CheckInRow.due_at).desc(),
        limit=LAST,
    )
    for row in reversed(rows):
        run_row = unit.find(RunRow, checkin_id=row.id)
        level = history.level_mark(row.state, run_row.level) if run_row else history.SILENT
        at = day_and_clock(row.due_at, zone, language)
        lines.append(f"{level} {step_name(ui, row)} · {at} · {ui.say(f'checkin.state.{row.state}')}")
    soon = coming(unit, patient, asked.now, COMING)
    lines.append(
        ui.say("patient.next", at=day_and_clock(soon[0][2], zone, language) if soon else ui.plain("next.none"))
    )
    if len(soon) > 1:
        later = "; ".join(day_and_clock(at, zone, language) for _, _, at in soon[1:])
        lines.append(ui.say("nurse.then", at=later))
    if soon and patient.zone != zone:
        lines.append(ui.say("nurse.her_clock", at=day_and_clock(soon[0][2], patient.zone, language), zone=patient.zone))
    asked.show("\n".join(lines), _rows(asked, patient))


def _rows(asked: Asked, patient: PatientRow) -> Rows:
    def button(act: str) -> Button:
        name = act.partition(".")[0]
        key = f"nurse.button.{name}" if name in OURS else f"patient.button.{name}"
        return Button(label=asked.ui.plain(key), data=f"c|{patient.id}|{act}")

    alert = asked.unit.first(AlertRow, AlertRow.patient_id == patient.id, AlertRow.state != "closed")
    rows: list[tuple[Button, ...]] = []
    if alert is not None:
        rows.append((Button(label=asked.ui.plain("alerts.button.show"), data=f"s|{alert.id}|show"),))
    rows.append((button("time.0"), button("answers.0")))
    rows.extend(photos.buttons(asked, patient))
    if patient.stage not in ("invited", "consenting", "forgotten"):
        rows.append((button("er"),))
    if patient.stage in ("invited", "consenting") or not patient.reachable:
        rows.append((button("link"),))
    match patient.stage:
        case "active":
            rows.extend(
                [
                    (button("session"), button("next")),
                    (button("hour"), button("details")),
                    (button("paused"), button("in_hospital")),
                    (button("deceased"),),
                ]
            )
        case "paused" | "in_hospital":
            rows.extend([(button("active"),), (button("hour"), button("details")), (button("deceased"),)])
        case "deceased":
            rows.append((button("undo"),))
        case "invited" | "consenting":
            rows.append((button("session"),))
        case _:
            pass
    return tuple(rows)
