"""Reads the folder ``flows/`` and makes of it scripts, texts, policy, floor and word lists, or says what is wrong."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.core.alert.policy import Policy
from bot.core.alert.reading import read_policy
from bot.core.care.hold import ChatTimes
from bot.core.care.hold_reading import read_chat_times
from bot.core.errors import Problem, ScriptError
from bot.core.flow.cases import Case, read_cases
from bot.core.flow.layout import PRACTICE, Layout
from bot.core.flow.model import Script
from bot.core.flow.positions import Positions
from bot.core.flow.reader import Reader
from bot.core.flow.reading import read_library
from bot.core.flow.sign_off import TRANSLATED, Point, Standing, Subject, points_in, points_of, standing
from bot.core.flow.sign_off_reading import read_signatures
from bot.core.screen.answers_file import AnswersFile, read_answers
from bot.core.screen.lexicon import Lexicon
from bot.core.screen.lexicon_file import read_lexicon
from bot.core.screen.must_catch import MustCatch, lost, read_must_catch
from bot.core.screen.screening import Screen
from bot.core.wording.catalog import FIRST_LANGUAGE, complete
from bot.core.wording.fields import ALWAYS, fillable
from bot.core.wording.plural import Text
from bot.core.wording.reading import read_messages, report_unfilled
from bot.wiring.folder import read_files

POLICY = "clinic/escalation.yaml"
FLOOR = "clinic/safety.yaml"
ANSWERS = "clinic/answers.yaml"
CHAT = "clinic/chat.yaml"
SIGN_OFF = "clinic/sign-off.yaml"
LEXICON = "clinic/lexicon/"
MESSAGES = "clinic/messages/"
_IN_CLINIC = re.compile(f"({LEXICON}|{MESSAGES})[^/]+")
WORDS_FLOOR = "clinic/safety_words.yaml"


@dataclass(frozen=True)
class Flows:
    """All that ``flows/`` says. ``floor_hash`` names the safety floor that scripts are proved against."""

    files: Mapping[str, str]
    scripts: Mapping[str, Script]
    positions: Mapping[str, Positions]
    messages: Mapping[str, Mapping[str, Text]]
    policy: Policy
    chat: ChatTimes
    lexicons: tuple[Lexicon, ...]
    answers: AnswersFile
    must_catch: tuple[MustCatch, ...]
    floor_hash: str
    subjects: tuple[Subject, ...]
    standing: Standing

    @cached_property
    def screen(self) -> Screen:
        """Reads free text with every word list; built once, because that takes a while.

        Errors: ScriptError where the word lists lose a phrase of the safety floor.
        """
        screen = Screen(self.lexicons)
        problems = self.words_lost(screen)
        if problems:
            raise ScriptError(problems)
        return screen

    def words_lost(self, screen: Screen) -> tuple[Problem, ...]:
        """A problem for each phrase of the safety floor that ``screen`` does not read as it must."""
        return tuple(lost(screen, self.must_catch))

    def cases(self, procedure: str) -> tuple[Case, ...]:
        """The cases beside a script."""
        return read_cases(self.files, procedure)

    @property
    def unsigned(self) -> int:
        """How many points wait for a clinician's signature."""
        return len(self.standing.open)


def load_flows(folder: Path, procedures: tuple[str, ...] | None = None) -> Flows:
    """Everything, or an error with all that is wrong; never a partly loaded set.

    ``procedures`` names those to load instead of all live ones (``template`` for instance).
    """
    return flows_of(read_files(folder), procedures)


def flows_of(files: Mapping[str, str], procedures: tuple[str, ...] | None = None) -> Flows:
    """The same of files that were read already, by their paths."""
    problems = [
        Problem("missing-file", "The file is missing.", needed, todo="Restore it.")
        for needed in (POLICY, FLOOR, ANSWERS, CHAT, WORDS_FLOOR, f"{MESSAGES}{FIRST_LANGUAGE}.yaml")
        if needed not in files
    ]
    problems += [
        Problem("stray-file", "Nothing reads this file.", file, todo="Move it to where it belongs, or delete it.")
        for file in sorted(files)
        if file.startswith("clinic/")
        and file not in (POLICY, FLOOR, ANSWERS, CHAT, SIGN_OFF, PRACTICE, WORDS_FLOOR)
        and not _IN_CLINIC.fullmatch(file)
    ]
    if problems:
        raise ScriptError(problems)
    library = read_library(files, procedures)
    messages: dict[str, Mapping[str, Text]] = {}
    file_of: dict[str, str] = {}
    for file in sorted(name for name in files if name.startswith(MESSAGES)):
        language, texts = read_messages(files[file], file, fillable)
        if file != f"{MESSAGES}{language}.yaml":
            message = f"The file says that its language is {language!r}, which is not its name."
            raise ScriptError([Problem("file-name", message, file, todo="Rename it, or mend its line 'language'.")])
        messages[language], file_of[language] = texts, file
    complete(messages, file_of)
    lexicons = tuple(read_lexicon(files[file], file) for file in sorted(files) if file.startswith(LEXICON))
    floor_hash = hash_of_text(files[FLOOR])
    policy = read_policy(files[POLICY], POLICY)
    answers = read_answers(files[ANSWERS], ANSWERS, messages, look_at_answer)
    subjects = _subjects(files, library.scripts, policy, answers, floor_hash)
    elsewhere = set(Layout(files).procedures) - set(library.scripts)
    signatures = read_signatures(files[SIGN_OFF], SIGN_OFF, subjects, elsewhere) if SIGN_OFF in files else ()
    return Flows(
        files=files,
        scripts=library.scripts,
        positions=library.positions,
        messages=messages,
        policy=policy,
        chat=read_chat_times(files[CHAT], CHAT),
        lexicons=lexicons,
        must_catch=read_must_catch(files[WORDS_FLOOR], WORDS_FLOOR),
        answers=answers,
        floor_hash=floor_hash,
        subjects=subjects,
        standing=standing(subjects, signatures, floor_hash),
    )


def look_at_answer(at: Reader, topic: str, text: str) -> None:
    """Report what nothing would fill in an answer of the clinic."""
    report_unfilled(at, topic, text, ALWAYS)


def hash_of_text(text: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _subjects(
    files: Mapping[str, str], scripts: Mapping[str, Script], policy: Policy, own_answers: AnswersFile, floor_hash: str
) -> tuple[Subject, ...]:
    """All that a clinician may sign: each script, the floor, the ladder, and what was written in other languages."""
    subjects = [Subject(name, script.revision, points_of(script), True) for name, script in scripts.items()]
    subjects.append(Subject("floor", floor_hash, points_in(files[FLOOR], FLOOR, "floor")))
    answers = tuple(Point("answers", each.topic, each.sign_off) for each in own_answers.answers if each.sign_off)
    subjects.append(Subject("answers", hash_of_text(files[ANSWERS]), answers))
    subjects.append(Subject("escalation", policy.revision, points_in(files[POLICY], POLICY, "escalation")))
    for name, folder in (("words", LEXICON), ("messages", MESSAGES)):
        texts = {file: text for file, text in sorted(files.items()) if file.startswith(folder)}
        languages = [file.removeprefix(folder).removesuffix(".yaml") for file in texts]
        points = (Point(name, each, TRANSLATED) for each in languages if each not in (FIRST_LANGUAGE, "any"))
        subjects.append(Subject(name, hash_of_text("\0".join((*texts, *texts.values()))), tuple(points)))
    return tuple(subjects)
