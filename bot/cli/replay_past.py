"""Reads past conversations page by page and lets a draft judge them; only counts and de-identified patients stay."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from bot.core.check.hindsight import Judged, judge_again
from bot.core.flow.model import Script
from bot.store.engine import Store
from bot.usecases.past_runs import PastRun, past_runs, published


@dataclass(slots=True)
class Past:
    """What the draft makes of the past. The counters hold each de-identified patient once, with how often."""

    conversations: int = 0
    patients: set[str] = field(default_factory=set)
    red: int = 0
    still: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    lower: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    not_in_draft: int = 0
    unreadable: int = 0

    @property
    def is_less_safe(self) -> bool:
        """Would a patient who was told to act have been told less?"""
        return bool(self.lost or self.lower)

    def add(self, past: PastRun, judged: Judged) -> None:
        """Count one conversation."""
        self.conversations += 1
        self.patients.add(past.patient_id)
        line = f"{judged.patient}: {judged.before} before, {judged.after} with the draft"
        if judged.before.is_red:
            self.red += 1
            self.still += judged.after.is_red
        if judged.is_lost:
            self.lost[line] += 1
        elif judged.is_lower:
            self.lower[line] += 1
        elif judged.is_new:
            self.new[line] += 1


async def look_back(drafts: Mapping[str, Script]) -> Past:
    """Judge every conversation of the database again. Errors: SettingsError, NotReady. Nothing is written."""
    from bot.cli.at_hand import opened_store
    from bot.cli.at_start import settings_at_start

    found = Past()
    async with opened_store(settings_at_start()) as store:
        scripts = _Published(store)
        page = await store.look(past_runs)
        while page.runs:
            for past in page.runs:
                await _judge(past, drafts, scripts, found)
            page = await store.look(partial(past_runs, after=page.last))
    return found


async def _judge(past: PastRun, drafts: Mapping[str, Script], scripts: "_Published", found: Past) -> None:
    if past.run is None:
        found.unreadable += 1
        return
    old = await scripts.of(past.revision)
    procedure = old.procedure if old is not None else past.run.subjects[-1].procedure
    draft = drafts.get(procedure)
    if draft is None:
        found.not_in_draft += 1
        return
    found.add(past, judge_again(past.run, past.said, old, draft))


class _Published:
    """The scripts of the revisions that come up, each read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Script | None] = {}

    async def of(self, revision: str) -> Script | None:
        """The script, or None when it cannot be read."""
        if revision not in self._known:
            self._known[revision] = await self._store.look(lambda unit: published(unit, revision))
        return self._known[revision]
