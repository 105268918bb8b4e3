"""How each step of the registration looks: its question, its buttons, and the summary before saving."""

from typing import TYPE_CHECKING

from bot.chat.staff.reply import Asked, Rows
from bot.core.post.message import Button
from bot.core.wording.noted import noted
from bot.store.tables import StaffRow
from bot.usecases.dates import birth_date, day_and_clock
from bot.usecases.people import active_staff

if TYPE_CHECKING:
    from bot.chat.staff.wizard import Draft

AGO_MIN = (0, 30, 60, 120, 180)


def ask_step(asked: Asked, draft: "Draft") -> tuple[str, Rows]:
    """The words and buttons of the open step."""
    steps = draft.steps(asked)
    ui = asked.ui
    head = ui.say("wizard.step", at=steps.index(draft.step) + 1, total=len(steps))
    question = ui.say(f"wizard.ask.{draft.step}")
    if draft.step == "confirm":
        question = f"{question}\n\n{summary(asked, draft)}"
    return f"{head}\n<b>{question}</b>" if draft.step != "confirm" else f"{head}\n{question}", _rows(asked, draft)


def _rows(asked: Asked, draft: "Draft") -> Rows:
    script = draft.script(asked)
    texts = asked.clinic.texts(script, asked.staff.language)
    ui = asked.ui

    def button(label: str, value: str) -> Button:
        return Button(label=label, data=f"w|{draft.step}|{value}")

    match draft.step:
        case "procedure":
            return tuple(
                (button(asked.clinic.texts(each, asked.staff.language).raw(f"procedure.{name}"), name),)
                for name, each in asked.clinic.scripts.items()
            )
        case "t0":
            return tuple((button(ui.plain(f"wizard.ago.m{minutes}"), str(minutes)),) for minutes in AGO_MIN)
        case "sites" | "modifiers":
            names = script.sites if draft.step == "sites" else script.modifiers
            chosen = draft.sites if draft.step == "sites" else draft.modifiers
            key = "site" if draft.step == "sites" else "modifier"
            flips = [
                button(
                    ui.plain("question.ticked" if each in chosen else "question.unticked") + texts.raw(f"{key}.{each}"),
                    each,
                )
                for each in names
            ]
            pairs = tuple(tuple(flips[index : index + 2]) for index in range(0, len(flips), 2))
            done = ui.plain("wizard.done" if chosen else "wizard.none", count=len(chosen))
            return (*pairs, (button(done, "done"),)) if chosen or draft.step == "modifiers" else pairs
        case "products" if draft.session_id:
            keep = button(ui.plain("nurse.details.keep"), "keep")
            return ((keep,), (button(ui.plain("wizard.skip"), "skip"),)) if draft.products else ((keep,),)
        case "phone" | "products":
            return ((button(ui.plain("wizard.skip"), "skip"),),)
        case "allergies" | "contact":
            none = ui.plain("wizard.none_known" if draft.step == "allergies" else "wizard.no_contact")
            return ((button(none, "none"),), (button(ui.plain("wizard.not_asked"), "skip"),))
        case "injector":
            return tuple((button(each.name, each.id),) for each in injectors(asked))
        case "confirm":
            return ((button(ui.plain("wizard.save"), "save"),), (button(ui.plain("wizard.again"), "again"),))
        case _:
            return ()


def injectors(asked: Asked) -> list[StaffRow]:
    """Who may have given the injections; the person who asks comes first."""
    staff = [each for each in active_staff(asked.unit) if each.role in ("injector", "clinician", "lead")]
    return sorted(staff, key=lambda each: each.id != asked.staff.id)[:8]


def summary(asked: Asked, draft: "Draft") -> str:
    """Everything that was entered, to read once more before saving."""
    script = draft.script(asked)
    texts = asked.clinic.texts(script, asked.staff.language)
    injector = asked.unit.find(StaffRow, id=draft.injector_id)
    none = asked.ui.plain("card.none")
    when = day_and_clock(draft.t0 or asked.now, asked.clinic.facts.zone, asked.staff.language)
    return asked.ui.say(
        "wizard.summary",
        name=draft.name,
        birth_date=birth_date(draft.birth_date, asked.staff.language),
        phone=draft.phone or none,
        allergies=noted(asked.ui, draft.allergies),
        contact=noted(asked.ui, draft.contact),
        procedure=texts.raw(f"procedure.{script.procedure}"),
        when=when,
        sites=", ".join(texts.raw(f"site.{site}") for site in draft.sites) or none,
        modifiers=", ".join(texts.raw(f"modifier.{modifier}") for modifier in draft.modifiers) or none,
        products=draft.products or none,
        injector=injector.name if injector else none,
    )
