"""An event loop whose clock is virtual and whose order is drawn from the seed; it opens no file and starts no thread."""

import asyncio
import contextvars
import heapq
import itertools
import random
from collections import deque
from collections.abc import Callable
from typing import Any

MOST_STEPS_AT_ONCE = 200_000
"""So many callbacks at one moment mean that something goes round in circles."""


class Life:
    """One process of the product. When it ends, none of its callbacks runs any more: not even ``finally``."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.alive = True
        self.steps = 0
        self.on_step: Callable[[], None] = lambda: None
        self.on_signal: Callable[[], None] = lambda: None


LIFE: contextvars.ContextVar[Life | None] = contextvars.ContextVar("life", default=None)
"""Whose code runs now. Every callback inherits it from what scheduled it; None is the world outside."""


class Stuck(Exception):
    """Nothing is left to happen, or the same moment never ends."""


class SimulatedTask(asyncio.Task[Any]):
    """A task that knows its life and has a hash that is the same in every run, so that sets keep their order."""

    def __init__(self, coro: Any, *, number: int, life: Life | None, **more: Any) -> None:
        self.number = number  # first: asyncio puts the task into a set while it is made
        self.life = life
        super().__init__(coro, **more)

    def __hash__(self) -> int:
        return self.number

    def __eq__(self, other: object) -> bool:
        return self is other


class SimulatedFuture(asyncio.Future[Any]):
    """A future whose hash is the same in every run."""

    def __init__(self, *, loop: asyncio.AbstractEventLoop, number: int) -> None:
        self.number = number
        super().__init__(loop=loop)

    def __hash__(self) -> int:
        return self.number

    def __eq__(self, other: object) -> bool:
        return self is other


class SimulatedLoop(asyncio.BaseEventLoop):
    """Runs one callback a turn, drawn from those that are ready; when none is, the clock jumps to the next timer."""

    _ready: deque[Any]
    _scheduled: list[Any]

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance
        self._now = 0.0
        self._at_this_moment = 0
        self._numbers = itertools.count(1)
        self._tasks: dict[SimulatedTask, None] = {}
        self.steps = 0
        self.burying = False
        self._limbo: list[Any] = []
        self.set_task_factory(self._make_task)

    def time(self) -> float:
        """Seconds since the simulation began."""
        return self._now

    def stall(self, seconds: float) -> None:
        """The machine stands still for so long: time passes and nobody runs."""
        self._now += seconds

    def create_future(self) -> asyncio.Future[Any]:
        """A future with a number of its own."""
        return SimulatedFuture(loop=self, number=next(self._numbers))

    def _make_task(self, loop: asyncio.AbstractEventLoop, coro: Any, **more: Any) -> Any:
        context = more.get("context")
        life = context.get(LIFE) if context is not None else LIFE.get()
        task = SimulatedTask(coro, number=next(self._numbers), life=life, loop=loop, **more)
        self._tasks[task] = None
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: Any) -> None:
        self._tasks.pop(task, None)

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """What would run in a thread runs now: opening a database file is the only thing that does."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def add_signal_handler(self, sig: int, callback: Callable[..., Any], *args: Any) -> None:  # type: ignore[override]
        """Remember who wants to hear of a signal: the life that asks."""
        life = LIFE.get()
        if life is not None:
            life.on_signal = lambda: callback(*args)

    def bury(self) -> None:
        """Cancel whatever is left, of ended lives too, so that nothing is collected half way. The run is over."""
        self.burying = True
        self._ready.extend(self._limbo)
        self.run_until_complete(self._cancel_all())
        for task in self._tasks:
            task._log_destroy_pending = False  # type: ignore[attr-defined]

    async def _cancel_all(self, rounds: int = 40, turns: int = 500) -> None:
        me = asyncio.current_task()
        for _ in range(rounds):
            left = [task for task in self._tasks if task is not me]
            if not left:
                return
            for task in left:
                task.cancel()
            for _ in range(turns):
                await asyncio.sleep(0)

    def _run_once(self) -> None:
        scheduled, ready = self._scheduled, self._ready
        while scheduled and scheduled[0]._cancelled:
            heapq.heappop(scheduled)._scheduled = False
        if not ready:
            if not scheduled:
                raise Stuck("nothing is left to happen")
            if scheduled[0]._when > self._now:
                self._now = scheduled[0]._when
                self._at_this_moment = 0
        while scheduled and scheduled[0]._when <= self._now:
            timer = heapq.heappop(scheduled)
            timer._scheduled = False
            if not timer._cancelled:
                ready.append(timer)
        if not ready:
            return
        place = self._chance.randrange(len(ready)) if len(ready) > 1 else 0
        handle = ready[place]
        del ready[place]
        if handle._cancelled:
            return
        life = handle._context.get(LIFE)
        if life is not None and not life.alive and not self.burying:
            self._limbo.append(handle)
            return
        self.steps += 1
        self._at_this_moment += 1
        if self._at_this_moment > MOST_STEPS_AT_ONCE:
            raise Stuck("the same moment never ends")
        handle._run()
        if life is not None and life.alive:
            life.steps += 1
            life.on_step()

    def _process_events(self, event_list: Any) -> None:
        """There are no events from outside."""

    def _write_to_self(self) -> None:
        """There is no other thread to wake this one."""
