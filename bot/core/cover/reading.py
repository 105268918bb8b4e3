"""Reads a plan of shifts from YAML: the weekly pattern and the holidays, with people by name."""

import re
from datetime import date, time

from pydantic import BaseModel, ConfigDict

from bot.core.cover.duty import Rank
from bot.core.flow.problems import Problems
from bot.core.flow.reader import Reader
from bot.core.flow.yaml_source import parse

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STEPS = {"first": Rank.FIRST, "second": Rank.SECOND, "lead": Rank.LEAD}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlannedShift(_Frozen):
    """One line of the file. ``line`` is where it stands."""

    who: str
    rank: Rank
    days: tuple[int, ...]
    begins: time
    ends: time
    line: int


class PlannedHoliday(_Frozen):
    """Days on which the clinic is closed, with the names of who is called."""

    name: str
    first_day: date
    last_day: date
    first: str
    second: str
    line: int


class Plan(_Frozen):
    """A whole file."""

    weekly: tuple[PlannedShift, ...]
    holidays: tuple[PlannedHoliday, ...]


def read_plan(text: str, file: str) -> Plan:
    """The plan written in ``text``. Errors: ScriptError with every problem by line and what to do."""
    problems = Problems()
    fields = Reader(parse(text, file), problems, "the file").mapping(("weekly",), ("holidays",))
    weekly = tuple(_shift(at) for at in fields["weekly"].items(least=1))
    holidays = tuple(_holiday(at) for at in fields["holidays"].items()) if not fields["holidays"].is_absent else ()
    problems.raise_if_any()
    return Plan(weekly=weekly, holidays=holidays)


def _shift(at: Reader) -> PlannedShift:
    fields = at.mapping(("who", "step", "days", "from", "to"))
    steps = fields["step"].refer(tuple(STEPS), "step")
    days = fields["days"].references(DAYS, "day", least=1)
    return PlannedShift(
        who=fields["who"].text(),
        rank=STEPS.get(steps, Rank.FIRST),
        days=tuple(DAYS.index(day) for day in days if day in DAYS),
        begins=fields["from"].clock(),
        ends=fields["to"].clock(),
        line=at.place.line,
    )


def _holiday(at: Reader) -> PlannedHoliday:
    fields = at.mapping(("name", "from", "first"), ("to", "second"))
    first = _day(fields["from"])
    return PlannedHoliday(
        name=fields["name"].text(),
        first_day=first,
        last_day=first if fields["to"].is_absent else _day(fields["to"]),
        first=fields["first"].text(),
        second="" if fields["second"].is_absent else fields["second"].text(),
        line=at.place.line,
    )


def _day(at: Reader) -> date:
    words = at.text()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
        try:
            return date.fromisoformat(words)
        except ValueError:
            pass
    at.report("date", "That is no day.", 'Write it in quotes, year first, like "2026-12-24".')
    return date(2000, 1, 1)
