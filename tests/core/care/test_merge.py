"""Check-ins of an older and a newer session that fall together are asked once, with every question set."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.care.plan import Merge, Planned, merge

DAY = timedelta(hours=24)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def check_in(name: str, hours: float, *sets: str) -> Planned:
    return Planned(id=name, due_at=NOW + timedelta(hours=hours), sets=sets)


def test_every_question_set_is_kept_and_asked_once() -> None:
    older, newer = [check_in("old", 10, "A", "L", "FT")], [check_in("new", 2, "A", "V", "FT")]
    assert merge(older, newer, DAY) == (Merge(older="old", newer="new", sets=("A", "V", "L", "FT")),)


def test_the_nearest_partner_is_taken_and_the_earlier_of_two() -> None:
    older = [check_in("old", 10, "A", "L", "FT")]
    newer = [check_in("far", 0, "A", "FT"), check_in("near", 8, "A", "FT"), check_in("after", 12, "A", "FT")]
    assert [each.newer for each in merge(older, newer, DAY)] == ["near"]


def test_late_checks_without_a_partner_go_on() -> None:
    older = [check_in("at the edge", 26, "A", "L", "FT"), check_in("alone", 26.1, "A", "L", "FT")]
    assert [each.older for each in merge(older, [check_in("new", 2, "A", "FT")], DAY)] == ["at the edge"]
    assert merge(older, [], DAY) == ()


def test_two_older_ones_with_the_same_partner_both_leave_their_sets() -> None:
    older = [check_in("one", 1, "A", "L", "FT"), check_in("two", 3, "A", "SW", "FT")]
    merges = merge(older, [check_in("new", 2, "A", "V", "FT")], DAY)
    assert merges[-1].sets == ("A", "V", "L", "SW", "FT")


SETS = st.lists(st.sampled_from(["V", "L", "SW", "I", "H"]), unique=True).map(lambda names: ("A", *names, "FT"))
PLANNED = st.lists(st.tuples(st.integers(0, 500), SETS), max_size=6)


@given(PLANNED, PLANNED)
def test_no_question_set_is_lost(
    older: list[tuple[int, tuple[str, ...]]], newer: list[tuple[int, tuple[str, ...]]]
) -> None:
    old = [check_in(f"o{place}", hours, *sets) for place, (hours, sets) in enumerate(older)]
    new = {f"n{place}": check_in(f"n{place}", hours, *sets) for place, (hours, sets) in enumerate(newer)}
    merges = merge(old, list(new.values()), DAY)
    last = {each.newer: each.sets for each in merges}
    for each in merges:
        before = next(one for one in old if one.id == each.older)
        assert abs(new[each.newer].due_at - before.due_at) <= DAY
        assert {*before.sets, *new[each.newer].sets} <= set(last[each.newer])
        assert last[each.newer][0] == "A"
        assert last[each.newer][-1] == "FT"
        assert len(set(each.sets)) == len(each.sets)
    assert len({each.older for each in merges}) == len(merges)


def test_the_first_hours_do_not_wait_for_the_next_day() -> None:
    """c2 at 16:00 goes with a check-in at 17:30, but not with one of the next morning."""
    older = [check_in("c2", 7, "A", "V", "FT").model_copy(update={"by_the_hour": True})]
    near, next_day = check_in("near", 8.5, "A", "FT"), check_in("next day", 25, "A", "FT")
    assert [each.newer for each in merge(older, [near, next_day], DAY)] == ["near"]
    assert merge(older, [next_day], DAY) == ()


def test_rather_the_next_day_than_too_much_at_once() -> None:
    older = [check_in("old", 24, "A", "L", "FT")]
    long = check_in("long", 24, "A", "V", "H", "I", "R", "N", "BT", "FT")
    short = check_in("short", 48, "A", "V", "R", "FT")
    assert [each.newer for each in merge(older, [long, short], DAY)] == ["short"]
    assert [each.newer for each in merge(older, [long], DAY)] == ["long"]


MOMENTS = st.integers(0, 240)


@given(st.lists(MOMENTS, max_size=8), st.lists(MOMENTS, max_size=8), st.lists(MOMENTS, max_size=8))
def test_nobody_is_asked_more_than_a_day_late_through_a_chain(
    first: list[int], second: list[int], third: list[int]
) -> None:
    """Three sessions: what was merged into the second moves to the third only as far as it may itself."""
    rows = {
        f"{name}{place}": check_in(f"{name}{place}", hours, "A", "FT").model_copy(update={"by_the_hour": place == 0})
        for name, moments in (("a", first), ("b", second), ("c", third))
        for place, hours in enumerate(moments)
    }

    def of(name: str) -> list[Planned]:
        return [each for each in rows.values() if each.id.startswith(name)]

    host = {each.older: each.newer for each in merge(of("a"), of("b"), DAY)}
    left = [each for each in of("a") if each.id not in host]
    guests = {each.id: tuple(rows[older] for older, newer in host.items() if newer == each.id) for each in of("b")}
    middle = [each.model_copy(update={"guests": guests[each.id]}) for each in of("b")]
    host |= {each.older: each.newer for each in merge([*left, *middle], of("c"), DAY)}
    for row in rows.values():
        last = row.id
        while last in host:
            last = host[last]
        late = abs(rows[last].due_at - row.due_at)
        assert late <= (timedelta(hours=3) if row.by_the_hour else DAY)
