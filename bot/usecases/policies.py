"""The escalation policy of an alert: the one that it began with, whatever the file says by now."""

from bot.core.alert.policy import Policy
from bot.store.tables import AlertRow, PolicyRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic


def policy_of(unit: Unit, clinic: Clinic, alert: AlertRow) -> Policy:
    """The policy that the alert began with: editing the file changes no alert under way."""
    if alert.policy == clinic.policy.revision:
        return clinic.policy
    return Policy.model_validate_json(unit.get(PolicyRow, alert.policy).policy)
