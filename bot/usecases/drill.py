"""A drill: an alarm about nobody, by the real ladder and all channels, with the time until it is seen and taken."""

from datetime import datetime

from bot.core.errors import Refused
from bot.core.wording.alert_card import AlertFacts
from bot.store.tables import AlertRow, PolicyRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.escalate_alert import climb
from bot.usecases.posting import audit
from bot.usecases.raise_alert import log, open_alert
from bot.usecases.synthetic import DRILL, keep_patient


def start_drill(unit: Unit, clinic: Clinic, now: datetime, by: str) -> AlertRow:
    """Raise it as a D1 raises, now. Taking it ends it. Errors: Refused while another one is under way."""
    if open_alert(unit, DRILL) is not None:
        raise Refused("nurse.drill.running")
    patient = keep_patient(unit, clinic, now, DRILL, None)
    unit.insert_new(PolicyRow(id=clinic.policy.revision, policy=clinic.policy.model_dump_json(), published_at=now))

    def facts(language: str) -> AlertFacts:
        what = clinic.ui(language).plain("nurse.drill.what")
        return AlertFacts(
            case_code=patient.case_code,
            initials="—",
            phone=clinic.facts.phone,
            procedure=what,
            sites="—",
            day=0,
            hour=0,
            rules=(what,),
            rule_ids=(patient.case_code,),
        )

    others = {language: facts(language) for language in clinic.messages if language != clinic.facts.language}
    alert = AlertRow(
        id=clinic.new_id(),
        patient_id=DRILL,
        session_id=DRILL,
        level="D1",
        rules=patient.case_code,
        policy=clinic.policy.revision,
        raised_at=now,
        level_at=now,
        next_at=now,
        card=facts(clinic.facts.language).model_copy(update={"others": others}).model_dump_json(),
    )
    unit.insert(alert)
    log(unit, alert.id, now, "raised", by, patient.case_code)
    audit(unit, now, by, "start_drill", f"alert:{alert.id}")
    climb(unit, clinic, now, alert)
    return alert
