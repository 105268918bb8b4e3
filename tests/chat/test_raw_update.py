"""The chat of every kind of update, and what can be kept of anything."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.raw_update import ALLOWED_UPDATES, NO_CHAT, chat_id_of, keepable

CHAT = {"id": -100, "type": "supergroup"}
ANA = {"id": 5, "first_name": "Ana", "is_bot": False}
UPDATES: dict[str, tuple[dict[str, Any], int]] = {
    "message": ({"message_id": 1, "chat": CHAT, "from": ANA}, -100),
    "edited_message": ({"message_id": 1, "chat": CHAT, "from": ANA}, -100),
    "callback_query": ({"id": "1", "from": ANA, "message": {"message_id": 1, "chat": CHAT}}, -100),
    "my_chat_member": ({"chat": {"id": 5, "type": "private"}, "from": ANA}, 5),
    "chat_member": ({"chat": CHAT, "from": ANA}, -100),
    "message_reaction": ({"chat": CHAT, "user": ANA}, -100),
    "inline_query": ({"id": "1", "from": ANA, "query": ""}, 5),
    "poll_answer": ({"poll_id": "1", "user": ANA}, 5),
    "poll": ({"id": "1"}, NO_CHAT),
    "something_new": ({"thing": 1}, NO_CHAT),
}

names = st.sampled_from(["chat", "from", "message", "id", "user"]) | st.text(max_size=3)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


def test_every_kind_that_is_asked_for_is_tried_here() -> None:
    assert set(ALLOWED_UPDATES) <= set(UPDATES)


@pytest.mark.parametrize("kind", UPDATES)
def test_the_chat_of_an_update(kind: str) -> None:
    content, chat = UPDATES[kind]
    assert chat_id_of({"update_id": 1, kind: content}) == chat


def test_a_press_on_a_message_that_is_gone_belongs_to_the_person() -> None:
    assert chat_id_of({"update_id": 1, "callback_query": {"id": "1", "from": ANA}}) == 5


@given(anything)
def test_nothing_raises_and_what_is_kept_comes_back(content: object) -> None:
    update = {"update_id": 7, "message": content}
    kept = keepable(update)
    assert kept is not None
    number, chat_id, raw = kept
    assert (number, json.loads(raw)) == (7, update)
    assert -(2**63) <= chat_id < 2**63
    keepable(content)


@pytest.mark.parametrize(
    "update", [None, [], "text", {}, {"update_id": "1"}, {"update_id": True}, {"update_id": 2**63}]
)
def test_what_has_no_number_is_no_update(update: object) -> None:
    assert keepable(update) is None


def test_half_a_surrogate_pair_can_be_kept() -> None:
    update = json.loads('{"update_id": 1, "message": {"chat": {"id": 5}, "text": "\\ud83d"}}')
    kept = keepable(update)
    assert kept is not None
    kept[2].encode()
    assert json.loads(kept[2]) == update
