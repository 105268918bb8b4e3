"""The promises that are checked when all is quiet, hours after the last fault."""

from datetime import timedelta

from bot.core.engine.run import Run
from bot.simulation.chaos import Chaos
from bot.simulation.clinic import SimulatedClinic, as_text
from bot.simulation.invariants import Invariants
from bot.simulation.people import People
from bot.store.tables import RunRow
from bot.store.unit import Unit


class Ending:
    """Looks at what is left in the database and in the chats."""

    def __init__(self, clinic: SimulatedClinic, people: People, chaos: Chaos, seen: Invariants) -> None:
        self._clinic = clinic
        self._ask = clinic.ask
        self._people = people
        self._chaos = chaos
        self._seen = seen
        self._check = seen.check

    async def look(self) -> None:
        """Everything."""
        for check in (
            self._sent_is_delivered,
            self._shown,
            self._reds,
            self._alerts,
            self._answers,
            self._audited,
            self._settled,
        ):
            check()
        await self._runs()
        for crash in self._clinic.crashed:
            # A start on a disk that fails ends the process; whoever keeps it started starts it again.
            explained = crash.startswith("OperationalError") and "COMMIT" in crash
            self._check("I12", explained, f"the process ended by itself: {crash}")

    def _sent_is_delivered(self) -> None:
        """I1: what the outbox says was sent is in a chat."""
        for (row,) in self._ask("SELECT id FROM outbox WHERE state = 'sent' AND method <> 'edit'"):
            self._check("I1", bool(self._seen.deliveries.get(row)), f"message {row} counts as sent and was not")

    def _shown(self) -> None:
        """I1: each due check-in was delivered, or stands in a state that staff are shown, with a reason."""
        due = as_text(self._clinic.clock() - timedelta(hours=1))
        listens = self._ask("SELECT 1 FROM staff WHERE reachable AND removed_at IS NULL AND chat_id IS NOT NULL")
        for key, patient, state, reason, into, due_at, step in self._ask(
            "SELECT id, patient_id, state, reason, merged_into, due_at, step FROM checkin"
            " WHERE due_at < ? AND kind <> 'on_demand'",
            due,
        ):
            name = f"check-in {key} ({step}), due at {due_at},"
            if state == "planned":
                # While nobody would hear of a red flag check-ins wait, and the heartbeat must have stopped (I14).
                held = not listens and (self._clinic.beat_at or 0) < self._clinic.loop.time() - 1800
                self._check("I1", held, f"{name} was not opened")
            elif state == "merged":
                self._check("I1", bool(self._ask("SELECT 1 FROM checkin WHERE id = ?", into)), f"{name} went nowhere")
            elif state in ("cancelled",):
                self._check("I1", bool(reason), f"{name} was cancelled without a reason")
            elif state == "no_answer" and reason:
                self._check("I1", bool(self._tasks(patient, due_at)), f"{name} was given up and nobody is told")
            else:
                rows = self._ask("SELECT id FROM outbox WHERE checkin_id = ? AND method <> 'edit'", key)
                there = any(self._seen.deliveries.get(row) for (row,) in rows)
                told = bool(reason) or bool(self._tasks(patient, due_at))
                self._check("I1", there or told, f"{name} is {state}, was not delivered, and nobody is told")

    def _tasks(self, patient: str, since: str) -> list[tuple[str]]:
        return self._ask("SELECT id FROM task WHERE patient_id = ? AND made_at >= ?", patient, since)

    def _reds(self) -> None:
        """I3: each red flag that was kept has its alert; the advice was delivered, or a person was told to phone."""
        for red in self._people.reds:
            inbox = self._ask("SELECT state FROM inbox WHERE update_id = ?", red.update_id)
            if not inbox:
                # Not confirmed: Telegram has it still, or forgot it after its own 24 h.
                self._check("I3", not self._clinic.was_confirmed(red.update_id), f"red update {red.update_id} is lost")
                continue
            self._check("I3", inbox[0][0] in ("done", "dead"), f"red update {red.update_id} is still {inbox[0][0]}")
            if inbox[0][0] == "dead":
                told = self._ask("SELECT 1 FROM task WHERE cause = ?", f"dead:{red.update_id}")
                self._check("I3", bool(told), f"nobody is told of the dead update {red.update_id}")
            elif red.words:
                alerts = self._ask("SELECT id FROM alert WHERE patient_id = ?", red.patient)
                self._check("I3", bool(alerts), f"no alert for the words of update {red.update_id}")
            elif red.counts:
                alerts = self._ask("SELECT id FROM alert WHERE patient_id = ? AND level IN ('D1', 'D2')", red.patient)
                self._check("I3", bool(alerts), f"no alert for the red press of update {red.update_id}")
        for alert, run, patient in self._ask(
            "SELECT id, run_id, patient_id FROM alert WHERE level IN ('D1', 'D2', 'D3')"
        ):
            cards = self._ask("SELECT id FROM outbox WHERE alert_id = ? AND kind LIKE 'alert%'", alert)
            self._check("I3", any(self._seen.deliveries.get(r) for (r,) in cards), f"alert {alert} reached nobody")
            if run is None:
                continue
            advice = self._ask("SELECT id FROM outbox WHERE run_id = ? AND kind = 'advice'", run)
            there = any(self._seen.deliveries.get(row) for (row,) in advice)
            told = self._ask(
                "SELECT 1 FROM task WHERE patient_id = ? AND kind IN ('undelivered', 'phone_call', 'phone_now')",
                patient,
            )
            self._check("I3", there or bool(told), f"the advice of alert {alert} was lost and nobody phones")

    def _alerts(self) -> None:
        """I4 and I5: an open alert's next step is not overdue; it is taken once and by a named person."""
        limit = as_text(self._clinic.clock() - timedelta(minutes=2))
        for (alert,) in self._ask("SELECT id FROM alert WHERE state <> 'closed' AND next_at < ?", limit):
            self._check("I4", False, f"alert {alert} stands still")
        for alert, state, by, taken_at in self._ask("SELECT id, state, taken_by, taken_at FROM alert"):
            log = self._ask("SELECT what, who FROM alert_log WHERE alert_id = ? ORDER BY id", alert)
            named: list[str] = []
            raised = True
            for what, who in log:
                if what in ("raised", "again", "more_severe", "joined") or what.startswith(("raise", "told_new")):
                    raised = True
                if what == "taken":
                    self._check("I5", raised or who != (named[-1] if named else None), f"alert {alert}: taken twice")
                    named.append(who)
                    raised = False
            self._check("I5", all(named), f"nobody is named for alert {alert}")
            spoke = [who for what, who in log if what.startswith("contact_")]  # whoever phones at once has taken it
            shown = state not in ("taken", "contacted") or (bool(by) and taken_at is not None and by in named + spoke)
            self._check("I5", shown, f"alert {alert} is {state} and the record does not say by whom and when")

    def _answers(self) -> None:
        """I6: an answer counts once, whatever its update was; what is typed can answer one question each."""
        people = self._people
        each_run: dict[str, list[int]] = {}
        for run, question, patient, count in self._ask(
            "SELECT run_id, question, patient_id, COUNT(*) FROM answer WHERE assumed = 0 GROUP BY 1, 2, 3"
        ):
            given = people.presses[run, question] + people.texts[patient]
            self._check("I6", count <= given, f"{question}: {count} answers to {given} presses and texts")
            each_run.setdefault(patient, []).append(max(0, count - people.presses[run, question]))
        for patient, beyond in each_run.items():
            self._check("I6", sum(beyond) <= people.texts[patient], f"{patient}: more answers than acts ({beyond})")

    def _audited(self) -> None:
        """I11: lines that were written stay as they were, and each state change has exactly one of its own."""
        now = [tuple(each) for each in self._ask("SELECT id, at, actor, verb, subject, detail FROM audit ORDER BY id")]
        first = now[0][0] if now else 0
        kept = [line for line in self._seen.audit_lines if line[0] >= first]
        self._check("I11", now[-len(kept) :] == kept if kept else True, "lines of the audit trail were changed or lost")
        for key, state in self._ask(
            "SELECT id, state FROM checkin WHERE opened_at IS NOT NULL AND kind <> 'on_demand'"
        ):
            lines = self._ask(
                "SELECT COUNT(*) FROM audit WHERE verb = 'open_check_in' AND subject = ?", f"checkin:{key}"
            )[0][0]
            self._check("I11", lines == 1, f"check-in {key} ({state}) was opened, with {lines} audit lines")
        for table, verb, where in (
            ("alert", "close_alert", "state = 'closed' AND closed_by <> 'bot'"),
            ("patient", "enrol_patient", "made_by <> ''"),
        ):
            for (key,) in self._ask(f"SELECT id FROM {table} WHERE {where}"):
                lines = self._ask("SELECT COUNT(*) FROM audit WHERE verb = ? AND subject = ?", verb, f"{table}:{key}")
                self._check("I11", lines[0][0] == 1, f"{table} {key}: {lines[0][0]} audit lines of {verb}")

        for verb, words in (
            ("raise_alert", "raised', 'raised_again"),
            ("join_alert", "joined"),
            ("take_alert", "taken"),
        ):
            for key, lines, logged in self._ask(
                "SELECT id, (SELECT COUNT(*) FROM audit WHERE verb = ? AND subject = 'alert:' || alert.id),"
                f" (SELECT COUNT(*) FROM alert_log WHERE alert_id = alert.id AND what IN ('{words}')) FROM alert",
                verb,
            ):
                self._check("I11", lines == logged, f"alert {key}: {lines} audit lines of {verb}, {logged} in its log")

    def _settled(self) -> None:
        """I12: hours after the last fault nothing is under way."""
        old = as_text(self._clinic.clock() - timedelta(minutes=5))
        for what, sql in (
            ("messages under way", "SELECT id, kind FROM outbox WHERE state = 'sending' AND lease_until < ?"),
            ("messages waiting", "SELECT id, kind FROM outbox WHERE state = 'pending' AND due_at < ?"),
            ("updates waiting", "SELECT update_id, error FROM inbox WHERE state = 'pending' AND received_at < ?"),
            ("waits", "SELECT id, wake_at FROM run WHERE wake_at < ?"),
            ("channel calls", "SELECT id, error FROM channel_call WHERE state = 'sending' AND lease_until < ?"),
        ):
            rows = self._ask(sql, old)
            self._check("I12", not rows, f"{what}: {rows[:3]}")

    async def _runs(self) -> None:
        """I7: every run is in a state that its script allows, and holds the answers that were recorded."""

        def look(unit: Unit) -> list[tuple[str, str, str]]:
            return [(row.id, row.revision, row.body) for row in unit.many(RunRow)]

        scripts = {script.revision: script for script in self._clinic.flows.scripts.values()}
        for key, revision, body in await self._clinic.office.store.look(look):
            if body == "{}":
                continue
            run = Run.model_validate_json(body)
            script = scripts.get(revision)
            self._check("I7", run.revision == revision, f"run {key} says {run.revision}, its row {revision}")
            if script is None:
                continue
            strange = {*run.order, *([run.asking] if run.asking else [])} - set(script.questions)
            self._check("I7", not strange, f"run {key} holds questions that its script does not have: {strange}")
            self._check("I6", len(set(run.order)) == len(run.order), f"run {key} has a question twice: {run.order}")
