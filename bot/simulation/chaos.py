"""Faults, drawn from the seed: at the calls, at the updates, at the process, at the disk and at the clock."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.emulator.faults import Fault, FaultKind
from bot.simulation.clinic import SimulatedClinic
from bot.simulation.disk import DiskFault

CALLS = (
    FaultKind.FLOOD,
    FaultKind.ERROR_BEFORE,
    FaultKind.ERROR_AFTER,
    FaultKind.CUT_BEFORE,
    FaultKind.CUT_AFTER,
    FaultKind.HANG_BEFORE,
    FaultKind.HANG_AFTER,
    FaultKind.NOT_JSON,
    FaultKind.SLOW,
    FaultKind.BLOCKED,
    FaultKind.CHAT_NOT_FOUND,
    FaultKind.UNAUTHORIZED,
    FaultKind.CONFLICT,
)
UPDATES = (FaultKind.DUPLICATE_UPDATE, FaultKind.PRESS_AGAIN, FaultKind.OUT_OF_ORDER, FaultKind.UNPARSABLE_PRESS)
PROCESS = ("kill", "kill_twice", "term", "stall", "asleep", "clock_forward", "clock_back")
KINDS: tuple[str, ...] = (
    *(kind.value for kind in CALLS),
    *(kind.value for kind in UPDATES),
    FaultKind.OUTAGE.value,
    *PROCESS,
    *(kind.value for kind in DiskFault),
    "crowd",
)
"""Every kind of fault, by the name that ``--without`` takes."""
RARE = frozenset({FaultKind.BLOCKED, FaultKind.CHAT_NOT_FOUND, FaultKind.UNAUTHORIZED})
POLLING_ONLY = frozenset({FaultKind.CONFLICT})


class Chaos:
    """Each seed chooses which kinds happen at all, and how often; ``end`` stops all of it."""

    def __init__(self, clinic: SimulatedClinic, chance: random.Random, without: frozenset[str]) -> None:
        self._clinic = clinic
        self._chance = chance
        share = chance.choice((0.3, 0.6, 1.0))
        chosen = {kind for kind in KINDS if chance.random() < share}
        self.kinds = chosen - without
        self._call_kinds = [kind for kind in CALLS if kind.value in self.kinds]
        self._per_call = chance.choice((0.01, 0.04, 0.15))
        self._disk_kinds = [kind for kind in DiskFault if kind.value in self.kinds]
        self._per_commit = chance.choice((0.0005, 0.003, 0.01))
        self._mean_pause = chance.choice((3600.0, 14400.0, 40000.0))
        self.on = False
        self.fired: Counter[str] = Counter()
        self._bad: list[tuple[float, float, int | None]] = []
        """From when to when something that was made to go wrong explains what is late, and in which chat (None: all)."""
        self._clock_until = -1.0
        self.while_down: Callable[[], Awaitable[None]] | None = None
        """Done before some of the restarts."""
        clinic.wire.draw = self.call_fault
        clinic.disk.draw = self.disk_fault

    def explain(self, seconds: float, chat: int | None = None) -> None:
        """What goes wrong now explains what is late in so many seconds, in this chat or anywhere."""
        now = self._clinic.loop.time()
        self._bad = [each for each in self._bad if each[1] > now - 86400]
        self._bad.append((now, now + seconds, chat))

    def explained(self, since: float, chat: int | None) -> bool:
        """Whether something was wrong at any moment since then, for this chat."""
        now = self._clinic.loop.time()
        return any(begin <= now and end >= since for begin, end, where in self._bad if where is None or where == chat)

    def clock_slack(self) -> timedelta:
        """How wrong the machine's clock may have been when it decided what it does now."""
        wrong = self._clinic.loop.time() <= self._clock_until or self._clinic.clock.shift
        return timedelta(hours=1, seconds=5) if wrong else timedelta(0)

    def call_fault(self, method: str, chat: int | None) -> Fault | None:
        """The fault of one call, or none."""
        if not self.on or not self._call_kinds or self._chance.random() >= self._per_call:
            return None
        kind = self._chance.choice(self._call_kinds)
        if kind in RARE and self._chance.random() < 0.9:
            return None
        if (kind in POLLING_ONLY or kind is FaultKind.UNAUTHORIZED) and method != "getUpdates":
            return None
        if kind in (FaultKind.BLOCKED, FaultKind.CHAT_NOT_FOUND) and (chat is None or chat < 0):
            return None
        retry, seconds = self._chance.randint(1, 60), self._chance.uniform(3, 60)
        status = self._chance.choice((500, 502, 504))
        self._clinic.trace.note("fault", kind.value, method)
        # Only a wait that Telegram asks for, a line that hangs, and a token that it does not know delay what is urgent.
        lasts = {FaultKind.FLOOD: retry + 2.0, FaultKind.UNAUTHORIZED: 10.0}.get(kind, 45.0)
        self.explain(lasts, chat)
        return Fault(kind, method=method, chat_id=chat, retry_after=retry, seconds=seconds, status=status)

    def disk_fault(self) -> DiskFault | None:
        """The fault of one commit, or none."""
        if not self.on or not self._disk_kinds or self._chance.random() >= self._per_commit:
            return None
        kind = self._chance.choice(self._disk_kinds)
        self.fired[kind.value] += 1
        self._clinic.trace.note("fault", kind.value)
        self.explain(30)  # what failed is tried again after 1, 4 and 16 s
        return kind

    async def run(self, until: float) -> None:
        """Let things go wrong until then, and keep the product started: a supervisor restarts what died."""
        self.on = True
        loop = self._clinic.loop
        keeper = loop.create_task(self._supervise())
        kinds = [kind for kind in (*UPDATES, FaultKind.OUTAGE, *PROCESS, "crowd") if str(kind) in self.kinds]
        while loop.time() < until:
            pause = self._chance.expovariate(1 / self._mean_pause)
            await asyncio.sleep(min(pause, max(0.0, until - loop.time())))
            if loop.time() < until and kinds:
                await self._happen(str(self._chance.choice(kinds)))
        self.on = False
        self._clinic.world.faults.clear()
        keeper.cancel()

    async def _supervise(self) -> None:
        while True:
            await self._clinic.ended.wait()
            await asyncio.sleep(self._chance.choice((1.0, 3.0, 3.0, 60.0)))
            if not self._clinic.is_up:
                self.explain(45)
                if self.while_down is not None and self._chance.random() < 0.3:
                    await self.while_down()
                self._clinic.start()

    async def _happen(self, kind: str) -> None:
        clinic, chance, loop = self._clinic, self._chance, self._clinic.loop
        clinic.trace.note("happens", kind)
        if kind in [each.value for each in UPDATES]:
            clinic.world.faults.add(Fault(FaultKind(kind)))
            return
        if kind == FaultKind.OUTAGE:
            seconds = chance.choice((chance.uniform(1, 60), chance.uniform(60, 3600), chance.uniform(3600, 26 * 3600)))
            self.explain(seconds + 10)
            clinic.world.faults.add(Fault(FaultKind.OUTAGE, until=clinic.world.now() + seconds))
            return
        self.fired[kind] += 1
        match kind:
            case "kill" | "kill_twice":
                self._kill_soon()
                if kind == "kill_twice":
                    await asyncio.sleep(chance.uniform(0, 90))
                    self._kill_soon()
            case "crowd":
                await clinic.crowd()
            case "asleep":
                loop.stall(8 * 3600)
                self.explain(60)
            case "term":
                clinic.terminate()
            case "stall":
                seconds = chance.uniform(1, 60)
                loop.stall(seconds)
                self.explain(seconds + 2)
            case "clock_forward" | "clock_back":
                hours = 1 if kind == "clock_forward" else -1
                clinic.clock.shift += timedelta(hours=hours)
                length = chance.uniform(60, 7200)
                self._clock_until = loop.time() + length + 3700
                self.explain(length + 3700)
                await asyncio.sleep(length)
                clinic.clock.shift -= timedelta(hours=hours)

    def _kill_soon(self) -> None:
        """Kill between two callbacks, a few or some hundred from now."""
        life = self._clinic.life
        if life is None or not life.alive:
            return
        at = life.steps + self._chance.choice((1, 5, 50, 500)) + self._chance.randrange(50)

        def step() -> None:
            if life.steps >= at:
                self.explain(60)
                self._clinic.kill(life, f"step {at}")

        life.on_step = step
