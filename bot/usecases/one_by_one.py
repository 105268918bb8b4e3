"""Work off due rows one at a time: a row that fails is put off and a person hears of it, and the others go on."""

import logging
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy.exc import OperationalError

from bot.store.tables import PatientRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.raise_task import raise_task
from bot.usecases.task_words import own_words

log = logging.getLogger(__name__)

PUT_OFF = timedelta(minutes=1)
"""When a row that failed is tried again."""
CALL_WITHIN = timedelta(minutes=10)


class Due(Protocol):
    """A row about a patient that is due."""

    id: str
    patient_id: str


R = TypeVar("R", bound=Due)


def one_by_one(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    rows: Sequence[R],
    work: Callable[[R], object],
    put_off: Callable[[R, datetime], object],
    task: str,
) -> int:
    """Do ``work`` for each row in a savepoint of its own; how many rows there were.

    What one row raises must not keep the alerts of other patients from climbing. ``put_off`` sets the row's next time;
    a ``task`` of this kind is raised once for it. Errors of the database itself end the whole transaction.
    """
    for row in rows:
        if _survives(unit, row, work):
            continue
        put_off(row, now + PUT_OFF)
        _survives(unit, row, lambda stuck: _tell(unit, clinic, now, stuck, task))
    return len(rows)


def _survives(unit: Unit, row: R, work: Callable[[R], object]) -> bool:
    try:
        with unit.savepoint():
            work(row)
    except OperationalError:
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        name = place.filename.rpartition("/")[2]
        log.error("%s %s failed: %s at %s:%s", type(row).__name__, row.id, type(error).__name__, name, place.lineno)
        return False
    return True


def _tell(unit: Unit, clinic: Clinic, now: datetime, row: Due, task: str) -> None:
    patient = unit.get(PatientRow, row.patient_id)
    about = own_words("task.stuck")
    raise_task(unit, clinic, now, task, now + CALL_WITHIN, patient, cause=f"stuck:{row.id}", about=about)
