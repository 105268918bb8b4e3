"""The table of permissions: closed, and what the brief says of it."""

from bot.core.roles import ALLOWED, CLINICAL, Act, Role, may


def test_every_act_has_its_row_and_somebody_who_may() -> None:
    assert set(ALLOWED) == set(Act)
    assert all(ALLOWED.values())


def test_only_a_clinician_lowers_anything() -> None:
    assert [role for role in Role if may(role, Act.LOWER)] == [Role.CLINICIAN]


def test_reception_books_and_calls_and_no_more() -> None:
    mine = {act for act in Act if may(Role.RECEPTION, act)}
    assert mine == {Act.LOOK, Act.BOOK, Act.CALL, Act.STAGE, Act.CLOSE, Act.TEST_SELF}


def test_who_treats_closes_red_alerts() -> None:
    assert ALLOWED[Act.CLOSE_RED] == CLINICAL


def test_a_role_that_nobody_knows_may_do_nothing() -> None:
    assert not any(may("owner", act) for act in Act)
