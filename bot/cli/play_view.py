"""How a played conversation looks: the patient's messages as she sees them, and at the side what staff are told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from rich.console import Console
from rich.text import Text

from bot.cli.terminal import words
from bot.core.care.clock import day_of, hours_since
from bot.core.care.plan import Due
from bot.core.engine.advance import Turn, asked_now
from bot.core.engine.events import (
    AdviceGiven,
    AlertRaised,
    Asked,
    Ended,
    Event,
    FellSilent,
    Noted,
    OutOfDate,
    Picked,
    Recorded,
    Reminded,
    TaskRaised,
)
from bot.core.engine.run import Run, RunKind
from bot.core.flow.model import QuestionKind, Script
from bot.core.level import Level
from bot.core.post.message import Body, Button
from bot.core.screen.screening import Screening
from bot.core.wording.catalog import Catalog
from bot.core.wording.closing import closing
from bot.core.wording.question_card import answer_words, question_card
from bot.usecases.dates import day

STAFF = "magenta"
LEVELS = {Level.D1: "bold red", Level.D2: "bold red", Level.D3: "bold yellow", Level.D4: "cyan", Level.D5: "green"}


class View:
    """Prints what happens. ``buttons`` are those of the message that was shown last, by the number beside them."""

    def __init__(self, script: Script, texts: Catalog, ui: Catalog, dues: Sequence[Due], out: Console) -> None:
        self.script = script
        self.texts = texts
        self.ui = ui
        self.out = out
        self.buttons: tuple[Button, ...] = ()
        self._dues = dues

    def note(self, line: str, style: str = "dim") -> None:
        """A line that neither patient nor staff would see."""
        self.out.print(Text(line, style), soft_wrap=True)

    def begin(self, run: Run, hour: float) -> None:
        """Whom this is about."""
        subject = run.subjects[0]
        marks = f" ({', '.join(subject.modifiers)})" if subject.modifiers else ""
        self.note(f"{subject.procedure}: {', '.join(subject.sites)}{marks}; {run.step}, sets {' '.join(run.sets)}")
        self.clock(run, hour)
        if run.kind is RunKind.FREE_TEXT:
            self.note("Write what the patient writes.")

    def clock(self, run: Run, hour: float) -> None:
        """Where in time we are."""
        subject = run.subjects[0]
        now = subject.t0 + timedelta(hours=hour)
        self.note(f"-- hour {hour:g} (day {day_of(subject.t0, now, subject.zone)}) --")

    def heard(self, found: Screening) -> None:
        """What the screen read in the patient's words."""
        signals = ", ".join(f"{each.symptom} {each.level or 'ask'} ({each.status})" for each in found.signals)
        self.note(f"screen: {signals or 'nothing'}")

    def turn(self, turn: Turn, now: datetime) -> None:
        """Everything that follows from one input, in order."""
        for event in turn.events:
            self._event(event, turn.run, now)

    def _event(self, event: Event, run: Run, now: datetime) -> None:
        match event:
            case Asked():
                self._ask(event, run)
            case Picked():
                self._ask(asked_now(self.script, run, now, again=True), run)
            case Recorded():
                self._recorded(event)
            case AdviceGiven():
                self._advice(event, run, now)
            case AlertRaised():
                self._alert(event)
            case Reminded():
                self.out.print(words(self.ui.say("remind.half_way" if event.half_way else "remind.waiting")))
            case TaskRaised():
                due = hours_since(run.subjects[0].t0, event.due_at)
                self._staff(f"TASK {event.task}, due at hour {due:.1f}")
            case FellSilent():
                self._staff(f"No answer{' (stopped half-way)' if event.half_way else ''}")
            case Noted():
                self._staff("The photo is shown to staff" if event.photo else "The words are shown to staff")
            case OutOfDate():
                self.note(f"That button of {event.question} is out of date: nothing changed.")
            case Ended():
                self._ended(event, run, now)
            case _:
                assert_never(event)

    def _ask(self, event: Asked, run: Run) -> None:
        question = self.script.questions[event.question]
        body = question_card(question, self.texts, self.ui, run.id, event, run.picked)
        self.buttons = tuple(button for row in body.buttons for button in row if button.data.startswith("a|"))
        self.out.print()
        self._say(body)
        self.note(f"   [{question.id}]" + (" b: change the last answer" if event.may_go_back else ""))
        if question.kind is QuestionKind.SCALE:
            self.out.print("   0 to 10")
            return
        for number, button in enumerate(self.buttons, start=1):
            self.out.print(f"  {number:2}  {button.label}", soft_wrap=True)

    def _say(self, body: Body) -> None:
        self.out.print(words(body.text) if body.html else body.text, soft_wrap=True)

    def _recorded(self, event: Recorded) -> None:
        question = self.script.questions[event.question]
        said = answer_words(question, self.texts, self.ui, event.given)
        silence = ", because nobody answered" if event.assumed else ""
        self.note(f"   {question.id} = {' + '.join(event.given.codes) or event.given.number} ({said}){silence}")

    def _advice(self, event: AdviceGiven, run: Run, now: datetime) -> None:
        tomorrow = day(now + timedelta(days=1), run.zone, self.texts.language)
        text = self.texts.script(f"advice.{event.advice}", next_day=tomorrow, next_checkin=self._next(run, now))
        if event.provisional:
            text = f"{self.ui.say('advice.if_now')}\n\n{text}"
        self.out.print()
        self.out.print(words(self.ui.say(f"advice.mark.{event.level.value}")), style=LEVELS[event.level])
        self.out.print(words(text), soft_wrap=True)
        self.note(f"   [advice {event.advice}]")

    def _alert(self, event: AlertRaised) -> None:
        unconfirmed = " UNCONFIRMED" if event.unconfirmed else ""
        self._staff(f"ALERT {self.ui.plain(f'level.{event.level.value}')}{unconfirmed}", LEVELS[event.level])
        for rule in event.rules:
            key = f"rule.{rule}"
            self._staff(f"  {rule}: {self.texts.raw(key)}" if self.texts.has(key) else f"  {rule}")
        if event.calls:
            self._staff(f"  also calls: {', '.join(event.calls)}")
        for note in event.notes:
            self._staff(f"  note: {self.texts.raw(f'note.{note}')}")

    def _ended(self, event: Ended, run: Run, now: datetime) -> None:
        subject = run.subjects[0]
        after = self._next(run, now)
        entry = self.script.plan.check_in(run.step)
        body = closing(
            self.texts,
            self.ui,
            level=event.level,
            day=day_of(subject.t0, now, subject.zone),
            procedure=self.texts.raw(f"procedure.{subject.procedure}"),
            expected=event.expected,
            self_care=event.self_care,
            next_checkin=after,
            last=bool(entry and entry.closes),
        )
        self.out.print()
        self._say(body)

    def _next(self, run: Run, now: datetime) -> str:
        due = next((due for due in self._dues if due.due_at > now), None)
        return f"[{due.step}, {due.local}]" if due else self.ui.plain("next.none")

    def _staff(self, line: str, style: str = STAFF) -> None:
        self.out.print(Text(f"  >> staff: {line}", style), soft_wrap=True)
