"""The promises, each a small function with its id; a broken one is a violation of the run."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.emulator.world import Call
from bot.simulation.chaos import Chaos
from bot.simulation.clinic import SimulatedClinic, as_moment, as_text
from bot.simulation.people import People
from bot.simulation.telegram import BEGAN, OUTBOX

MESSAGES = ("sendMessage", "sendPhoto", "sendDocument", "copyMessage")
PATIENCE = 9.0
"""An answer that takes longer may not have been waited for."""
RED_FLAG_BOUND = 5.0


class Violation(Exception):
    """An invariant is broken."""

    def __init__(self, invariant: str, what: str) -> None:
        super().__init__(f"{invariant}: {what}")
        self.invariant = invariant
        self.what = what


@dataclass(slots=True)
class Delivery:
    """One message that Telegram put into a chat, and what the product learned of it."""

    at: float
    error: str | None
    life: int
    began: float


class Invariants:
    """Watches every call, every confirmation and every commit; ``at_the_end`` looks at what is left."""

    def __init__(self, clinic: SimulatedClinic, people: People, chaos: Chaos) -> None:
        self._clinic = clinic
        self._people = people
        self._chaos = chaos
        self.checks: dict[str, int] = defaultdict(int)
        self.violations: list[Violation] = []
        self.worst_delay = 0.0
        self.worst_delay_explained = 0.0
        self._deliveries: dict[int, list[Delivery]] = defaultdict(list)
        self._attempts: Counter[int] = Counter()
        clinic.wire.attempt = self.attempted
        clinic.wire.confirmed = self.confirmed

    def _check(self, invariant: str, holds: bool, what: Callable[[], str]) -> None:
        self.checks[invariant] += 1
        if not holds:
            violation = Violation(invariant, what())
            self.violations.append(violation)
            self._clinic.trace.note("VIOLATION", violation)

    # While it runs

    def attempted(self, row: int, method: str) -> None:
        """The product begins a call for a row of its outbox."""
        if not row:
            return
        self._attempts[row] += 1
        if self._attempts[row] == 1:
            self._red_flag_delay(row)

    def confirmed(self, update_ids: list[int]) -> None:
        """I3: what is confirmed to Telegram is on the disk: an update that is lost may be a red flag."""
        for update_id in update_ids:
            kept = self._clinic.ask("SELECT 1 FROM inbox WHERE update_id = ?", update_id)
            self._check("I3", bool(kept), lambda update_id=update_id: f"update {update_id} was confirmed and not kept")

    def heard(self, call: Call) -> None:
        """A call reached Telegram."""
        row = OUTBOX.get()
        chat = call.params.get("chat_id")
        self._clinic.trace.note("call", call.method, chat, row, call.error or "ok", len(str(call.params)))
        if call.method not in MESSAGES or call.result is None or not row:
            return
        began, life = BEGAN.get()
        earlier = self._deliveries[row]
        self._not_too_often(row, earlier)
        self._not_early(row, int(chat or 0))
        self._nobody_elses(int(chat or 0), str(call.params.get("text", "")))
        earlier.append(Delivery(self._clinic.loop.time(), call.error, life, began))

    def _not_too_often(self, row: int, earlier: list[Delivery]) -> None:
        """I2: never more than twice; a second time only for advice and alerts whose first outcome was not known."""
        if not earlier:
            self.checks["I2"] += 1
            return
        ((priority, kind),) = self._clinic.ask("SELECT priority, kind FROM outbox WHERE id = ?", row)
        self._check("I2", len(earlier) < 2, lambda: f"message {row} ({kind}) was delivered a third time")
        self._check("I2", priority <= 2, lambda: f"message {row} ({kind}) was delivered twice")
        last, (began, life) = earlier[-1], BEGAN.get()
        now = self._clinic.loop.time()
        slow = (
            last.at - last.began > PATIENCE or now - began > PATIENCE
        )  # given up, and overtaken by its own repetition
        unknown = last.error is not None or last.life != life or slow
        self._check("I2", unknown, lambda: f"message {row} ({kind}) was repeated after a known success")

    def _not_early(self, row: int, chat: int) -> None:
        """I10: a planned check-in does not come before it is due, nor in the patient's night."""
        found = self._clinic.ask(
            "SELECT c.due_at, c.kind FROM outbox o JOIN checkin c ON c.id = o.checkin_id WHERE o.id = ? AND o.priority = 4",
            row,
        )
        for due_at, kind in found:
            now = self._clinic.clock()
            late_clock = (
                timedelta(hours=1, seconds=5) if self._clinic.loop.time() < self._chaos.bad_until else timedelta(0)
            )
            self._check(
                "I10",
                as_moment(due_at) <= now + late_clock,
                lambda due_at=due_at, kind=kind: f"message {row} came before {due_at} ({kind})",
            )

    def _nobody_elses(self, chat: int, text: str) -> None:
        """I8: no patient's name in anybody else's chat; nothing at all to a chat that blocks the bot."""
        own = {person.phone.id: person.name for person in self._people.patients}
        if chat in own or chat == self._clinic.group.id:
            others = [name for place, name in own.items() if place != chat and name in text]
            self._check("I8", not others, lambda: f"chat {chat} was told of {others}")

    def _red_flag_delay(self, row: int) -> None:
        """I3: from the answer's arrival to the first attempt of its advice."""
        found = self._clinic.ask("SELECT made_at, kind, priority FROM outbox WHERE id = ?", row)
        if not found or found[0][1] != "advice":
            return
        delay = (self._clinic.clock() - as_moment(found[0][0])).total_seconds()
        if self._clinic.loop.time() < self._chaos.bad_until:
            self.worst_delay_explained = max(self.worst_delay_explained, delay)
            return
        self.worst_delay = max(self.worst_delay, delay)
        self._check("I3", delay <= RED_FLAG_BOUND, lambda: f"advice {row} was first tried after {delay:.1f} s")

    def after_commit(self) -> None:
        """I4 and I5, cheap enough for each commit that changed something."""
        lost = self._clinic.ask("SELECT id FROM alert WHERE state <> 'closed' AND next_at IS NULL")
        self._check("I4", not lost, lambda: f"alerts {lost} have no next step")

    # At the end, hours after the last fault

    def at_the_end(self) -> None:
        """Everything that must hold once all is quiet."""
        for check in (self._sent_is_delivered, self._shown, self._reds, self._alerts, self._answers, self._settled):
            check()
        for crash in self._clinic.crashed:
            # A start on a disk that fails ends the process; whoever keeps it started starts it again.
            explained = crash.startswith("OperationalError") and "COMMIT" in crash
            self._check("I12", explained, lambda crash=crash: f"the process ended by itself: {crash}")

    def _sent_is_delivered(self) -> None:
        """I1: what the outbox says was sent is in a chat."""
        for (row,) in self._clinic.ask("SELECT id FROM outbox WHERE state = 'sent' AND method <> 'edit'"):
            self._check(
                "I1", bool(self._deliveries.get(row)), lambda row=row: f"message {row} counts as sent and was not"
            )

    def _shown(self) -> None:
        """I1: a check-in that is due was opened, or is in a state with a reason that staff see."""
        limit = as_text(self._clinic.clock() - timedelta(hours=1))
        if not self._clinic.ask("SELECT 1 FROM staff WHERE reachable AND removed_at IS NULL AND chat_id IS NOT NULL"):
            limit = ""  # while nobody would hear of a red flag, check-ins wait, and the heartbeat stops
        for key, due_at in self._clinic.ask(
            "SELECT id, due_at FROM checkin WHERE due_at < ? AND state = 'planned'", limit
        ):
            self._check("I1", False, lambda key=key, due_at=due_at: f"check-in {key} was due at {due_at}")
        self.checks["I1"] += 1
        for row, kind in self._clinic.ask(
            "SELECT o.id, o.kind FROM outbox o WHERE o.state IN ('unknown', 'refused') AND o.kind = 'planned' AND NOT"
            " EXISTS (SELECT 1 FROM task t WHERE t.patient_id = o.patient_id AND t.made_at >= o.made_at)"
        ):
            self._check("I1", False, lambda row=row, kind=kind: f"message {row} ({kind}) is unknown and nobody is told")

    def _reds(self) -> None:
        """I3: each red flag that was kept has an alert, and its advice was tried."""
        for red in self._people.reds:
            inbox = self._clinic.ask("SELECT state, done_at FROM inbox WHERE update_id = ?", red.update_id)
            if not inbox or inbox[0][0] != "done":
                continue
            if red.words:
                alerts = self._clinic.ask("SELECT id FROM alert WHERE patient_id = ?", red.patient)
                self._check("I3", bool(alerts), lambda red=red: f"no alert for the words of update {red.update_id}")
        for alert, level, run in self._clinic.ask(
            "SELECT id, level, run_id FROM alert WHERE level IN ('D1', 'D2', 'D3')"
        ):
            cards = self._clinic.ask("SELECT id FROM outbox WHERE alert_id = ? AND kind LIKE 'alert%'", alert)
            told = any(self._deliveries.get(row) for (row,) in cards)
            self._check("I3", told, lambda alert=alert, level=level: f"alert {alert} ({level}) reached nobody")
            if run is not None:
                advice = self._clinic.ask("SELECT id FROM outbox WHERE run_id = ? AND kind = 'advice'", run)
                tried = any(self._attempts.get(row) for (row,) in advice)
                self._check("I3", tried, lambda alert=alert: f"the advice of alert {alert} was never tried")

    def _alerts(self) -> None:
        """I4 and I5: an open alert's next step is not overdue; it is taken once and by a named person."""
        limit = as_text(self._clinic.clock() - timedelta(minutes=10))
        for (alert,) in self._clinic.ask("SELECT id FROM alert WHERE state <> 'closed' AND next_at < ?", limit):
            self._check("I4", False, lambda alert=alert: f"alert {alert} stands still")
        for alert, state, by in self._clinic.ask("SELECT id, state, taken_by FROM alert"):
            self.checks["I4"] += 1
            log = self._clinic.ask("SELECT what, who FROM alert_log WHERE alert_id = ? ORDER BY id", alert)
            taken = [who for what, who in log if what == "taken"]
            self._check("I5", len(taken) <= 1 or _was_raised(log), lambda alert=alert: f"alert {alert} was taken twice")
            named = not taken or bool(by) or state in ("sent", "seen")
            self._check("I5", named and all(taken), lambda alert=alert: f"nobody is named for alert {alert}")

    def _answers(self) -> None:
        """I6: an answer counts once, whatever its update was."""
        people = self._people
        for run, question, patient, count in self._clinic.ask(
            "SELECT run_id, question, patient_id, COUNT(*) FROM answer WHERE assumed = 0 GROUP BY 1, 2, 3"
        ):
            given = people.presses[run, question] + people.texts[patient]
            self._check("I6", count <= given, lambda q=question, n=count, g=given: f"{q}: {n} answers to {g} presses")

    def _settled(self) -> None:
        """I12: hours after the last fault nothing is under way."""
        now = self._clinic.clock()
        old = as_text(now - timedelta(minutes=5))
        for what, sql in (
            ("messages under way", "SELECT id, kind FROM outbox WHERE state = 'sending' AND lease_until < ?"),
            ("messages waiting", "SELECT id, kind FROM outbox WHERE state = 'pending' AND due_at < ?"),
            ("updates waiting", "SELECT update_id, error FROM inbox WHERE state = 'pending' AND received_at < ?"),
            ("waits", "SELECT id, wake_at FROM run WHERE wake_at < ?"),
        ):
            rows = self._clinic.ask(sql, old)
            self._check("I12", not rows, lambda what=what, rows=rows: f"{what}: {rows[:3]}")


def _was_raised(log: list[Any]) -> bool:
    return any("rais" in what or "level" in what or "again" in what for what, _ in log)
