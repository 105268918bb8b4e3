"""/roster: who is on the staff list, with which role; change a role, give a new link, remove at once."""

from bot.chat.staff.invite import hand_out
from bot.chat.staff.reply import Asked
from bot.core.cover.gaps import Lack
from bot.core.errors import Refused
from bot.core.post.message import Button
from bot.core.roles import Act, Role, may
from bot.store.tables import StaffRow
from bot.usecases.cover import lacks_of
from bot.usecases.people import active_staff
from bot.usecases.roster import change_role, new_link, refuse_the_last_lead, remove_staff

Toast = tuple[str, dict[str, str]]


def run(asked: Asked, _words: str) -> None:
    """Everybody with role, and whether an alarm reaches her."""
    lacks = lacks_of(asked.unit, asked.clinic, asked.now)
    lines = [asked.ui.say("roster.head"), ""]
    buttons = []
    for each in active_staff(asked.unit):
        lines.append(_line(asked, each, lacks.get(each.id)))
        buttons.append((Button(label=each.name, data=f"ro|{each.id}|show"),))
    asked.show("\n".join(lines), tuple(buttons) if may(asked.staff.role, Act.ROSTER) else ())


def press(asked: Asked, rest: str) -> Toast:
    """A button of a colleague's card."""
    staff_id, _, act = rest.partition("|")
    staff = asked.unit.get(StaffRow, staff_id)
    if staff.removed_at is not None:
        return "toast.old", {}
    unit, clinic, now, by = asked.unit, asked.clinic, asked.now, asked.staff.id
    match act.split("."):
        case ["show"]:
            _show(asked, staff)
        case ["role", role] if role in set(Role):
            _show(asked, change_role(unit, now, by, staff_id, role))
        case ["link"]:
            if not asked.private:
                raise Refused("staff.private_only")
            hand_out(asked, staff.name, new_link(unit, clinic, now, by, staff_id))
        case ["remove"]:
            button = Button(label=asked.ui.plain("roster.button.really"), data=f"ro|{staff.id}|remove.really")
            asked.say("roster.ask_remove", ((button,),), name=staff.name)
        case ["remove", "really"]:
            if may(staff.role, Act.PLAN):
                refuse_the_last_lead(unit, staff_id)
            remove_staff(unit, now, by, staff_id)
            asked.say("roster.removed", name=staff.name)
        case _:
            return "toast.old", {}
    return "toast.noted", {}


def _line(asked: Asked, staff: StaffRow, lack: Lack | None) -> str:
    state = asked.ui.say(f"roster.state.{lack.value if lack else 'ready'}")
    return asked.ui.say("roster.line", name=staff.name, role=asked.ui.plain(f"role.{staff.role}")) + f" · {state}"


def _show(asked: Asked, staff: StaffRow) -> None:
    def button(label: str, act: str) -> tuple[Button, ...]:
        return (Button(label=asked.ui.plain(label), data=f"ro|{staff.id}|{act}"),)

    lack = lacks_of(asked.unit, asked.clinic, asked.now).get(staff.id)
    rows = [button(f"role.{role.value}", f"role.{role.value}") for role in Role if role.value != staff.role]
    if staff.chat_id is None:
        rows.append(button("patient.button.link", "link"))
    rows.append(button("roster.button.remove", "remove"))
    asked.show(f"{_line(asked, staff, lack)}\n{asked.ui.say('roster.change')}", tuple(rows))
