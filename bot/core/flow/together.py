"""One script out of several: a patient with two procedures, or with sessions on two revisions, is asked once.

Each rule keeps applying to its own sessions only: what the scripts do not share is guarded by the condition "this
session is of that revision". So the level of a conversation is the worst of those that each script gives alone, and
what was proved of each holds for all of them together (docs/decisions/0012).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.flow.conditions import AllOf, Always, AnyOf, Condition, ProcedureIs
from bot.core.flow.model import Question, Reason, Rule, Script, Wording
from bot.core.flow.together_names import (
    each_once,
    in_order,
    is_same,
    label,
    renamed,
    stands_alone,
    stricter,
    united,
)
from bot.core.flow.together_plan import plan_together
from bot.core.flow.together_texts import Labels, texts_together


@dataclass(frozen=True)
class Together:
    """The combined script. ``sets`` says for each revision what a question set of its script is called in it."""

    script: Script
    sets: Mapping[str, Mapping[str, str]]

    def united(self, wanted: Iterable[tuple[str, Sequence[str]]]) -> tuple[str, ...]:
        """Question sets by (revision, names): the first of each (the emergency screen) first, the last of each last.

        A name that its script does not have is left out: it came from another script, which brings it itself.
        """
        lists = [
            tuple(self.sets[revision][name] for name in names if name in self.sets[revision])
            for revision, names in wanted
        ]
        return united(lists)


def together(scripts: Sequence[Script]) -> Together:
    """Combine scripts of different revisions, the newest session's first: its plan and its general texts count.

    The same scripts in the same order give the same content, and so the same revision.
    """
    if len(scripts) == 1:
        (only,) = scripts
        return Together(only, {only.revision: {name: name for name in only.sets}})
    return _Combining(tuple(scripts)).result()


class _Combining:
    """The work of one combination. Scripts are named by their place, the newest first."""

    def __init__(self, scripts: tuple[Script, ...]) -> None:
        self.scripts = scripts
        procedures = [script.procedure for script in scripts]
        self.marks = tuple(
            script.procedure if procedures.count(script.procedure) == 1 else f"{script.procedure}-{script.revision[:4]}"
            for script in scripts
        )
        self.questions = self._question_names()
        self.sets = self._set_names()
        self.labels = Labels(scripts, self.marks, self.questions)

    def result(self) -> Together:
        scripts = self.scripts
        rules = self._rules()
        expected = self._reasons("expected", [script.expected for script in scripts])
        self_care = self._reasons("care", [script.self_care for script in scripts])
        script = Script(
            procedure=scripts[0].procedure,
            parts=each_once(script.parts for script in scripts),
            sites=each_once(script.sites for script in scripts),
            modifiers=each_once(script.modifiers for script in scripts),
            questions=self._questions(),
            sets={
                self.sets[place][name]: tuple(self.questions[place][question] for question in members)
                for place, script in reversed(list(enumerate(scripts)))
                for name, members in script.sets.items()
            },
            rules=rules,
            expected=expected,
            self_care=self_care,
            plan=plan_together(scripts, self.questions, self.sets),
            advice_order=in_order(
                [
                    [self.labels.advice(place, name) for name in script.advice_order]
                    for place, script in enumerate(scripts)
                ]
            ),
            symptom_questions={
                symptom: self.questions[place][question]
                for place, script in reversed(list(enumerate(scripts)))
                for symptom, question in script.symptom_questions.items()
            },
            texts=texts_together(self.labels),
        )
        return Together(script, {script.revision: self.sets[place] for place, script in enumerate(scripts)})

    # Names

    def _question_names(self) -> tuple[dict[str, str], ...]:
        """What each question of each script is called: its own name where it means the same as in the newer ones."""
        names = tuple({question: question for question in script.questions} for script in self.scripts)
        while self._apart(names):
            pass
        return names

    def _apart(self, names: tuple[dict[str, str], ...]) -> bool:
        """Give a question of its own name to a script where it has other answers; a line's detail may follow from it."""
        changed = False
        for place, script in enumerate(self.scripts):
            for question in script.questions.values():
                name = names[place][question.id]
                for newer in range(place):
                    other = self.scripts[newer].questions.get(question.id)
                    if other is None or names[newer][question.id] != name:
                        continue
                    if not is_same(question, names[place], other, names[newer]):
                        names[place][question.id] = label(question.id, self.marks[place])
                        changed = True
                        break
        return changed

    def _set_names(self) -> tuple[dict[str, str], ...]:
        """A set with other questions has another name: what opens a question depends on the set that it stands in."""
        known: dict[str, tuple[str, ...]] = {}
        names: list[dict[str, str]] = []
        for place, script in enumerate(self.scripts):
            mine: dict[str, str] = {}
            for name, members in script.sets.items():
                content = tuple(self.questions[place][question] for question in members)
                if known.setdefault(name, content) == content:
                    mine[name] = name
                else:
                    mine[name] = label(name, self.marks[place])
            names.append(mine)
        return tuple(names)

    # Conditions

    def guard(self, places: Sequence[int]) -> Condition:
        """This session is one of those whose script stands at ``places``."""
        return ProcedureIs(
            any_of=tuple(dict.fromkeys(self.scripts[place].procedure for place in places)),
            revisions=tuple(self.scripts[place].revision for place in places),
        )

    def either(self, parts: Iterable[tuple[int, Condition]]) -> Condition:
        """Each condition for the sessions of its own script; one that all scripts have needs no guard."""
        by_condition: dict[Condition, list[int]] = {}
        for place, condition in parts:
            places = by_condition.setdefault(condition, [])
            if place not in places:
                places.append(place)
        found: list[Condition] = []
        for condition, places in by_condition.items():
            if len(places) == len(self.scripts):
                found.append(condition)
            elif isinstance(condition, Always):
                found.append(self.guard(places))
            else:
                found.append(AllOf(of=(self.guard(places), condition)))
        return found[0] if len(found) == 1 else AnyOf(of=tuple(found))

    def said(self, place: int, condition: Condition) -> Condition:
        """The condition with the names that the questions of this script have in the combined one."""
        return renamed(condition, self.questions[place])

    # Questions

    def _questions(self) -> dict[str, Question]:
        found: dict[str, list[tuple[int, Question]]] = {}
        for place, script in enumerate(self.scripts):
            for question in script.questions.values():
                found.setdefault(self.questions[place][question.id], []).append((place, question))
        return {name: self._question(name, versions) for name, versions in found.items()}

    def _question(self, name: str, versions: list[tuple[int, Question]]) -> Question:
        newest = versions[0][1]
        lines = {
            line.code: line.model_copy(
                update={"detail": self.questions[place][line.detail] if line.detail is not None else None}
            )
            for place, question in reversed(versions)
            for line in question.lines
        }
        order = each_once([line.code for line in question.lines] for _, question in versions)
        return newest.model_copy(
            update={
                "id": name,
                "lines": tuple(lines[code] for code in order),
                "ask_when": self._ask_when(versions),
                "silence": stricter([question for _, question in versions]),
                "wording": self._wording(versions),
                "photo": any(question.photo for _, question in versions),
                "calm_only": all(question.calm_only for _, question in versions),
            }
        )

    def _ask_when(self, versions: list[tuple[int, Question]]) -> Condition | None:
        """When to ask: for each session as its script says; where the scripts do not agree, rather once too often.

        No ``ask_when`` means: always where the question stands on its own, never where a line of a screen opens it.
        """
        if all(question.ask_when is None for _, question in versions):
            return None
        parts: list[tuple[int, Condition]] = []
        for place, question in versions:
            if question.ask_when is not None:
                parts.append((place, self.said(place, question.ask_when)))
            elif stands_alone(self.scripts[place], question.id):
                parts.append((place, Always()))
        return self.either(parts)

    def _wording(self, versions: list[tuple[int, Question]]) -> tuple[Wording, ...]:
        uses = each_once([wording.use for wording in question.wording] for _, question in versions)
        kinds = {wording.use: wording for _, question in versions for wording in question.wording}
        return tuple(
            kinds[use].model_copy(
                update={
                    "when": self.either(
                        (place, self.said(place, wording.when))
                        for place, question in versions
                        for wording in question.wording
                        if wording.use == use
                    )
                }
            )
            for use in uses
        )

    # Rules and reasons

    def _rules(self) -> tuple[Rule, ...]:
        found: dict[str, list[tuple[int, Rule]]] = {}
        for place, script in enumerate(self.scripts):
            for rule in script.rules:
                said = rule.model_copy(
                    update={
                        "when": self.said(place, rule.when),
                        "advice": self.labels.advice(place, rule.advice),
                        "note": self.labels.note(place, rule.note),
                    }
                )
                known = found.setdefault(said.id, [])
                if known and not self.labels.same_rule(known[0], (place, said)):
                    said = said.model_copy(update={"id": label(said.id, self.marks[place])})
                    known = found.setdefault(said.id, [])
                known.append((place, said))
        return tuple(
            versions[0][1].model_copy(update={"when": self.either((place, rule.when) for place, rule in versions)})
            for versions in found.values()
        )

    def _reasons(self, kind: str, every: Sequence[Sequence[Reason]]) -> tuple[Reason, ...]:
        found: dict[tuple[str, str], list[tuple[int, Reason]]] = {}
        for place, reasons in enumerate(every):
            for reason in reasons:
                text = self.labels.reason(kind, place, reason.text)
                said = reason.model_copy(update={"when": self.said(place, reason.when), "text": text})
                found.setdefault((said.id, text), []).append((place, said))
        ids: set[str] = set()
        united_reasons: list[Reason] = []
        for (name, _), versions in found.items():
            place, reason = versions[0]
            when = self.either((each, version.when) for each, version in versions)
            name = label(name, self.marks[place]) if name in ids else name
            ids.add(name)
            united_reasons.append(reason.model_copy(update={"id": name, "when": when}))
        return tuple(united_reasons)
