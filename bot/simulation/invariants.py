"""The promises that are checked while the run goes on: at each call, each confirmation and each commit."""

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.emulator.world import Call
from bot.simulation.chaos import Chaos
from bot.simulation.clinic import SimulatedClinic, as_moment, as_text
from bot.simulation.loop import LIFE
from bot.simulation.people import People
from bot.simulation.telegram import BEGAN, OUTBOX
from bot.simulation.violation import Ledger
from bot.store.tables import OutboxRow
from bot.store.unit import Unit, table_of

MESSAGES = ("sendMessage", "sendPhoto", "sendDocument", "copyMessage")
GONE = ("stopped", "deceased", "forgotten")
RED_FLAG_BOUND = 5.0
LONGEST_STEP = timedelta(hours=1, minutes=5)
"""No ladder lets an emergency that nobody has taken rest for longer."""
OWN_LIMIT = 30
"""Messages of the bot in any one second, by our own pacing."""
HEART_LATE = timedelta(minutes=2)
HEART_BULK_LATE = timedelta(minutes=17)
"""A minute (or a quarter of an hour) that the auditor allows, and the minute until it looks again."""


@dataclass(slots=True)
class Delivery:
    """One message that Telegram put into a chat."""

    at: float
    life: int
    began: float


class Invariants:
    """Watches every call, every confirmation and every commit."""

    def __init__(self, clinic: SimulatedClinic, people: People, chaos: Chaos) -> None:
        self._clinic = clinic
        self._people = people
        self._chaos = chaos
        self.ledger = Ledger(clinic.trace.note, lambda: clinic.loop.steps)
        self.check = self.ledger.check
        self.worst_delay = 0.0
        self.worst_delay_explained = 0.0
        self.deliveries: dict[int, list[Delivery]] = defaultdict(list)
        self.attempts: dict[int, list[float]] = defaultdict(list)
        self._known_sent: dict[int, int] = {}
        self._second: deque[float] = deque()
        self._advice: dict[int, tuple[float, int]] = {}
        self._waiting: dict[int, float] = {}
        self._seen = {"outbox": 0, "inbox": 0, "audit": 0}
        self.audit_lines: list[tuple[Any, ...]] = []
        self._pinned: dict[str, str] = {}
        self._gone_since: dict[str, float] = {}
        self._acknowledged: dict[str, float] = {}
        clinic.wire.attempt = self.attempted
        clinic.wire.learned = self.learned
        clinic.wire.confirmed = self.confirmed
        clinic.on_beat = self.beat
        chaos.while_down = self.recovered_twice

    def attempted(self, row: int, method: str) -> None:
        """The product begins a call for a row of its outbox."""
        if not row or method not in MESSAGES:
            return
        now, life = self._clinic.loop.time(), LIFE.get()
        found = self._clinic.ask(
            "SELECT priority, kind, state, chat_id, patient_id, checkin_id, made_at, alert_id FROM outbox WHERE id = ?",
            row,
        )
        self.check("I2", bool(found), f"message {row} is sent and stands nowhere")
        if not found:
            return
        priority, kind, state, chat, patient, checkin, made_at, alert = found[0]
        knew = self._known_sent.get(row)
        self.check("I2", knew is None or knew != (life.number if life else 0), f"{row} ({kind}): repeated, known sent")
        self.check("I2", state in ("sending", "sent"), f"message {row} ({kind}) is sent while it is {state}")
        self._nobody_who_left(row, priority, kind, chat, patient)
        if priority == 4 and kind.startswith("question") and checkin:
            self._not_early(row, checkin, patient)
        if alert is not None and kind == "alert_card":
            self._no_alert_after_taken(row, alert, as_moment(made_at))
        self._limit(now)
        tries = self.attempts[row]
        tries.append(now)
        if len(tries) == 1 and row in self._advice:
            self._red_flag_delay(row, chat)

    def learned(self, row: int, method: str, well: bool) -> None:
        """The product has read the answer of a call."""
        life = LIFE.get()
        if row and well and method in MESSAGES and life is not None:
            self._known_sent[row] = life.number

    def _nobody_who_left(self, row: int, priority: int, kind: str, chat: int, patient: str | None) -> None:
        """I8: nothing to whoever left but the answer to her own words; no check-in to a chat that blocked the bot."""
        found = self._clinic.ask("SELECT id, stage, reachable FROM patient WHERE chat_id = ?", chat)
        own = [person for person in self._people.patients if person.phone.id == chat]
        if own:
            self.check(
                "I8", patient in (None, own[0].patient_id), f"{row} ({kind}) is about somebody else than its chat"
            )
        for key, stage, reachable in found:
            left = stage in GONE and self._clinic.loop.time() - self._gone_since.get(key, 0.0) > 5
            self.check("I8", not left or priority <= 3, f"{row} ({kind}) goes to a patient who is {stage}")
            self.check("I8", bool(reachable) or priority <= 3, f"{row} ({kind}) goes to a chat that blocked the bot")

    def _not_early(self, row: int, checkin: str, patient: str | None) -> None:
        """I10: not before it is due, and not in the patient's night."""
        clock = self._clinic.clock()
        slack = self._chaos.clock_slack()
        for due_at, opened_at, step, zone in self._clinic.ask(
            "SELECT c.due_at, c.opened_at, c.step, p.zone FROM checkin c JOIN patient p ON p.id = c.patient_id"
            " WHERE c.id = ? AND c.kind = 'planned'",
            checkin,
        ):
            self.check("I10", as_moment(due_at) <= clock + slack, f"message {row} came before {due_at} ({step})")
            if opened_at is None or slack or len(self.attempts[row]) > 0:
                continue
            local = as_moment(opened_at).astimezone(ZoneInfo(zone))
            night = self._clinic.is_night(local)
            self.check("I10", not night, f"check-in {checkin} ({step}) was opened at {local:%H:%M}, in the night")

    def _no_alert_after_taken(self, row: int, alert: str, made_at: Any) -> None:
        """I4: no re-alert once an acknowledgement is committed: no new card is written while its promise runs."""
        found = self._clinic.ask("SELECT state, closed_at FROM alert WHERE id = ?", alert)
        for state, closed_at in found:
            written_after = closed_at is not None and made_at > as_moment(closed_at)
            self.check("I4", state != "closed" or not written_after, f"alert {alert} is told again after it was closed")

    def _limit(self, now: float) -> None:
        """I9: our own pacing keeps the bot under Telegram's limit."""
        self._second.append(now)
        while self._second[0] <= now - 1:
            self._second.popleft()
        self.check("I9", len(self._second) <= OWN_LIMIT, f"{len(self._second)} messages began within one second")

    def confirmed(self, update_ids: list[int]) -> None:
        """I3: what is confirmed to Telegram is on the disk: an update that is lost may be a red flag."""
        for update_id in update_ids:
            kept = self._clinic.ask("SELECT 1 FROM inbox WHERE update_id = ?", update_id)
            self.check("I3", bool(kept), f"update {update_id} was confirmed and not kept")

    def heard(self, call: Call) -> None:
        """A call reached Telegram."""
        row = OUTBOX.get()
        chat = int(call.params.get("chat_id") or 0)
        self._clinic.trace.note("call", call.method, chat, row, call.error or "ok", len(str(call.params)))
        if call.method not in MESSAGES or call.result is None or not row:
            return
        began, life = BEGAN.get()
        earlier = self.deliveries[row]
        if earlier:
            ((priority, kind),) = self._clinic.ask("SELECT priority, kind FROM outbox WHERE id = ?", row)
            self.check("I2", len(earlier) < 2, f"message {row} ({kind}) was delivered a third time")
            self.check("I2", priority <= 2, f"message {row} ({kind}) was delivered twice")
        self.checks_one("I2")
        self._nobody_elses(chat, str(call.params.get("text", "")))
        earlier.append(Delivery(self._clinic.loop.time(), life, began))

    def checks_one(self, invariant: str) -> None:
        """It held here."""
        self.ledger.checks[invariant] += 1

    def _nobody_elses(self, chat: int, text: str) -> None:
        """I8: no patient's name in any chat but her own and the staff's."""
        staff = {person.phone.id for person in self._people.staff} | {self._clinic.group.id}
        others = [p.name for p in self._people.patients if p.phone.id != chat and p.name in text and chat not in staff]
        self.check("I8", not others, f"chat {chat} was told of {others}")

    def _red_flag_delay(self, row: int, chat: int) -> None:
        """I3: from the commit of the advice to its first attempt: 5 s and what an outage explains."""
        made, life = self._advice[row]
        delay = self._clinic.loop.time() - made
        explained = self._chaos.explained(made, chat) or life != self._clinic.lives
        if explained:
            self.worst_delay_explained = max(self.worst_delay_explained, delay)
            return
        self.worst_delay = max(self.worst_delay, delay)
        self.check("I3", delay <= RED_FLAG_BOUND, f"advice {row} was first tried after {delay:.1f} s")

    def beat(self) -> None:
        """I14: the heartbeat went out, so nothing may be overdue: looked up here by other queries than the auditor's."""
        now = self._clinic.clock()
        late, bulk = as_text(now - HEART_LATE), as_text(now - HEART_BULK_LATE)
        for what, sql, limit in (
            ("updates", "SELECT update_id FROM inbox WHERE state = 'pending' AND received_at < ?", late),
            ("alerts", "SELECT id FROM alert WHERE state <> 'closed' AND (next_at IS NULL OR next_at < ?)", late),
            ("urgent", "SELECT id FROM outbox WHERE state = 'pending' AND priority <= 3 AND due_at < ?", late),
            ("check-ins", "SELECT id FROM checkin WHERE state = 'planned' AND due_at < ?", bulk),
            ("waits", "SELECT id FROM run WHERE wake_at < ?", late),
            ("under way", "SELECT id FROM outbox WHERE state = 'sending' AND lease_until < ?", late),
        ):
            rows = self._clinic.ask(sql, limit)
            self.check("I14", not rows, f"the heart beats and {what} are overdue: {rows[:3]}")

    async def recovered_twice(self) -> None:
        """I13: recovering again what was recovered changes nothing. To be called while no process runs."""

        def picture(unit: Unit) -> list[tuple[object, ...]]:
            return [tuple(row) for row in unit.connection.execute(table_of(OutboxRow).select()).all()]

        office = self._clinic.office
        await office.delivery.recover(mine=True)
        once = await office.store.look(picture)
        await asyncio.sleep(1)
        await office.delivery.recover(mine=True)
        self.check("I13", once == await office.store.look(picture), "recovering twice is not recovering once")

    def after_commit(self) -> None:
        """What must hold after each commit that changed something."""
        clinic, now = self._clinic, self._clinic.loop.time()
        lost = clinic.ask("SELECT id FROM alert WHERE state <> 'closed' AND next_at IS NULL")
        self.check("I4", not lost, f"alerts {lost} have no next step")
        soon = as_text(clinic.clock() + LONGEST_STEP)
        late = clinic.ask(
            "SELECT id FROM alert WHERE state IN ('sent', 'seen') AND level IN ('D1', 'D2') AND next_at > ?", soon
        )
        self.check("I4", not late or bool(self._chaos.clock_slack()), f"alerts {late} have no step for an hour")
        for row, kind in clinic.ask("SELECT id, kind FROM outbox WHERE id > ?", self._seen["outbox"]):
            self._seen["outbox"] = row
            if kind == "advice":
                self._advice[row] = (now, clinic.lives)
        self._updates(now)
        for line in clinic.ask(
            "SELECT id, at, actor, verb, subject, detail FROM audit WHERE id > ? ORDER BY id", self._seen["audit"]
        ):
            self._seen["audit"] = line[0]
            self.audit_lines.append(tuple(line))
        for run, revision in clinic.ask("SELECT id, revision FROM run"):
            was = self._pinned.setdefault(run, revision)
            self.check("I7", was == revision, f"run {run} began on {was} and is on {revision}")
        for patient, stage in clinic.ask("SELECT id, stage FROM patient"):
            if stage in GONE:
                self._gone_since.setdefault(patient, now)
            else:
                self._gone_since.pop(patient, None)

    def _updates(self, now: float) -> None:
        """I3: what was kept is handled within the bound, unless something that was made to go wrong explains it."""
        for (update,) in self._clinic.ask(
            "SELECT update_id FROM inbox WHERE update_id > ? AND state = 'pending'", self._seen["inbox"]
        ):
            self._waiting.setdefault(update, now)
        last = self._clinic.ask("SELECT MAX(update_id) FROM inbox")[0][0]
        self._seen["inbox"] = max(self._seen["inbox"], last or 0)
        for update, since in list(self._waiting.items()):
            state = self._clinic.ask("SELECT state FROM inbox WHERE update_id = ?", update)
            if state and state[0][0] == "pending":
                continue
            del self._waiting[update]
            explained = self._chaos.explained(since, None)
            if not explained:
                self.check(
                    "I3", now - since <= RED_FLAG_BOUND, f"update {update} was handled after {now - since:.1f} s"
                )
