"""Reads the folder ``flows/`` and makes of it scripts, texts, policy, floor and word lists, or says what is wrong."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.core.alert.policy import Policy
from bot.core.alert.reading import read_policy
from bot.core.errors import Problem, ScriptError
from bot.core.flow.cases import Case, read_cases
from bot.core.flow.model import Script
from bot.core.flow.positions import Positions
from bot.core.flow.reading import read_library
from bot.core.flow.yaml_source import decode
from bot.core.screen.lexicon import Lexicon
from bot.core.screen.lexicon_file import read_lexicon
from bot.core.screen.must_catch import MustCatch, lost, read_must_catch
from bot.core.screen.screening import Screen
from bot.core.wording.catalog import FIRST_LANGUAGE, complete
from bot.core.wording.reading import read_messages

POLICY = "clinic/escalation.yaml"
FLOOR = "clinic/safety.yaml"
WORDS_FLOOR = "clinic/safety_words.yaml"


@dataclass(frozen=True)
class Flows:
    """All that ``flows/`` says. ``floor_hash`` names the safety floor that scripts are proved against."""

    files: Mapping[str, str]
    scripts: Mapping[str, Script]
    positions: Mapping[str, Positions]
    messages: Mapping[str, Mapping[str, str]]
    policy: Policy
    lexicons: tuple[Lexicon, ...]
    must_catch: tuple[MustCatch, ...]
    floor_hash: str

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
        marks = {
            mark
            for script in self.scripts.values()
            for mark in (
                *(f"{rule.id.removesuffix('+')}:{rule.sign_off}" for rule in script.rules if rule.sign_off),
                *(f"{reason.id}:{reason.sign_off}" for reason in script.expected if reason.sign_off),
                *(f"{reason.id}:{reason.sign_off}" for reason in script.self_care if reason.sign_off),
            )
        }
        return len(marks)


def read_files(folder: Path) -> dict[str, str]:
    """Every YAML text below ``folder`` by its path. Errors: ScriptError for no folder, or a file that is no UTF-8."""
    if not folder.is_dir():
        raise ScriptError([Problem("no-flows", f"There is no folder {folder}.", todo="Set FLOWS_DIR.")])
    return {
        path.relative_to(folder).as_posix(): decode(path.read_bytes(), path.relative_to(folder).as_posix())
        for path in sorted(folder.rglob("*.yaml"))
    }


def load_flows(folder: Path, procedures: tuple[str, ...] | None = None) -> Flows:
    """Everything, or an error with all that is wrong; never a partly loaded set.

    ``procedures`` names those to load instead of all live ones (``template`` for instance).
    """
    files = read_files(folder)
    problems = [
        Problem("missing-file", "The file is missing.", needed, todo="Restore it.")
        for needed in (POLICY, FLOOR, WORDS_FLOOR, f"clinic/messages/{FIRST_LANGUAGE}.yaml")
        if needed not in files
    ]
    if problems:
        raise ScriptError(problems)
    library = read_library(files, procedures)
    messages: dict[str, Mapping[str, str]] = {}
    file_of: dict[str, str] = {}
    for file in sorted(name for name in files if name.startswith("clinic/messages/")):
        language, texts = read_messages(files[file], file)
        messages[language], file_of[language] = texts, file
    complete(messages, file_of)
    lexicons = tuple(read_lexicon(files[file], file) for file in sorted(files) if file.startswith("clinic/lexicon/"))
    return Flows(
        files=files,
        scripts=library.scripts,
        positions=library.positions,
        messages=messages,
        policy=read_policy(files[POLICY], POLICY),
        lexicons=lexicons,
        must_catch=read_must_catch(files[WORDS_FLOOR], WORDS_FLOOR),
        floor_hash=hashlib.sha256(files[FLOOR].encode()).hexdigest()[:16],
    )
