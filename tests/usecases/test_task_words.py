"""What a task is about is read in each reader's language, but for words that a person typed."""

import pytest

from bot.core.wording.catalog import Catalog
from bot.usecases.task_words import kept, own_words, read

ENGLISH = Catalog("en", {"task.same_chat": "This chat is case {code}."})
RUSSIAN = Catalog("ru", {"task.same_chat": "Этот чат: код {code}."})


def test_the_bots_own_words_are_read_in_each_language() -> None:
    about = kept(own_words("task.same_chat", code="K7QM"))
    assert read(ENGLISH, about) == "This chat is case K7QM."
    assert read(RUSSIAN, about) == "Этот чат: код K7QM."


@pytest.mark.parametrize("typed", ["не могу дышать", "", '["task.same_chat", {"code": "K7QM"}]', "{code}"])
def test_what_a_person_typed_stays(typed: str) -> None:
    assert read(RUSSIAN, kept(typed)) == typed


def test_nobody_can_type_the_bots_own_words() -> None:
    forged = kept(own_words("task.same_chat", code="K7QM"))
    assert read(RUSSIAN, kept(forged)) == forged[1:]


def test_a_text_that_is_gone_or_changed_is_named() -> None:
    assert read(RUSSIAN, kept(own_words("task.gone"))) == "task.gone"
    assert read(RUSSIAN, kept(own_words("task.same_chat"))) == "task.same_chat"
