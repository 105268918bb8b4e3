"""What happened in a run, in order: the last events in words, and a hash of all of them."""

import hashlib
from collections import Counter, deque
from collections.abc import Callable

KEPT = 50


class Trace:
    """No ciphertext and no address of memory goes in: the same seed gives the same hash."""

    def __init__(self, time: Callable[[], float]) -> None:
        self._time = time
        self._hash = hashlib.sha256()
        self.last: deque[str] = deque(maxlen=KEPT)
        self.count = 0
        self.kinds: Counter[str] = Counter()

    def note(self, what: str, *details: object) -> None:
        """One event."""
        line = f"{self._time():.3f} {what} " + " ".join(str(each) for each in details)
        self._hash.update(line.encode())
        self._hash.update(b"\n")
        self.last.append(line)
        self.count += 1
        self.kinds[what] += 1

    @property
    def digest(self) -> str:
        """The first 16 hexadecimal digits."""
        return self._hash.hexdigest()[:16]
