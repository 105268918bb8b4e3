"""Fetches the photos that wait, makes them anew and keeps them: one at a time a worker, beside the tick."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.core.post.files import FileSource, NotFetched
from bot.cycle.lanes import Lanes
from bot.cycle.pictures import Unusable, make_anew
from bot.store.engine import Store
from bot.store.tables import PhotoRow
from bot.usecases.clinic import Clinic
from bot.usecases.photos import claim_photo, keep_photo, not_fetched

log = logging.getLogger(__name__)

ALL = 0


class PhotoFetching:
    """Nobody waits for it: staff have the copy that Telegram made for them. Each worker has one photo in memory."""

    def __init__(self, store: Store, clinic: Clinic, source: FileSource, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clinic = clinic
        self._source = source
        self._clock = clock
        self._lanes = Lanes("photos", self._fetch_due, 1)

    def nudge(self) -> None:
        """Fetch what is due. Returns at once."""
        self._lanes.nudge([ALL])

    async def idle(self) -> None:
        """Wait until nothing is being fetched."""
        await self._lanes.idle()

    async def stop(self, within: float) -> None:
        """Begin no more; what is cut off is due again when its lease has run out."""
        await self._lanes.stop(within)

    async def _fetch_due(self, _: int) -> None:
        while not self._lanes.is_closed:
            row = await self._store.run(lambda unit: claim_photo(unit, self._clinic, self._clock()))
            if row is None:
                return
            await self._fetch(row)

    async def _fetch(self, row: PhotoRow) -> None:
        result: bytes | NotFetched = await self._source.fetch(row.file_id)
        if isinstance(result, bytes):
            try:
                pictures = await asyncio.to_thread(make_anew, result)
            except Unusable as unusable:
                result = NotFetched(unusable.why)
            else:
                await self._store.run(lambda unit: keep_photo(unit, row, pictures.image, pictures.thumbnail))
                return
        trouble = result
        log.info("a photo was not fetched: %s", trouble.why)
        await self._store.run(lambda unit: not_fetched(unit, self._clinic, self._clock(), row, trouble))
