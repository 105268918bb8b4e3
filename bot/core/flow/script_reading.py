"""One procedure, complete: its own file and the parts that it uses, put together into a script."""

from collections.abc import Iterable, Mapping, Sequence

from bot.core.flow.condition_reading import ConditionReader, Definition
from bot.core.flow.layout import SCRIPT, Layout
from bot.core.flow.model import Question, Script, Texts
from bot.core.flow.nodes import Place
from bot.core.flow.plan_reading import PlanReader
from bot.core.flow.positions import Positions
from bot.core.flow.problems import Problems
from bot.core.flow.question_reading import Draft, draft_questions, finish_question, variants
from bot.core.flow.rule_reading import read_reasons, read_rules
from bot.core.flow.section import FirstPlaces, Section, Vocabulary, open_outline, same_as_file
from bot.core.flow.shared import Shared
from bot.core.flow.text_reading import Names, Text, merged, read_texts

_KINDS = ("question", "condition", "set", "rule", "expected", "self_care", "symptom", "check-in", "sign_off")


class ScriptReader:
    """Reads one procedure. ``problems`` takes what is wrong; what was read is of no use if there is something."""

    def __init__(self, layout: Layout, shared: Shared, procedure: str, problems: Problems) -> None:
        self.layout = layout
        self.shared = shared
        self.procedure = procedure
        self.problems = problems
        self.places = {kind: FirstPlaces(kind, problems) for kind in _KINDS}
        self.fields = open_outline(layout, f"{procedure}/{SCRIPT}.yaml", problems)

    def read(self) -> tuple[Script, Positions] | None:
        """The script, and where its things stand; None when one of its files is no YAML."""
        fields = self.fields
        same_as_file(fields["procedure"], self.procedure)
        used = fields["use"].references(self.layout.parts, "part")
        sites = fields["sites"].names(least=1)
        modifiers = fields["modifiers"].names()
        advice = fields["advice_order"].names(least=1)
        own = Vocabulary(frozenset(sites), frozenset(modifiers), self.shared.vocabulary.procedures)
        sections = [self.shared.parts[part] for part in used if part in self.shared.parts]
        sections.append(Section("", fields, own))
        if any(section.fields.at.is_absent for section in sections):
            return None

        drafts = self._drafts(sections[-1], used)
        conditions = self._conditions(sections, drafts)
        questions = {name: finish_question(draft, conditions) for name, draft in drafts.items()}
        sets = self._sets(sections, questions)
        rules = read_rules(sections, conditions, advice, self.places["rule"])
        expected = read_reasons("expected", sections, conditions, self.places["expected"])
        self_care = read_reasons("self_care", sections, conditions, self.places["self_care"])
        symptoms = self._symptoms(sections, conditions)
        plan = PlanReader(sets, questions, conditions, own, self.places["check-in"]).read(fields["plan"])
        names = Names(
            questions=questions,
            variants={name: variants(draft) for name, draft in drafts.items()},
            named={
                "sites": sites,
                "modifiers": modifiers,
                "advice": advice,
                "rules": [rule.id for rule in rules],
                "expected": [reason.text for reason in expected],
                "care": [reason.text for reason in self_care],
                "notes": [rule.note for rule in rules if rule.note],
            },
        )
        texts = self._texts(names)
        script = Script(
            procedure=self.procedure,
            parts=used,
            sites=sites,
            modifiers=modifiers,
            questions=questions,
            sets=sets,
            rules=rules,
            expected=expected,
            self_care=self_care,
            plan=plan,
            advice_order=advice,
            symptom_questions=symptoms,
            texts={language: _in_language(language, found) for language, found in texts.items()},
            sign_off=self._sign_off(sections),
        )
        return script, self._positions(texts)

    def _drafts(self, own: Section, used: Sequence[str]) -> dict[str, Draft]:
        """The questions of the used parts and the procedure's own.

        A question of a part that is not used counts as existing too: the common texts have one text for each id.
        """
        self.places["question"].places.update((name, draft.place) for name, draft in self.shared.drafts.items())
        drafts = {name: draft for name, draft in self.shared.drafts.items() if draft.question.part in used}
        return drafts | draft_questions([own], self.places["question"])

    def _conditions(self, sections: Sequence[Section], drafts: Mapping[str, Draft]) -> ConditionReader:
        """The reader of all conditions, with every named one read; the procedure's own names win over the parts'."""
        definitions: dict[str, Definition] = {}
        own_places = FirstPlaces("condition", self.problems)
        for section in sections:
            places = self.places["condition"] if section.part else own_places
            for entry in section.entries("conditions"):
                if places.define(entry.key, entry.key.name()):
                    definitions[entry.name] = Definition(entry.value, section.vocabulary)
        self.places["condition"].places.update(own_places.places)
        reader = ConditionReader(
            questions={name: draft.question for name, draft in drafts.items()},
            elsewhere={name: draft.question.part for name, draft in self.shared.drafts.items() if name not in drafts},
            definitions=definitions,
            problems=self.problems,
            switches=self.shared.switches,
        )
        for name in definitions:
            reader.named(name)
        return reader

    def _sets(self, sections: Iterable[Section], questions: Mapping[str, Question]) -> dict[str, tuple[str, ...]]:
        return {
            entry.name: entry.value.references(questions, "question", least=1)
            for section in sections
            for entry in section.entries("sets")
            if self.places["set"].define(entry.key, entry.key.name())
        }

    def _symptoms(self, sections: Iterable[Section], conditions: ConditionReader) -> dict[str, str]:
        found: dict[str, str] = {}
        for section in sections:
            for entry in section.entries("symptoms"):
                question = conditions.question(entry.value)
                if self.places["symptom"].define(entry.key, entry.key.name()) and question is not None:
                    found[entry.name] = question.id
        return found

    def _sign_off(self, sections: Iterable[Section]) -> dict[str, str]:
        """What a clinician has to sign besides the marks of rules and reasons; a name is that of one point only."""
        found: dict[str, str] = {}
        for section in sections:
            for at in section.fields["sign_off"].items():
                fields = at.mapping(("id", "what"))
                name = fields["id"].name()
                for kind in ("rule", "expected", "self_care"):
                    if name in self.places[kind].places:
                        message = f"{name!r} is the name of a rule or reason."
                        fields["id"].report("duplicate", message, "Write 'sign_off' there, or choose another name.")
                if self.places["sign_off"].define(fields["id"], name):
                    found[name] = fields["what"].text()
        return found

    def _texts(self, names: Names) -> dict[str, dict[str, Text]]:
        """The texts by language and key: the common ones of this script, and over them the procedure's own."""
        languages = self.layout.languages(self.procedure)
        if not languages:
            message = "There is no language file."
            self.problems.add("missing-file", self.fields.at.place, message, f"Write {self.procedure}/en.yaml.")
        return {
            language: merged(
                self.shared.texts.get(language, {}),
                read_texts(self.layout, self.procedure, language, names, self.problems),
                names,
            )
            for language in languages
        }

    def _positions(self, texts: Mapping[str, Mapping[str, Text]]) -> Positions:
        found: dict[tuple[str, str], Place] = {("plan", ""): self.fields["plan"].place}
        for kind, places in self.places.items():
            found.update(((kind, name), place) for name, place in places.places.items())
        for key, kind in (("sites", "site"), ("modifiers", "modifier"), ("advice_order", "advice")):
            found.update(((kind, at.text()), at.place) for at in self.fields[key].items())
        for language, by_key in texts.items():
            found.update(((f"text {language}", key), place) for key, (_, place) in by_key.items())
        return Positions(self.fields.at.place.file, found)


def _in_language(language: str, found: Mapping[str, Text]) -> Texts:
    return Texts(language=language, by_key={key: text for key, (text, _) in found.items()})
