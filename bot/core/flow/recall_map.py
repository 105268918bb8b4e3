"""How answers of one revision become those of another: the explicit map of a recall, and its reading from YAML."""

from pydantic import BaseModel, ConfigDict

from bot.core.flow.conditions import Given
from bot.core.flow.model import QuestionKind, Script, given_for
from bot.core.flow.problems import Problems
from bot.core.flow.reader import Reader
from bot.core.flow.yaml_source import parse


class RecallMap(BaseModel):
    """New names of questions and of answers. What is not named keeps its name, where the new revision has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    questions: dict[str, str] = {}
    answers: dict[str, dict[str, str]] = {}

    def question(self, new: Script, name: str) -> str | None:
        """What the question is called in the new revision, or None when it has none such."""
        found = self.questions.get(name, name)
        return found if found in new.questions else None

    def given(self, old: Script, new: Script, name: str, given: Given) -> tuple[str, Given] | None:
        """The answer as the new revision has it; None when its question, its kind or its codes are gone.

        Of several lines of a screen those that are gone are left out; with none left it must be asked anew.
        """
        to = self.question(new, name)
        if to is None or not given.codes or not _same_kind(old, new, name, to):
            return None
        codes = tuple(self.answers.get(name, {}).get(code, code) for code in given.codes)
        known = new.questions[to].codes
        is_screen = new.questions[to].kind is QuestionKind.SCREEN
        if not any(code in known for code in codes) or (not is_screen and any(code not in known for code in codes)):
            return None
        ordered = tuple(code for code in known if code in codes)
        return to, given_for(new.questions[to], ordered)


def _same_kind(old: Script, new: Script, name: str, to: str) -> bool:
    before = old.questions.get(name)
    kinds = (before.kind if before else None, new.questions[to].kind)
    # A number is no answer to a choice, and several lines are none either; a choice may become one with own words.
    return kinds[0] is kinds[1] or not any(kind in (QuestionKind.SCREEN, QuestionKind.SCALE, None) for kind in kinds)


def read_recall_map(text: str, file: str, old: Script, new: Script) -> RecallMap:
    """The map written in ``text``, each name checked against the two revisions.

    Raises :class:`ScriptError` with all problems by line.
    """
    problems = Problems()
    fields = Reader(parse(text, file), problems, "the file").mapping(("from", "to"), ("questions", "answers"))
    for key, script in (("from", old), ("to", new)):
        if fields[key].text() not in ("", script.revision):
            message = f"This map is for another revision than {script.revision}."
            fields[key].report("revision", message, f"Write {script.revision!r}, or use the map that belongs to it.")
    questions: dict[str, str] = {}
    for entry in fields["questions"].entries():
        entry.key.refer(old.questions, f"question of {old.revision}:")
        questions[entry.name] = entry.value.refer(new.questions, f"question of {new.revision}:")
    answers: dict[str, dict[str, str]] = {}
    for entry in fields["answers"].entries():
        name = entry.key.refer(old.questions, f"question of {old.revision}:")
        before = old.questions.get(name)
        after = new.questions.get(questions.get(name, name))
        answers[name] = {}
        for each in entry.value.entries(least=1):
            each.key.refer(before.codes if before else (), f"answer to {name}:")
            answers[name][each.name] = each.value.refer(after.codes if after else (), f"new answer to {name}:")
    problems.raise_if_any()
    return RecallMap(questions=questions, answers=answers)
