"""The figures of a week: how many answered, how many alerts and how quick staff were, and what each question brought."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from statistics import median

from sqlalchemy import func, select

from bot.core.flow.together_names import plain
from bot.store.tables import AlertRow, AnswerRow, CheckInRow, RunRow
from bot.store.tables_nurse import AlertMarkRow
from bot.store.unit import Unit, table_of
from bot.usecases.clinic import Clinic
from bot.usecases.synthetic import real

MOST_QUESTIONS = 8
OVER = ("open", "done", "no_answer", "broken_off")
"""The states of a check-in that was put to a patient."""
STEPS = ("seen", "taken", "contacted")


@dataclass(frozen=True, slots=True)
class Yield:
    """What a question brought: how often it was answered, otherwise than well, and in a check-in with an alert."""

    question: str
    answered: int
    otherwise: int
    alerted: int


@dataclass(frozen=True, slots=True)
class Week:
    """``waits`` are minutes to each step: (median, 95th percentile), None where nobody took one."""

    begins: datetime
    asked: int
    answered: int
    sessions: int
    alerts: Mapping[str, int]
    useful: int
    not_useful: int
    waits: Mapping[str, tuple[float, float] | None]
    yields: tuple[Yield, ...]

    @property
    def per_100_sessions(self) -> float:
        """Alerts for each hundred sessions that were asked about."""
        return 100 * sum(self.alerts.values()) / self.sessions if self.sessions else 0.0


def week(unit: Unit, clinic: Clinic, begins: datetime, ends: datetime) -> Week:
    """Count what fell due, and what was raised, from ``begins`` until before ``ends``. Canary and drills never count."""
    check_in, alert, mark = table_of(CheckInRow), table_of(AlertRow), table_of(AlertMarkRow)
    due = (
        check_in.c.state.in_(OVER),
        check_in.c.due_at >= begins,
        check_in.c.due_at < ends,
        real(check_in.c.patient_id),
    )
    by_state = select(check_in.c.state, func.count()).where(*due).group_by(check_in.c.state)
    states: Counter[str] = Counter()
    for state, count in unit.connection.execute(by_state):
        states[state] = count
    sessions = unit.connection.scalar(select(func.count(check_in.c.session_id.distinct())).where(*due)) or 0
    raised = (alert.c.raised_at >= begins, alert.c.raised_at < ends, real(alert.c.patient_id))
    rows = list(
        unit.connection.execute(
            select(
                alert.c.level, alert.c.raised_at, alert.c.seen_at, alert.c.taken_at, alert.c.contacted_at, mark.c.useful
            )
            .join(mark, mark.c.alert_id == alert.c.id, isouter=True)
            .where(*raised)
        )
    )
    return Week(
        begins=begins,
        asked=sum(states.values()),
        answered=states["done"],
        sessions=sessions,
        alerts=dict(sorted(Counter(row.level for row in rows).items())),
        useful=sum(row.useful is True for row in rows),
        not_useful=sum(row.useful is False for row in rows),
        waits={
            step: spread(
                (at - row.raised_at).total_seconds() / 60 for row in rows if (at := getattr(row, f"{step}_at"))
            )
            for step in STEPS
        },
        yields=_yields(unit, clinic, begins, ends),
    )


def spread(minutes: Iterable[float]) -> tuple[float, float] | None:
    """The median and the 95th percentile (the nearest rank: a value that occurred); None of nothing."""
    values = sorted(minutes)
    return (median(values), values[ceil(0.95 * len(values)) - 1]) if values else None


def _yields(unit: Unit, clinic: Clinic, begins: datetime, ends: datetime) -> tuple[Yield, ...]:
    """Each question of the week, those that came up with alerts first. Silence that counted as an answer is none."""
    check_in, run, answer = table_of(CheckInRow), table_of(RunRow), table_of(AnswerRow)
    query = (
        select(
            answer.c.question,
            answer.c.codes,
            answer.c.number,
            run.c.level,
            run.c.revision,
            func.count().label("times"),
        )
        .select_from(check_in)
        .join(run, run.c.checkin_id == check_in.c.id)
        .join(answer, answer.c.run_id == run.c.id)
        .where(check_in.c.state.in_(OVER), check_in.c.due_at >= begins, check_in.c.due_at < ends)
        .where(real(check_in.c.patient_id), answer.c.assumed.is_(False))
        .group_by(answer.c.question, answer.c.codes, answer.c.number, run.c.level, run.c.revision)
    )
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in unit.connection.execute(query):
        well = clinic.script(unit, row.revision).well.get(row.question)
        otherwise = well is None or tuple(row.codes.split()) != well.codes or row.number != well.number
        counts = found[plain(row.question)]
        counts[0] += row.times
        counts[1] += row.times if otherwise else 0
        counts[2] += row.times if otherwise and row.level != "D5" else 0
    every = (Yield(question, *counts) for question, counts in found.items())
    return tuple(sorted(every, key=lambda each: (-each.alerted, -each.otherwise, each.question)))


def week_words(clinic: Clinic, figures: Week, language: str) -> str:
    """The figures as a message."""
    ui = clinic.ui(language)
    percent = round(100 * figures.answered / figures.asked) if figures.asked else 0
    levels = ", ".join(f"{level}: {count}" for level, count in figures.alerts.items()) or "0"
    lines = [
        ui.say("nurse.week.head"),
        ui.say("nurse.week.answers", answered=figures.answered, asked=figures.asked, percent=percent),
        ui.say("nurse.week.alerts", levels=levels, rate=f"{figures.per_100_sessions:.1f}", sessions=figures.sessions),
        ui.say("nurse.week.useful", useful=figures.useful, other=figures.not_useful),
    ]
    for step in STEPS:
        wait = figures.waits[step]
        if wait is not None:
            lines.append(ui.say(f"nurse.wait.{step}", median=f"{wait[0]:.1f}", most=f"{wait[1]:.1f}"))
    lines.append("")
    lines.append(ui.say("nurse.week.yields"))
    lines.extend(
        ui.say(
            "nurse.week.yield",
            question=_short(clinic, each.question, language),
            answered=each.answered,
            otherwise=each.otherwise,
            alerted=each.alerted,
        )
        for each in figures.yields[:MOST_QUESTIONS]
    )
    silent = sum(not each.otherwise for each in figures.yields)
    lines.append(ui.say("nurse.week.never", count=silent))
    return "\n".join(lines)


def _short(clinic: Clinic, question: str, language: str) -> str:
    """How a question is called in short, by the first script that has it; its name where none has it any more."""
    for script in clinic.scripts.values():
        texts = clinic.texts(script, language)
        if texts.has(f"question.{question}.short"):
            return texts.raw(f"question.{question}.short")
    return question
