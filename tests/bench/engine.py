"""A turn of the engine with its state through JSON, and the checker's proof of the scripts."""

import time
from datetime import UTC, datetime, timedelta

from bot.core.check.checking import check
from bot.core.check.floor_reading import read_floor
from bot.core.engine.advance import advance
from bot.core.engine.events import Input, Opened, Tapped
from bot.core.engine.run import Run, RunKind, RunState, Subject
from bot.core.flow.model import Phase, Script
from bot.wiring.flows import FLOOR
from tests.bench.result import Result, Row, ms, p50, p99, us
from tests.bench.seed import PROCEDURE, STEP, ZONE
from tests.bench.settings import BenchSettings

NAME = "engine"
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
TURN_S = 0.001
CHECK_S = 2.0


def run(settings: BenchSettings) -> Result:
    """In this process, no I/O."""
    script = settings.flows.scripts[PROCEDURE]
    turns = [took for _ in range(settings.pick(50, 300)) for took in _conversation(script)]
    rows = [
        Row(
            "a turn, state through JSON, median",
            us(p50(turns)),
            goal=f"at most {us(TURN_S)}",
            met=p50(turns) <= TURN_S,
        ),
        Row("a turn, 99th percentile", us(p99(turns))),
    ]
    floor = read_floor(settings.flows.files[FLOOR], FLOOR, settings.flows.scripts.values())
    for procedure, each in settings.flows.scripts.items():
        cases = settings.flows.cases(procedure)
        took = []
        for _ in range(settings.pick(2, 4)):
            began = time.perf_counter()
            found = len(check(each, floor, cases=cases))
            took.append(time.perf_counter() - began)
        rows.append(
            Row(
                f"check of {procedure}: {len(each.questions)} questions, {len(each.rules)} rules, {found} findings",
                ms(p50(took)),
                goal=f"at most {ms(CHECK_S)}",
                met=p50(took) <= CHECK_S,
            )
        )
    return Result(
        NAME,
        "A decision costs microseconds, and a script is proved while its author waits.",
        rows,
        (
            f"A well patient's check-in {STEP} ({PROCEDURE}); each turn reads the run from JSON and writes it back.",
            "Measured before: python-statemachine 3 and PTB's ConversationHandler, about 110 us a step without rules.",
        ),
    )


def _conversation(script: Script) -> list[float]:
    """How long each turn of a well patient took."""
    entry = script.plan.check_in(STEP)
    assert entry is not None
    subject = Subject(session_id="s", procedure=PROCEDURE, t0=NOW - timedelta(hours=24), zone=ZONE, sites=("cheek",))
    state = Run(
        id="r",
        revision=script.revision,
        kind=RunKind.PLANNED,
        step=STEP,
        phase=Phase.EARLY,
        sets=entry.sets,
        subjects=(subject,),
        opened_at=NOW,
    ).model_dump_json()
    given: Input = Opened()
    took = []
    while True:
        began = time.perf_counter()
        turn = advance(script, Run.model_validate_json(state), given, NOW)
        state = turn.run.model_dump_json()
        took.append(time.perf_counter() - began)
        if turn.run.state is RunState.ENDED or turn.run.asking is None:
            return took
        given = Tapped(question=turn.run.asking, code=script.questions[turn.run.asking].well)
