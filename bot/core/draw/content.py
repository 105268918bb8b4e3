"""What a picture of a script shows: where each question is asked, what opens it, and the rules that look at it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.core.check.asked import sets_in_use, sets_of
from bot.core.flow.conditions import questions_in
from bot.core.flow.durations import in_units
from bot.core.flow.model import CheckIn, Question, QuestionKind, Rule, Script
from bot.core.flow.writing import as_written
from bot.core.level import Level

FIRST_LANGUAGE = "en"
OTHER = ""
"""The name of the box for what stands in no set."""
KINDS = {
    QuestionKind.CHOICE: "one of {} answers",
    QuestionKind.SCREEN: "tap any of {} lines",
    QuestionKind.SCALE: "0 to 10",
    QuestionKind.TEXT: "own words",
}


@dataclass(frozen=True, slots=True)
class Reach:
    """How far each question reached when so many random patients were played.

    ``asked`` counts the conversations in which it was asked, ``check_ins`` the lines of the timetable.
    """

    patients: int
    visits: int
    asked: Mapping[str, int]
    check_ins: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Told:
    """A rule with its words; ``raised`` is the level for patients at risk."""

    rule: Rule
    name: str
    raised: Level | None

    @property
    def hint(self) -> str:
        """All of the rule, for a pointer that rests on it."""
        source = f" [{', '.join(self.rule.source)}]" if self.rule.source else ""
        open_point = f" To be signed: {self.rule.sign_off}." if self.rule.sign_off else ""
        return f"{self.rule.id}: {as_written(self.rule.when)}. {self.rule.why}{source}.{open_point}"


class Content:
    """A script, looked at from the side of its questions. ``language`` falls back to keys where words are missing."""

    def __init__(self, script: Script, language: str = FIRST_LANGUAGE) -> None:
        self.script = script
        texts = script.texts.get(language) or next(iter(script.texts.values()), None)
        self._texts: Mapping[str, str] = texts.by_key if texts is not None else {}
        self._rules = self._sorted_rules()

    def text(self, key: str, otherwise: str) -> str:
        """The words of a key."""
        return self._texts.get(key, otherwise)

    def boxes(self) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """Each set with the questions that are shown in it, and those that are shown in a box before."""
        shown: set[str] = set()
        for name in sets_in_use(self.script):
            members = dict.fromkeys(each for each in self.script.sets[name] if each in self.script.questions)
            yield name, tuple(each for each in members if each not in shown), tuple(m for m in members if m in shown)
            shown.update(members)
        rest = tuple(each for each in self.script.questions if each not in shown)
        if rest or self._rules.get(OTHER):
            yield OTHER, rest, ()

    def rules_of(self, question: str) -> tuple[Told, ...]:
        """The rules that are named after the question, the most severe first; ``OTHER``: those that have none."""
        return tuple(self._rules.get(question, ()))

    def used_by(self, question: str) -> tuple[str, ...]:
        """The rules of other questions that look at this one too; a raised sister is left out."""
        named = {told.rule.id for told in self.rules_of(question)}
        own = (rule for rule in self.script.rules if rule.raised_from is None and rule.id not in named)
        return tuple(rule.id for rule in own if question in questions_in(rule.when))

    def hint(self, question: Question) -> str:
        """The question as it is asked, and when, for a pointer that rests on it."""
        opened = f" Asked when {as_written(question.ask_when)}." if question.ask_when is not None else ""
        return f"{self.text(f'question.{question.id}.ask', question.id)}{opened}"

    def when_asked(self, name: str) -> str:
        """The moments of the timetable at which a set is asked of everybody, and of some."""
        always: list[str] = []
        some: list[str] = []
        for entry in self.script.plan.check_ins:
            if name in sets_of(self.script, entry):
                (always if name in entry.sets and entry.only_when is None else some).append(moment(entry))
        plan = self.script.plan
        parts = [", ".join(always)] if always else []
        parts += [f"for some: {', '.join(some)}"] if some else []
        parts += ["when the patient asks for help"] if name in plan.on_demand_sets else []
        parts += ["at re-checks"] if name in plan.follow_up.recheck_sets else []
        return "; ".join(parts)

    def check_ins_with(self, question: str) -> int:
        """In how many check-ins of the timetable the question may come up."""
        return sum(
            any(question in self.script.sets[name] for name in sets_of(self.script, entry))
            for entry in self.script.plan.check_ins
        )

    def opened_by(self, question: Question, name: str) -> str:
        """What must be so for the question to be asked; empty when everybody is asked."""
        members = self.script.sets.get(name, ())
        gates = [
            f"{self.text(f'question.{screen}.short', screen)}: {self.text(f'answer.{screen}.{code}', code)}"
            for screen, code in self.script.openers.get(question.id, ())
            if not name or screen in members
        ]
        ways = [f"after a tap on {' or '.join(f'“{gate}”' for gate in gates)}"] if gates else []
        if question.ask_when is not None:
            looked_at = [each for each in self.script.questions if each in questions_in(question.ask_when)]
            answers = f"after some answers to {', '.join(looked_at)}"
            ways.append(answers if looked_at else f"when {as_written(question.ask_when)}")
        symptoms = [name for name, asked in self.script.symptom_questions.items() if asked == question.id]
        if not members and symptoms:
            ways.append("after the patient's own words")
        if not members and question.id == self.script.plan.follow_up.question:
            ways.append("after a D1 or D2")
        if question.id in self.script.plan.after_d2:
            ways.append("after a D2")
        return ", or ".join(ways)

    def kind(self, question: Question) -> str:
        """How the question is answered, and what silence means."""
        said = KINDS[question.kind].format(len(question.lines) or len(question.answers))
        photo = ", photo welcome" if question.photo else ""
        silence = question.silence
        silent = f", silent for {in_units(silence.after_s)}: {silence.counts_as}" if silence is not None else ""
        return f"{said}{photo}{silent}"

    def level_count(self, level: Level) -> int:
        """How many rules give the level; a raised sister is a rule too."""
        return sum(rule.level is level for rule in self.script.rules)

    def _sorted_rules(self) -> dict[str, list[Told]]:
        raised = {rule.id.removesuffix("+"): rule.level for rule in self.script.rules if rule.raised_from}
        found: dict[str, list[Told]] = {}
        for rule in self.script.rules:
            if rule.raised_from is None:
                told = Told(rule, self.text(f"rule.{rule.id}", rule.why), raised.get(rule.id))
                found.setdefault(self._question_of(rule), []).append(told)
        for several in found.values():
            several.sort(key=lambda told: -told.rule.level.severity)
        return found

    def _question_of(self, rule: Rule) -> str:
        named = rule.id.split("-")[0]
        if named in self.script.questions:
            return named
        looked_at = questions_in(rule.when)
        return next((question for question in self.script.questions if question in looked_at), OTHER)


def moment(entry: CheckIn) -> str:
    """When a check-in is due, shortly."""
    return f"day {entry.on_day}" if entry.on_day is not None else f"{entry.after_h:g} h"
