"""/testalert: send a marked alarm that must be pressed, to oneself or (lead, admin) to others."""

from bot.chat.staff.reply import Asked
from bot.core.cover.gaps import Lack
from bot.core.post.message import Button
from bot.core.roles import Act, may
from bot.usecases.cover import lacks_of
from bot.usecases.people import active_staff
from bot.usecases.test_alerts import see_test, send_test

Toast = tuple[str, dict[str, str]]
ALL = "all"


def run(asked: Asked, _words: str) -> None:
    """Send one to whoever asks; who may test others is offered them."""
    send_test(asked.unit, asked.clinic, asked.now, asked.staff.id, asked.staff)
    if not may(asked.staff.role, Act.TEST_OTHERS):
        return
    others = [each for each in active_staff(asked.unit) if each.id != asked.staff.id and each.chat_id is not None]
    rows = [(Button(label=each.name, data=f"te|{each.id}|send"),) for each in others]
    if len(others) > 1:
        rows.append((Button(label=asked.ui.plain("testalert.button.all"), data=f"te|{ALL}|send"),))
    asked.say("testalert.ask", tuple(rows))


def press(asked: Asked, rest: str, message_id: int) -> Toast:
    """ "I see it", or a person (or everybody who has not shown it lately) to send one to."""
    subject, _, act = rest.partition("|")
    match act:
        case "seen":
            seconds = see_test(asked.unit, asked.clinic, asked.now, asked.staff, subject)
            asked.show(asked.ui.say("testalert.seen", seconds=seconds), edits=message_id)
            return "testalert.toast", {}
        case "send":
            lacks = lacks_of(asked.unit, asked.clinic, asked.now)
            to = [
                each
                for each in active_staff(asked.unit)
                if each.chat_id is not None
                and (each.id == subject or (subject == ALL and lacks.get(each.id) is Lack.NOT_TESTED))
            ]
            for each in to:
                send_test(asked.unit, asked.clinic, asked.now, asked.staff.id, each)
            names = ", ".join(each.name for each in to)
            asked.say("testalert.sent" if to else "testalert.nobody", names=names)
            return "toast.noted", {}
        case _:
            return "toast.old", {}
