"""`play` knows every procedure, check-in, language and modifier, and says clearly what it does not know."""

import io

import pytest
from rich.console import Console

from bot.cli.play_start import Wanted, begin
from bot.core.errors import Refused
from bot.core.flow.cases import FREE_TEXT, ON_DEMAND
from bot.core.flow.conditions import Facts, holds
from bot.core.flow.layout import TEMPLATE
from bot.core.flow.model import Script
from bot.wiring.flows import Flows
from tests.flows.loaded import live, scripts, template


def wanted(script: Script, **values: object) -> Wanted:
    """Somebody of this procedure, a month or less after the session."""
    given = {
        "procedure": script.procedure,
        "language": "en",
        "hour": None,
        "sites": (),
        "modifiers": (),
        "check_in": "",
    }
    return Wanted(**{**given, **values})  # type: ignore[arg-type]


def played(flows: Flows, who: Wanted) -> str:
    """What a well patient sees, to the end."""
    shown = io.StringIO()
    game = begin(flows, who, Console(file=shown, width=140))
    game.open()
    while not game.over and game.run.asking is not None:
        game.tap(game.script.questions[game.run.asking].well)
    assert game.over or who.check_in == FREE_TEXT
    return shown.getvalue()


def facts(script: Script, modifiers: tuple[str, ...]) -> Facts:
    """A patient of whom nothing but this is known."""
    return Facts(
        answers={},
        hour=0,
        day=0,
        procedure=script.procedure,
        sites=frozenset(script.sites[:1]),
        modifiers=frozenset(modifiers),
    )


def flows_of(procedure: str) -> Flows:
    """The loaded flows that have it."""
    return template() if procedure == TEMPLATE else live()


@pytest.mark.parametrize("procedure", scripts())
def test_every_check_in_day_and_modifier(procedure: str) -> None:
    script, flows = scripts()[procedure], flows_of(procedure)
    for entry in script.plan.check_ins:
        # A check-in that only some have: somebody with every modifier has it, and so has one with none of them.
        for marks in ((), script.modifiers):
            if entry.only_when is not None and not holds(entry.only_when, facts(script, marks)):
                with pytest.raises(Refused, match="only for some"):
                    played(flows, wanted(script, check_in=entry.id, modifiers=marks))
                continue
            assert f"{script.procedure}: " in played(flows, wanted(script, check_in=entry.id, modifiers=marks))
    for mark in script.modifiers:
        assert mark in played(flows, wanted(script, modifiers=(mark,)))
    for days in (0, 1, 2, 5, 14, 30, 84, 200):
        assert f"hour {days * 24}" in played(flows, wanted(script, hour=days * 24.0))
    for check_in in (ON_DEMAND, FREE_TEXT):
        assert check_in in played(flows, wanted(script, check_in=check_in))


@pytest.mark.parametrize("procedure", scripts())
def test_every_language_and_site(procedure: str) -> None:
    script, flows = scripts()[procedure], flows_of(procedure)
    first = [
        played(flows, wanted(script, language=language, sites=(site,)))
        for language in script.texts
        for site in script.sites
    ]
    assert len(set(first)) == len(first)


@pytest.mark.parametrize(
    ("what", "name"),
    [("language", "xx"), ("sites", ("moon",)), ("modifiers", ("tall",)), ("check_in", "c99")],
)
def test_what_is_not_known_is_named_with_what_is(what: str, name: object) -> None:
    with pytest.raises(Refused, match=r"There is no .* There is: "):
        begin(live(), wanted(scripts()["face"], **{what: name}), Console(file=io.StringIO()))
