"""Swap a shift by two taps: mine, then a colleague's (or just a colleague); it happens when she says yes."""

from datetime import UTC, datetime, timedelta

from bot.chat.staff.reply import Asked
from bot.core.cover.duty import Rank, Stretch
from bot.core.post.message import Body, Button, Priority
from bot.core.roles import Act, may
from bot.store.tables import StaffRow
from bot.store.tables_shifts import SwapRow
from bot.usecases.dates import clock, day_and_clock
from bot.usecases.people import active_staff
from bot.usecases.posting import post
from bot.usecases.swaps import answer_swap, ask_swap, duties_of

Toast = tuple[str, dict[str, str]]
MOST = 8


def press(asked: Asked, rest: str, message_id: int) -> Toast:
    """A button: my shifts, what I want for one, or my answer to a colleague."""
    verb, _, value = rest.partition("|")
    parts = value.split(".")
    match verb, parts:
        case "mine", _:
            _offer_mine(asked)
        case "for", [rank, begins, ends]:
            _offer_theirs(asked, rank, begins, ends)
        case "give", [rank, begins, ends, to]:
            return _ask(asked, Rank(int(rank)), _stretch(begins, ends), to, None)
        case "swap", [rank, begins, ends, to, back_begins, back_ends]:
            return _ask(asked, Rank(int(rank)), _stretch(begins, ends), to, _stretch(back_begins, back_ends))
        case ("yes" | "no") as said, [swap_id]:
            return _answer(asked, swap_id, said == "yes", message_id)
        case _:
            return "toast.old", {}
    return "toast.noted", {}


def _offer_mine(asked: Asked) -> None:
    mine = duties_of(asked.unit, asked.now, asked.staff.id)[:MOST]
    rows = tuple(
        (Button(label=words(asked, asked.staff, rank, duty), data=f"sw|for|{_data(rank, duty)}"),)
        for rank, duty in mine
    )
    asked.say("swap.ask.mine" if rows else "swap.none", rows)


def _offer_theirs(asked: Asked, rank: str, begins: str, ends: str) -> None:
    """Tap two: shifts of others at the same step, and everybody who could just take it."""
    mine = _stretch(begins, ends)
    others = [
        each
        for each in active_staff(asked.unit)
        if each.id != asked.staff.id and may(each.role, Act.BE_ON_CALL) and each.chat_id is not None
    ]
    found = [
        (each, duty)
        for each in others
        for at, duty in duties_of(asked.unit, asked.now, each.id)
        if at == int(rank) and not duty.meets(mine)
    ]
    found.sort(key=lambda pair: pair[1].begins)
    rows = [
        (
            Button(
                label=f"{each.name}: {words(asked, asked.staff, Rank(int(rank)), duty)}",
                data=f"sw|swap|{_data(Rank(int(rank)), mine)}.{each.id}.{_minutes(duty.begins)}.{_minutes(duty.ends)}",
            ),
        )
        for each, duty in found[:MOST]
    ]
    rows += [
        (
            Button(
                label=asked.ui.plain("swap.button.give", name=each.name),
                data=f"sw|give|{_data(Rank(int(rank)), mine)}.{each.id}",
            ),
        )
        for each in others[:MOST]
    ]
    asked.say("swap.ask.theirs" if rows else "swap.nobody", tuple(rows))


def _ask(asked: Asked, rank: Rank, mine: Stretch, to: str, theirs: Stretch | None) -> Toast:
    row = ask_swap(asked.unit, asked.clinic, asked.now, asked.staff, to, rank, mine, theirs)
    other = asked.unit.get(StaffRow, row.to_id)
    assert other.chat_id is not None
    ui = asked.clinic.ui(other.language)
    buttons = (
        (Button(label=ui.plain("swap.button.yes"), data=f"sw|yes|{row.id}"),),
        (Button(label=ui.plain("swap.button.no"), data=f"sw|no|{row.id}"),),
    )
    body = Body(text=_request(asked, row, other, asked.staff), html=True, buttons=buttons)
    post(asked.unit, asked.now, other.chat_id, body, Priority.ANSWER, kind="swap")
    asked.say("swap.asked", name=other.name)
    return "toast.noted", {}


def _answer(asked: Asked, swap_id: str, agreed: bool, message_id: int) -> Toast:
    row = answer_swap(asked.unit, asked.clinic, asked.now, asked.staff, swap_id, agreed)
    asker = asked.unit.get(StaffRow, row.from_id)
    key = f"swap.{row.state}"
    asked.show(
        f"{_request(asked, row, asked.staff, asker)}\n\n{asked.ui.say(key, name=asked.staff.name)}", edits=message_id
    )
    if asker.chat_id is not None and asker.removed_at is None:
        text = asked.clinic.ui(asker.language).say(key, name=asked.staff.name)
        body = Body(text=f"{_request(asked, row, asker, asker)}\n\n{text}", html=True)
        post(asked.unit, asked.now, asker.chat_id, body, Priority.ANSWER, kind="swap")
    return "toast.noted", {}


def _request(asked: Asked, row: SwapRow, reader: StaffRow, asker: StaffRow) -> str:
    """What is asked, in the language of whoever reads it."""
    ui, rank = asked.clinic.ui(reader.language), Rank(row.rank)
    shift = words(asked, reader, rank, Stretch(begins=row.begins_at, ends=row.ends_at))
    if row.back_begins_at is None or row.back_ends_at is None:
        return ui.say("swap.request_give", name=asker.name, shift=shift)
    back = words(asked, reader, rank, Stretch(begins=row.back_begins_at, ends=row.back_ends_at))
    return ui.say("swap.request", name=asker.name, shift=shift, back=back)


def words(asked: Asked, reader: StaffRow, rank: Rank, duty: Stretch) -> str:
    """A shift in a line: step, day and hours by the clinic's clock."""
    zone, ui = asked.clinic.facts.zone, asked.clinic.ui(reader.language)
    step = ui.plain(f"cover.step.{rank.name.lower()}")
    ends = clock if duty.ends - duty.begins <= timedelta(hours=24) else day_and_clock
    return f"{step}, {day_and_clock(duty.begins, zone, reader.language)}-{ends(duty.ends, zone, reader.language)}"


def _data(rank: Rank, duty: Stretch) -> str:
    return f"{rank.value}.{_minutes(duty.begins)}.{_minutes(duty.ends)}"


def _minutes(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def _stretch(begins: str, ends: str) -> Stretch:
    return Stretch(
        begins=datetime.fromtimestamp(int(begins) * 60, tz=UTC), ends=datetime.fromtimestamp(int(ends) * 60, tz=UTC)
    )
