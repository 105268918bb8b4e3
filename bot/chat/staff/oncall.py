"""/oncall: who is called first and second now, and taking over with one press."""

from bot.chat.staff.reply import Asked
from bot.core.post.message import Button
from bot.usecases.people import on_call
from bot.usecases.roster import relieve

Toast = tuple[str, dict[str, str]]


def run(asked: Asked, _words: str) -> None:
    """Show who is on call, with buttons to take over."""
    nobody = asked.ui.plain("oncall.nobody")
    names = [", ".join(staff.name for staff in on_call(asked.unit, asked.now, rank)) or nobody for rank in (1, 2)]
    rows = (
        (Button(label=asked.ui.plain("oncall.button.first"), data="o|1"),),
        (Button(label=asked.ui.plain("oncall.button.second"), data="o|2"),),
    )
    asked.say("oncall.text", rows, first=names[0], second=names[1])


def press(asked: Asked, rest: str) -> Toast:
    """Take over."""
    if rest not in ("1", "2"):
        return "toast.old", {}
    relieve(asked.unit, asked.clinic, asked.now, asked.staff, int(rest))
    run(asked, "")
    return "oncall.toast", {}
