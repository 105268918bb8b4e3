"""A played conversation: what the player does becomes the engine's inputs, and its events become what is shown."""

from datetime import datetime, timedelta

from bot.cli.play_view import View
from bot.cli.transcript import Transcript
from bot.core.engine.advance import Turn, advance
from bot.core.engine.events import (
    AdviceGiven,
    AlertRaised,
    Input,
    Opened,
    SentPhoto,
    Signal,
    Tapped,
    TimedOut,
    WentBack,
)
from bot.core.engine.events import Typed as TypedInput
from bot.core.engine.run import Run, RunKind, RunState
from bot.core.flow.model import Script
from bot.core.screen.screening import Screen
from bot.core.wording.question_card import code_meant
from bot.wiring.listening import Listening

MOST_WAKES = 1000


class Game:
    """The conversation as it stands. ``view`` shows, ``transcript`` remembers."""

    def __init__(self, script: Script, run: Run, screen: Screen, view: View) -> None:
        self.script = script
        self.run = run
        self.first = run
        self.now: datetime = run.opened_at
        self.view = view
        self.transcript = Transcript(script)
        self.advice: list[str] = []
        self.alerts: list[AlertRaised] = []
        self._screen = screen
        self._listening = Listening(screen)

    @property
    def over(self) -> bool:
        """Is there nothing left to be asked?"""
        return self.run.state is RunState.ENDED

    @property
    def hour(self) -> float:
        """Hours after the session, now."""
        return (self.now - self.run.subjects[0].t0).total_seconds() / 3600

    def open(self) -> None:
        """Ask the first question; a conversation by free text begins with the patient's words instead."""
        self.view.begin(self.run, self.hour)
        if self.run.kind is not RunKind.FREE_TEXT:
            self._give(Opened())

    def tap(self, code: str) -> None:
        """Press a button of the open question."""
        assert self.run.asking is not None
        self.transcript.tapped(self.run.asking, code)
        self._give(Tapped(question=self.run.asking, code=code))

    def write(self, text: str) -> None:
        """Type something: exactly a button's words are that button; everything else goes through the screen."""
        code = self._as_answer(text)
        if code is not None:
            self.tap(code)
            return
        heard = self._listening(text, self.run.asking)
        found = self._screen.read(text, asked=self.run.asking)
        self.view.heard(found)
        if self.run.turn == 0 and not heard.signals:
            self.view.note("Nothing red was found in it: staff read it, and no conversation begins.")
            return
        self.transcript.said(text, heard.signals, found.signals)
        self._give(TypedInput(signals=heard.signals), heard.signals)

    def go_back(self) -> None:
        """Change the last answer."""
        self.transcript.cannot_be_saved("a case has no way to change an answer")
        self._give(WentBack())

    def send_photo(self) -> None:
        """Send a photo."""
        self.transcript.cannot_be_saved("a case has no photos")
        self._give(SentPhoto())

    def pass_time(self, seconds: float) -> None:
        """Let time pass; every wait that ends on the way ends at its own moment."""
        until, since = self.now + timedelta(seconds=seconds), self.now
        for _ in range(MOST_WAKES):
            wake_at, asking = self.run.wake_at, self.run.asking
            if self.over or wake_at is None or wake_at > until:
                break
            self.now = max(self.now, wake_at)
            if self.run.picked:
                self.transcript.cannot_be_saved("a case cannot tap lines and then be silent without Done")
            self._give(TimedOut())
            if self.run.asking != asking:
                self.transcript.silent(asking, self.now - since)
                since = self.now
        if not self.over:
            self.now = until
            self.transcript.silent(self.run.asking, until - since)
            self.view.clock(self.run, self.hour)

    def _as_answer(self, text: str) -> str | None:
        if self.run.asking is None:
            return None
        question = self.script.questions[self.run.asking]
        return code_meant(question, self.view.texts, self.view.ui, text)

    def _give(self, given: Input, signals: tuple[Signal, ...] = ()) -> Turn:
        turn = advance(self.script, self.run, given, self.now)
        self.run = turn.run
        self.advice += (event.advice for event in turn.events if isinstance(event, AdviceGiven))
        self.alerts += (event for event in turn.events if isinstance(event, AlertRaised))
        self.view.turn(turn, self.now)
        return turn
