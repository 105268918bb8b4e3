"""/patient: one patient at a glance, and what staff may do with her."""

from sqlmodel import col

from bot.chat.staff import photos, wizard
from bot.chat.staff.patients import find
from bot.chat.staff.reply import Asked, Rows, initials, step_name
from bot.core.care.clock import day_of
from bot.core.errors import Refused
from bot.core.level import Level
from bot.core.post.message import Button
from bot.core.wording.alert_card import MARKS
from bot.core.wording.noted import noted
from bot.store.tables import AlertRow, CheckInRow, PatientRow, RunRow, SessionRow
from bot.usecases.dates import calendar_day, day_and_clock
from bot.usecases.enrol import invite_patient
from bot.usecases.gate import gate_of
from bot.usecases.leave import mark
from bot.usecases.posting import audit
from bot.usecases.timetable import next_checkin

Toast = tuple[str, dict[str, str]]
LAST = 5


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
        case "paused" | "in_hospital" | "active":
            mark(asked.unit, asked.clinic, asked.now, asked.staff, patient, act)
            show(asked, asked.unit.get(PatientRow, patient_id))
        case "deceased":
            button = Button(
                label=asked.ui.plain("patient.button.deceased_really"), data=f"c|{patient.id}|deceased.really"
            )
            asked.say("patient.deceased_ask", ((button,),), code=patient.case_code)
        case "deceased.really":
            mark(asked.unit, asked.clinic, asked.now, asked.staff, patient, "deceased")
            asked.say("patient.deceased_done", code=patient.case_code)
        case _:
            if not _photos(asked, patient, act):
                return "toast.old", {}
    return "toast.noted", {}


def _photos(asked: Asked, patient: PatientRow, act: str) -> bool:
    """The button ``photos.<session>.<how many are skipped>``; False when it is none."""
    match act.split("."):
        case ["photos", name, skip] if skip.isascii() and skip.isdigit():
            photos.send(asked, patient, name, int(skip[:6]))
            return True
        case _:
            return False


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
        level = f"{MARKS[Level(run_row.level)]} " if run_row and row.state in ("done", "open") else "❔ "
        at = day_and_clock(row.due_at, zone, language)
        lines.append(f"{level}{step_name(ui, row)} · {at} · {ui.say(f'checkin.state.{row.state}')}")
    coming = next_checkin(unit, patient, asked.now)
    when = day_and_clock(coming.due_at, zone, language) if coming else ui.plain("next.none")
    lines.append(ui.say("patient.next", at=when))
    asked.show("\n".join(lines), _rows(asked, patient))


def _rows(asked: Asked, patient: PatientRow) -> Rows:
    def button(act: str) -> Button:
        return Button(label=asked.ui.plain(f"patient.button.{act}"), data=f"c|{patient.id}|{act}")

    alert = asked.unit.first(AlertRow, AlertRow.patient_id == patient.id, AlertRow.state != "closed")
    rows: list[tuple[Button, ...]] = []
    if alert is not None:
        rows.append((Button(label=asked.ui.plain("alerts.button.show"), data=f"s|{alert.id}|show"),))
    rows.extend(photos.buttons(asked, patient))
    if patient.stage in ("invited", "consenting") or not patient.reachable:
        rows.append((button("link"),))
    match patient.stage:
        case "active":
            rows.extend(
                [
                    (button("session"), button("next")),
                    (button("paused"), button("in_hospital")),
                    (button("deceased"),),
                ]
            )
        case "paused" | "in_hospital":
            rows.extend([(button("active"),), (button("deceased"),)])
        case "invited" | "consenting":
            rows.append((button("session"),))
        case _:
            pass
    return tuple(rows)
