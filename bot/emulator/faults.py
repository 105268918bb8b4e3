"""Faults on demand: what a network and Telegram itself do to a bot on a bad day."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

ANY_METHOD = "*"


class FaultKind(StrEnum):
    """Everything that can be made to go wrong; "after" means that the call took effect all the same."""

    FLOOD = "flood"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    CUT_BEFORE = "cut_before"
    CUT_AFTER = "cut_after"
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    NOT_JSON = "not_json"
    SLOW = "slow"
    BLOCKED = "blocked"
    CHAT_NOT_FOUND = "chat_not_found"
    UNAUTHORIZED = "unauthorized"
    CONFLICT = "conflict"
    REFUSED = "refused"
    OUTAGE = "outage"
    DUPLICATE_UPDATE = "duplicate_update"
    PRESS_AGAIN = "press_again"
    OUT_OF_ORDER = "out_of_order"
    UNPARSABLE_PRESS = "unparsable_press"


UPDATE_KINDS = frozenset(
    {FaultKind.DUPLICATE_UPDATE, FaultKind.PRESS_AGAIN, FaultKind.OUT_OF_ORDER, FaultKind.UNPARSABLE_PRESS}
)
PRESS_KINDS = frozenset({FaultKind.PRESS_AGAIN, FaultKind.UNPARSABLE_PRESS})


@dataclass(slots=True, eq=False)
class Fault:
    """One thing that goes wrong `times` times (None: until it is lifted).

    `method` None means every method but getUpdates, so that a running poll does not use the fault up;
    `ANY_METHOD` means all, and an outage always does. `until` ends the fault by the world's clock.
    `retry_after` belongs to FLOOD, `status` to the two ERROR kinds, `seconds` to SLOW, `description` to
    REFUSED (a 400).
    """

    kind: FaultKind
    method: str | None = None
    chat_id: int | None = None
    times: int | None = 1
    until: float | None = None
    retry_after: int = 5
    status: int = 502
    seconds: float = 3.0
    description: str = "message is not modified"
    fired: int = 0

    def covers_call(self, method: str, chat_id: int | None) -> bool:
        """Whether this fault is meant for a call of `method` about `chat_id`."""
        if self.kind in UPDATE_KINDS:
            return False
        if self.kind is FaultKind.OUTAGE or self.method == ANY_METHOD:
            right_method = True
        else:
            right_method = method == self.method if self.method else method != "getUpdates"
        return right_method and self.chat_id in (None, chat_id)

    def covers_update(self, update_kind: str, chat_id: int | None) -> bool:
        """Whether this fault is meant for an update of this kind from `chat_id`."""
        if self.kind not in UPDATE_KINDS or self.chat_id not in (None, chat_id):
            return False
        return self.kind not in PRESS_KINDS or update_kind == "callback_query"


class Faults:
    """The faults that are waiting to happen, and how often each kind has happened."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.active: list[Fault] = []
        self.fired: Counter[FaultKind] = Counter()

    def add(self, fault: Fault) -> Fault:
        """Let a fault happen from now on; an OUTAGE lasts until it is lifted or until its `until`."""
        if fault.kind is FaultKind.OUTAGE:
            fault.times = None
        self.active.append(fault)
        return fault

    def lift(self, fault: Fault) -> None:
        """End a fault; one that has ended already is left alone."""
        if fault in self.active:
            self.active.remove(fault)

    def clear(self) -> None:
        """End every fault; the counts stay."""
        self.active.clear()

    def for_call(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that happens to this call, counted as fired."""
        if not self.active:
            return None
        return self._fire(lambda fault: fault.covers_call(method, chat_id))

    def for_update(self, update_kind: str, chat_id: int | None) -> Fault | None:
        """The fault that happens to this update, counted as fired."""
        if not self.active:
            return None
        return self._fire(lambda fault: fault.covers_update(update_kind, chat_id))

    def for_connection(self) -> Fault | None:
        """The outage that keeps a download or a webhook delivery from its end, counted as fired."""
        return self._fire(lambda fault: fault.kind is FaultKind.OUTAGE)

    def _fire(self, covers: Callable[[Fault], bool]) -> Fault | None:
        now = self._now()
        self.active = [fault for fault in self.active if fault.until is None or now < fault.until]
        for fault in self.active:
            if covers(fault):
                fault.fired += 1
                self.fired[fault.kind] += 1
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.active.remove(fault)
                return fault
        return None
