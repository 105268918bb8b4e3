"""The plan of a combined script: the newest script's timetable, and what each script asks beside it."""

from collections.abc import Mapping, Sequence

from bot.core.flow.model import CheckIn, Extra, FollowUp, Plan, Script
from bot.core.flow.together_names import each_once, renamed, united

Names = Mapping[str, str]
"""What the questions, or the sets, of one script are called in the combined one."""


def plan_together(scripts: Sequence[Script], questions: Sequence[Names], sets: Sequence[Names]) -> Plan:
    """The plan of these scripts, the newest first; ``questions`` and ``sets`` are the names of each."""
    plans = [script.plan for script in scripts]
    newest = plans[0]

    def all_sets(names: Sequence[Sequence[str]]) -> tuple[str, ...]:
        return united([sets[place][name] for name in each] for place, each in enumerate(names))

    def all_questions(names: Sequence[Sequence[str]]) -> tuple[str, ...]:
        return each_once([questions[place][name] for name in each] for place, each in enumerate(names))

    follow_up: FollowUp = newest.follow_up.model_copy(
        update={"recheck_sets": all_sets([plan.follow_up.recheck_sets for plan in plans])}
    )
    return newest.model_copy(
        update={
            "on_demand_sets": all_sets([plan.on_demand_sets for plan in plans]),
            "gate": all_sets([plan.gate for plan in plans]),
            "after_d2": all_questions([plan.after_d2 for plan in plans]),
            "after_d2_follow_ups": all_questions([plan.after_d2_follow_ups for plan in plans]),
            "line_silent_after_s": min(plan.line_silent_after_s for plan in plans),
            "follow_up": follow_up,
            "check_ins": tuple(_check_in(entry, questions[0], sets[0]) for entry in newest.check_ins),
        }
    )


def _check_in(entry: CheckIn, questions: Names, sets: Names) -> CheckIn:
    only_when = entry.only_when
    return entry.model_copy(
        update={
            "sets": tuple(sets[name] for name in entry.sets),
            "only_when": None if only_when is None else renamed(only_when, questions),
            "extra": tuple(
                Extra(when=renamed(more.when, questions), sets=tuple(sets[name] for name in more.sets))
                for more in entry.extra
            ),
        }
    )
