"""Who is on by the whole plan: what is nearer to the day wins, and gaps are found to the minute."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.cover.duty import Rank, Stretch
from bot.core.cover.gaps import Gap, Lack, find_gaps
from bot.core.cover.rota import Rota
from bot.core.cover.strip import COVERED, OPEN, THIN, UNTESTED, strip
from tests.core.cover.plans import MADRID, at, dated, holiday, line, week

DAYS_AND_NIGHTS = (*week("vega", "08:00", "20:00"), *week("lola", "20:00", "08:00"))
PEOPLE = ("vega", "lola", "marin", "rosa")


def on(rota: Rota, wall: str, rank: Rank = Rank.FIRST) -> tuple[str, ...]:
    return rota.who_is_on(rank, at(wall))


def test_the_pattern() -> None:
    rota = Rota(weekly=DAYS_AND_NIGHTS)
    assert [on(rota, f"2026-03-02 {hour}") for hour in ("07:59", "08:00", "19:59", "20:00")] == [
        ("lola",), ("vega",), ("vega",), ("lola",),
    ]  # fmt: skip
    assert on(rota, "2026-03-02 12:00", Rank.SECOND) == ()


def test_what_is_nearer_to_the_day_wins() -> None:
    standing = dated("rosa", "2026-01-01 00:00", None)
    rota = Rota(weekly=week("vega", "08:00", "20:00"), dated=(standing,))
    assert on(rota, "2026-12-25 12:00") == ("vega",)
    assert on(rota, "2026-12-25 21:00") == ("rosa",), "a standing duty is for what nobody else has"
    closed = rota.model_copy(update={"holidays": (holiday("2026-12-25", "2026-12-26", "lola"),)})
    assert on(closed, "2026-12-25 12:00") == on(closed, "2026-12-25 21:00") == ("lola",)
    assert on(closed, "2026-12-25 12:00", Rank.SECOND) == ()
    assert on(closed, "2026-12-27 12:00") == ("vega",)
    swapped = closed.model_copy(update={"dated": (standing, dated("marin", "2026-12-25 10:00", "2026-12-25 14:00"))})
    assert on(swapped, "2026-12-25 12:00") == ("marin",)
    assert on(swapped, "2026-12-25 14:00") == ("lola",)


def test_two_shifts_at_once_call_both() -> None:
    rota = Rota(weekly=(line("vega", 0, "08:00", "12:00"), line("lola", 0, "10:00", "14:00")))
    assert on(rota, "2026-03-02 11:00") == ("vega", "lola")


def test_the_first_person_is_never_the_second_too() -> None:
    rota = Rota(weekly=(*week("vega", "00:00", "00:00"), *week("vega", "00:00", "00:00", Rank.SECOND)))
    assert on(rota, "2026-03-02 11:00", Rank.SECOND) == ()
    both = Rota(weekly=(*rota.weekly, *week("lola", "00:00", "00:00", Rank.SECOND)))
    assert on(both, "2026-03-02 11:00", Rank.SECOND) == ("lola",)


def test_the_duties_of_a_person() -> None:
    rota = Rota(weekly=DAYS_AND_NIGHTS, dated=(dated("marin", "2026-03-02 20:00", "2026-03-02 23:00"),))
    assert rota.duties("lola", at("2026-03-02 12:00"), at("2026-03-04 12:00")) == (
        (Rank.FIRST, Stretch(begins=at("2026-03-02 23:00"), ends=at("2026-03-03 08:00"))),
        (Rank.FIRST, Stretch(begins=at("2026-03-03 20:00"), ends=at("2026-03-04 08:00"))),
    )


def gaps_of(rota: Rota, begins: str, ends: str, **lacks: Lack) -> list[Gap]:
    return [
        gap
        for gap in find_gaps(rota, lambda who: lacks.get(who), ("boss",), at(begins), at(ends))
        if gap.rank is Rank.FIRST
    ]


def test_gaps_are_found_to_the_minute() -> None:
    rota = Rota(weekly=week("vega", "08:00", "19:45"))
    (first, second) = gaps_of(rota, "2026-03-02 12:00", "2026-03-03 23:00")
    assert (first.begins, first.ends, first.why, first.staff) == (
        at("2026-03-02 19:45"), at("2026-03-03 08:00"), Lack.NOBODY, (),
    )  # fmt: skip
    assert second.ends == at("2026-03-03 23:00")


def test_a_person_who_is_not_reached_is_a_gap_and_a_second_one_closes_it() -> None:
    rota = Rota(weekly=week("vega", "00:00", "00:00"))
    (gap,) = gaps_of(rota, "2026-03-02 12:00", "2026-03-16 12:00", vega=Lack.BLOCKED)
    assert (gap.why, gap.staff, gap.ends - gap.begins) == (Lack.BLOCKED, ("vega",), timedelta(days=14))
    assert gap.reaches_nobody
    both = Rota(weekly=(*rota.weekly, *week("lola", "00:00", "00:00")))
    assert not gaps_of(both, "2026-03-02 12:00", "2026-03-16 12:00", vega=Lack.BLOCKED)
    lacking = gaps_of(both, "2026-03-02 12:00", "2026-03-16 12:00", vega=Lack.BLOCKED, lola=Lack.NOT_TESTED)
    assert [each.why for each in lacking] == [Lack.NOT_TESTED], "the mildest of both counts"
    assert not lacking[0].reaches_nobody


def test_every_lead_stands_in_where_no_lead_of_the_hour_is_planned() -> None:
    whole = (at("2026-03-02 00:00"), at("2026-03-03 00:00"))
    ranks = {gap.rank for gap in find_gaps(Rota(), lambda _: None, ("boss",), *whole)}
    assert ranks == {Rank.FIRST, Rank.SECOND}
    assert {gap.rank for gap in find_gaps(Rota(), lambda _: None, (), *whole)} == set(Rank)


def test_the_strip_shows_the_worst_of_an_hour() -> None:
    def gap(rank: Rank, begins: str, ends: str, why: Lack) -> Gap:
        return Gap(rank=rank, begins=at(f"2026-03-28 {begins}"), ends=at(f"2026-03-28 {ends}"), why=why)

    found = dict(
        strip(
            (
                gap(Rank.FIRST, "01:30", "02:00", Lack.NOBODY),
                gap(Rank.SECOND, "01:00", "03:00", Lack.BLOCKED),
                gap(Rank.FIRST, "05:00", "06:00", Lack.NOT_TESTED),
            ),
            date(2026, 3, 28),
            2,
            MADRID,
        )
    )
    assert found[date(2026, 3, 28)][:7] == f"{COVERED}{OPEN}{THIN}{COVERED}{COVERED}{UNTESTED}{COVERED}"
    assert [len(each) for each in found.values()] == [24, 23]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.integers(0, 6), st.integers(0, 47), st.integers(0, 47), st.sampled_from(Rank)),
        max_size=12,
    ),
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 800), st.integers(1, 60), st.sampled_from(Rank)), max_size=6),
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(20, 31), st.integers(0, 3)), max_size=2),
    st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(Lack), max_size=3),
)  # fmt: skip
def test_a_moment_is_in_a_gap_exactly_when_its_step_reaches_nobody(
    lines: list[tuple[str, int, int, int, Rank]],
    shifts: list[tuple[str, int, int, Rank]],
    closed: list[tuple[str, int, int]],
    lacks: dict[str, Lack],
) -> None:
    """Across the change of the clock in March, for any plan."""
    begins = at("2026-03-24 09:10")
    rota = Rota(
        weekly=tuple(
            line(who, day, f"{a // 2:02}:{30 * (a % 2):02}", f"{b // 2:02}:{30 * (b % 2):02}", rank)
            for who, day, a, b, rank in lines
        ),
        dated=tuple(
            dated(who, "2026-03-24 00:00", None, rank).model_copy(
                update={"begins": begins + timedelta(minutes=25 * a), "ends": begins + timedelta(minutes=25 * (a + b))}
            )
            for who, a, b, rank in shifts
        ),
        holidays=tuple(holiday(f"2026-03-{day}", f"2026-03-{min(day + more, 31)}", who) for who, day, more in closed),
    )
    found = find_gaps(rota, lambda who: lacks.get(who), ("vega",), begins, begins + timedelta(days=8))
    for rank in Rank:
        mine = [gap for gap in found if gap.rank is rank]
        assert all(earlier.ends <= later.begins for earlier, later in pairwise(mine))
        for step in range(8 * 24 * 2):
            moment = begins + timedelta(minutes=30 * step + 7)
            staff = rota.who_is_on(rank, moment) or (("vega",) if rank is Rank.LEAD else ())
            reached = any(each not in lacks for each in staff)
            assert reached is not any(gap.begins <= moment < gap.ends for gap in mine), (rank, moment)
