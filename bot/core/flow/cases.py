"""Cases: the conversations beside a script that show what it must decide, read from YAML."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from bot.core.flow.condition_reading import MAX_HOURS
from bot.core.flow.conditions import Given
from bot.core.flow.layout import Layout
from bot.core.flow.model import Question, QuestionKind, Script
from bot.core.flow.problems import Problems
from bot.core.flow.reader import Reader
from bot.core.flow.reading import read_script
from bot.core.flow.section import same_as_file
from bot.core.level import Level

GATE = "gate"
ON_DEMAND = "on_demand"
FREE_TEXT = "free_text"

_EXPECTATIONS = ("level", "alert", "advice", "rules", "calls", "never_says")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expectation(_Frozen):
    """What must have happened by then. None and empty say nothing; ``rules`` must be among those hit."""

    level: Level | None = None
    alert: Level | None = None
    advice: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    never_says: tuple[str, ...] = ()


class Asked(_Frozen):
    """This question must be the one asked; then these codes are tapped (one for a choice, a number for a
    scale, then Done for a screen), or nothing is for ``silent_s`` seconds, or the case ends here."""

    ask: str
    tap: tuple[str, ...] = ()
    silent_s: int | None = None
    expect: Expectation | None = None


class Signal(_Frozen):
    """A symptom that free text must be read as; what is None may be anything."""

    symptom: str
    level: Level | None = None
    status: str | None = None


class Said(_Frozen):
    """The patient writes this in their own words; these signals must be found in it."""

    say: str
    signals: tuple[Signal, ...] = ()
    expect: Expectation | None = None


class Case(_Frozen):
    """One conversation from its opening to what came of it. ``check_in`` may be ``gate``, ``on_demand`` or ``free_text``."""

    file: str
    title: str
    source: str = ""
    procedure: str
    sites: tuple[str, ...]
    modifiers: tuple[str, ...]
    check_in: str
    hour: float
    previous: dict[str, Given]
    steps: tuple[Asked | Said, ...]
    expect: Expectation


def read_cases(files: Mapping[str, str], procedure: str) -> tuple[Case, ...]:
    """The cases of one procedure (which may be ``template``), in the order of their file names.

    ``files`` are all texts below ``flows/`` by path. Raises :class:`ScriptError` with all problems of the cases,
    or with those of the script when that cannot be read.
    """
    layout = Layout(files)
    return read_case_files(read_script(files, procedure), layout, layout.cases(procedure))


def read_case_files(script: Script, layout: Layout, paths: Iterable[str]) -> tuple[Case, ...]:
    """The cases in these files, all of one script. Raises :class:`ScriptError` with all problems of the files."""
    problems = Problems()
    reader = _CaseReader(script)
    cases = tuple(reader.read(layout.open(path, problems)) for path in paths)
    problems.raise_if_any()
    return cases


@dataclass(frozen=True)
class _CaseReader:
    script: Script

    def read(self, at: Reader) -> Case:
        fields = at.mapping(
            ("case", "procedure", "sites", "check_in", "hour", "steps", "expect"),
            ("source", "modifiers", "previous"),
        )
        same_as_file(fields["procedure"], self.script.procedure)
        check_ins = (*(entry.id for entry in self.script.plan.check_ins), GATE, ON_DEMAND, FREE_TEXT)
        return Case(
            file=at.place.file,
            title=fields["case"].text(),
            source=fields["source"].text(),
            procedure=self.script.procedure,
            sites=fields["sites"].references(self.script.sites, "site", least=1),
            modifiers=fields["modifiers"].references(self.script.modifiers, "modifier"),
            check_in=fields["check_in"].refer(check_ins, "check-in"),
            hour=fields["hour"].number(0, MAX_HOURS),
            previous=self._previous(fields["previous"]),
            steps=tuple(self._step(item) for item in fields["steps"].items(least=1)),
            expect=self._expectation(fields["expect"], ("level",)),
        )

    def _previous(self, at: Reader) -> dict[str, Given]:
        found = {}
        for entry in at.entries():
            question = self._question(entry.key)
            if question is not None:
                found[question.id] = _given(question, _codes(entry.value, question))
        return found

    def _question(self, at: Reader) -> Question | None:
        return self.script.questions.get(at.refer(self.script.questions, "question"))

    def _step(self, at: Reader) -> Asked | Said:
        if at.has("say"):
            fields = at.mapping(("say",), ("signals", "expect"))
            signals = tuple(self._signal(item) for item in fields["signals"].items())
            expect = self._expected(fields["expect"])
            return Said(say=fields["say"].text(), signals=signals, expect=expect)
        fields = at.mapping(("ask",), ("tap", "silent", "expect"))
        question = self._question(fields["ask"])
        if "tap" in fields and "silent" in fields:
            fields["silent"].report("case", "Who taps is not silent.", "Delete 'tap' or 'silent'.")
        return Asked(
            ask=fields["ask"].text(),
            tap=() if question is None else _codes(fields["tap"], question),
            silent_s=fields["silent"].duration() if "silent" in fields else None,
            expect=self._expected(fields["expect"]),
        )

    def _signal(self, at: Reader) -> Signal:
        fields = at.mapping(("symptom",), ("level", "status"))
        return Signal(
            symptom=fields["symptom"].refer(self.script.symptom_questions, "symptom"),
            level=_level(fields["level"]),
            status=None if fields["status"].is_absent else fields["status"].name(),
        )

    def _expected(self, at: Reader) -> Expectation | None:
        return None if at.is_absent else self._expectation(at, ())

    def _expectation(self, at: Reader, required: tuple[str, ...]) -> Expectation:
        fields = at.mapping(required, tuple(key for key in _EXPECTATIONS if key not in required))
        return Expectation(
            level=_level(fields["level"]),
            alert=_level(fields["alert"]),
            advice=fields["advice"].one_or_more(self.script.advice_order, "advice"),
            rules=fields["rules"].references([rule.id for rule in self.script.rules], "rule"),
            calls=fields["calls"].references(
                sorted({call for rule in self.script.rules for call in rule.calls}), "call"
            ),
            never_says=fields["never_says"].texts(),
        )


def _level(at: Reader) -> Level | None:
    return None if at.is_absent else at.member(Level, "level")


def _codes(at: Reader, question: Question) -> tuple[str, ...]:
    """What is answered: a number for a scale, codes for a screen, one code for every other question."""
    if at.is_absent:
        return ()
    if question.kind is QuestionKind.SCALE:
        return (str(at.integer(0, 10)),)
    known: Collection[str] = question.codes
    codes = at.one_or_more(known, f"answer to {question.id}:")
    if len(codes) > 1 and question.kind is not QuestionKind.SCREEN:
        at.report("case", f"{question.id!r} takes one answer.", "Delete the others.")
    return codes


def _given(question: Question, codes: tuple[str, ...]) -> Given:
    if question.kind is QuestionKind.SCALE:
        return Given(number=int(codes[0]))
    ranks = [question.codes.index(code) for code in codes if code in question.codes]
    return Given(codes=codes, rank=max(ranks, default=0))
