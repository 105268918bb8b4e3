"""The two patients who are nobody: the canary's and the drill's. Their rows never count and never ring the wrong people."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

CANARY, DRILL = "canary", "drill"
"""Ids of rows in ``patient``; no real patient's id (twelve digits of a random number) can be one of them."""
SYNTHETIC = (CANARY, DRILL)


def real(patient_id: Any) -> ColumnElement[bool]:
    """Of a column of patients' ids: those of people."""
    return col(patient_id).not_in(SYNTHETIC)
