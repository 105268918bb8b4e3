"""/invite: a one-time link and its QR code for a new colleague, with the role by buttons."""

from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, format_number

from bot.chat.staff.holiday import keep, kept
from bot.chat.staff.reply import Asked
from bot.chat.staff.wizard import LONGEST_NAME, qr_code
from bot.core.errors import Refused
from bot.core.post.message import Body, Button, Method, Priority
from bot.core.roles import Role
from bot.store.tables import WizardRow
from bot.usecases.enrol import link_of
from bot.usecases.posting import post
from bot.usecases.roster import INVITATION_HOURS, invite_staff

Toast = tuple[str, dict[str, str]]
FORM = "invite"


def run(asked: Asked, words: str) -> None:
    """Ask for the role of a new colleague: ``/invite Dr. Vega``, with her number behind it if it is known."""
    if not asked.private:
        raise Refused("staff.private_only")
    numbers = list(PhoneNumberMatcher(words, None, leniency=Leniency.POSSIBLE))
    phone = format_number(numbers[0].number, PhoneNumberFormat.E164) if numbers else ""
    name = " ".join((words[: numbers[0].start] if numbers else words).split()).strip(" ,;")
    if not 2 <= len(name) <= LONGEST_NAME or not any(char.isalpha() for char in name):
        raise Refused("invite.how")
    keep(asked, FORM, {"name": name, "phone": phone})
    rows = tuple((Button(label=asked.ui.plain(f"role.{role.value}"), data=f"in|{role.value}"),) for role in Role)
    asked.say("invite.ask", rows, name=name)


def press(asked: Asked, rest: str, message_id: int) -> Toast:
    """The role: the colleague is on the list, and her link is handed out. A second press of an old form does nothing."""
    form = kept(asked, FORM)
    if not form or rest not in set(Role) or not asked.private:
        return "toast.old", {}
    asked.unit.remove(WizardRow, WizardRow.staff_id == asked.staff.id)
    language = asked.staff.language
    staff, token = invite_staff(
        asked.unit, asked.clinic, asked.now, asked.staff.id, form["name"], rest, form["phone"], language
    )
    asked.show(asked.ui.say("invite.done", name=staff.name, role=asked.ui.plain(f"role.{rest}")), edits=message_id)
    hand_out(asked, staff.name, token)
    return "toast.noted", {}


def hand_out(asked: Asked, name: str, token: str) -> None:
    """The link and its QR code, for the colleague to open on her own phone."""
    link = link_of(asked.clinic, token)
    body = Body(
        text=asked.ui.say("invite.link", name=name, link=link, hours=INVITATION_HOURS),
        html=True,
        file=qr_code(link),
        file_name="aftercare-staff-link.png",
        protect=True,
    )
    post(asked.unit, asked.now, asked.chat_id, body, Priority.ANSWER, kind="link", method=Method.PHOTO)
