"""The rota: everything that is planned, and who is on at a moment by it."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from bot.core.cover.duty import Dated, Holiday, Rank, Stretch, Weekly


class Rota(BaseModel):
    """All duties of a clinic. What is nearer to the day wins.

    A shift on a date, before a holiday, before the weekly pattern, before a standing duty. Where two of one kind meet,
    both persons are called.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    weekly: tuple[Weekly, ...] = ()
    dated: tuple[Dated, ...] = ()
    holidays: tuple[Holiday, ...] = ()

    def who_is_on(self, rank: Rank, at: datetime) -> tuple[str, ...]:
        """The ids of those who are called at this step at this moment, each once, in the order of the plan.

        Who is called first is never the second person as well: a second call to the same phone is no second person.
        """
        found = self._planned(rank, at)
        if rank is Rank.SECOND:
            first = self._planned(Rank.FIRST, at)
            return tuple(each for each in found if each not in first)
        return found

    def _planned(self, rank: Rank, at: datetime) -> tuple[str, ...]:
        dated = [each for each in self.dated if each.rank is rank and each.covers(at)]
        on_date = [each.staff_id for each in dated if each.ends is not None]
        if on_date:
            return tuple(dict.fromkeys(on_date))
        holiday = self.holiday_at(at)
        if holiday is not None:
            who = holiday.who(rank)
            return (who,) if who else ()
        weekly = [each.staff_id for each in self.weekly if each.rank is rank and each.covers(at)]
        return tuple(dict.fromkeys(weekly or [each.staff_id for each in dated]))

    def holiday_at(self, at: datetime) -> Holiday | None:
        """The holiday that this moment falls into, or None. Of two, the one that began last."""
        found = [each for each in self.holidays if each.span.covers(at)]
        return max(found, key=lambda each: each.first_day, default=None)

    def changes(self, begins: datetime, ends: datetime) -> tuple[datetime, ...]:
        """Every moment inside at which somebody else may be on, in order; ``begins`` is the first."""
        found = {begins}
        for line in self.weekly:
            for shift in line.within(begins, ends):
                found |= {shift.begins, shift.ends}
        for each in self.dated:
            found |= {each.begins} | ({each.ends} if each.ends is not None else set())
        for holiday in self.holidays:
            found |= {holiday.span.begins, holiday.span.ends}
        return tuple(sorted(moment for moment in found if begins <= moment < ends))

    def duties(self, staff_id: str, begins: datetime, ends: datetime) -> tuple[tuple[Rank, Stretch], ...]:
        """When somebody is on in this time, each stretch whole inside it, by step; in order of time."""
        found: list[tuple[Rank, Stretch]] = []
        moments = (*self.changes(begins, ends), ends)
        for rank in Rank:
            since: datetime | None = None
            for moment in moments:
                on = moment < ends and staff_id in self.who_is_on(rank, moment)
                if on and since is None:
                    since = moment
                elif not on and since is not None:
                    found.append((rank, Stretch(begins=since, ends=moment)))
                    since = None
        return tuple(sorted(found, key=lambda duty: (duty[1].begins, duty[0])))
