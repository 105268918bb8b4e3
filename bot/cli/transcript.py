"""What was played, as a case: the same format that the cases beside a script have."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.engine.events import Signal
from bot.core.errors import Refused
from bot.core.flow.durations import in_units
from bot.core.flow.model import QuestionKind, Script
from bot.core.level import worst
from bot.core.screen.context import Status
from bot.core.screen.screening import Signal as ScreenSignal

if TYPE_CHECKING:
    from bot.cli.play_game import Game


class Transcript:
    """The steps so far, each as a line of YAML; and why they cannot be a case, when that is so."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._steps: list[str] = []
        self._picked: list[str] = []
        self._reason = ""

    def cannot_be_saved(self, why: str) -> None:
        """Something was done that the format of cases has no words for."""
        self._reason = self._reason or why

    def tapped(self, question: str, code: str) -> None:
        """A button was pressed; the taps of a screen become one step, when it is sent."""
        asked = self._script.questions[question]
        if asked.kind is not QuestionKind.SCREEN:
            number = asked.kind is QuestionKind.SCALE
            self._steps.append(f"{{ask: {question}, tap: {code if number else _text(code)}}}")
            return
        line = asked.line(code)
        if line is not None and not line.at_once:
            if code in self._picked:
                self._picked.remove(code)
            else:
                self._picked.append(code)
            return
        codes = self._picked if code == "done" else [code] if code == "none" else [*self._picked, code]
        if codes:
            self._steps.append(f"{{ask: {question}, tap: [{', '.join(map(_text, codes))}]}}")
        self._picked = []

    def said(self, text: str, signals: Sequence[Signal], found: Sequence[ScreenSignal]) -> None:
        """The patient wrote something, and these signals were heard in it."""
        if self._picked:
            self.cannot_be_saved("a case cannot tap lines and then write without Done")
        known = [signal for signal in signals if signal.symptom in self._script.symptom_questions]
        heard = ", ".join(_signal(signal, found) for signal in known)
        self._steps.append(f"{{say: {_text(text)}{f', signals: [{heard}]' if heard else ''}}}")

    def silent(self, question: str | None, time: timedelta) -> None:
        """Nothing was done for so long while ``question`` was open."""
        seconds = round(time.total_seconds())
        if question is not None and seconds > 0:
            self._steps.append(f"{{ask: {question}, silent: {in_units(seconds)}}}")

    def as_case(self, game: "Game") -> str:
        """The YAML of a case file. Errors: Refused when there is nothing to write, or no way to write it."""
        if self._reason:
            raise Refused(f"{self._reason}. Play it again without that.")
        if not self._steps:
            raise Refused("nothing was answered.")
        subject = game.first.subjects[0]
        hour = (game.first.opened_at - subject.t0).total_seconds() / 3600
        lines = [
            f"case: {_text(f'Played at {hour:g} h: {game.run.level}')}",
            f"procedure: {subject.procedure}",
            f"sites: [{', '.join(subject.sites)}]",
            *([f"modifiers: [{', '.join(subject.modifiers)}]"] if subject.modifiers else []),
            f"check_in: {game.first.step}",
            f"hour: {hour:g}",
            "steps:",
            *(f"  - {step}" for step in self._steps),
            f"expect: {{{', '.join(_expected(game))}}}",
        ]
        return "\n".join(lines) + "\n"


def _expected(game: "Game") -> list[str]:
    known = {rule.id for rule in game.script.rules}
    rules = [rule for rule in game.run.hits if rule in known]
    advice = [name for name in dict.fromkeys(game.advice) if name in game.script.advice_order]
    found = [f"level: {game.run.level}"]
    if rules:
        found.append(f"rules: [{', '.join(map(_text, rules))}]")
    if advice:
        found.append(f"advice: [{', '.join(map(_text, advice))}]")
    if game.alerts:
        found.append(f"alert: {worst(alert.level for alert in game.alerts)}")
    return found


def _signal(signal: Signal, found: Sequence[ScreenSignal]) -> str:
    status = Status.PRESENT.value
    if signal.ask:
        statuses = (each.status for each in found if each.symptom == signal.symptom)
        status = next((each.value for each in statuses if each is not Status.PRESENT), "unclear")
    level = "" if signal.ask else f", level: {signal.level}"
    return f"{{symptom: {signal.symptom}, status: {status}{level}}}"


def _text(words: str) -> str:
    """Words as YAML: in quotes, with escapes that YAML and JSON share."""
    return json.dumps(words, ensure_ascii=False)
