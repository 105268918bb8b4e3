"""Cover: the weekly pattern, holidays, swaps, test alerts, and shifts for the lead of the hour."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


RANKS = {"old": "rank IN (1, 2)", "new": "rank IN (1, 2, 3)"}


def ranks(which: str) -> None:
    """Change which ranks a shift may have. SQLite cannot change a CHECK, so there the table is made anew with its rows."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_shift_rank"), "shift", type_="check")
        op.create_check_constraint(op.f("ck_shift_rank"), "shift", RANKS[which])
        return
    op.drop_index(op.f("ix_shift_staff_id"), "shift")
    op.drop_index(op.f("ix_shift_time"), "shift")
    op.rename_table("shift", "shift_before")
    op.create_table(
        "shift",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_shift_order")),
        sa.CheckConstraint(RANKS[which], name=op.f("ck_shift_rank")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_shift_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    op.execute(
        "INSERT INTO shift (id, staff_id, rank, starts_at, ends_at) "
        "SELECT id, staff_id, rank, starts_at, ends_at FROM shift_before"
    )
    op.drop_table("shift_before")
    op.create_index(op.f("ix_shift_staff_id"), "shift", ["staff_id"])
    op.create_index(op.f("ix_shift_time"), "shift", ["starts_at", "ends_at"])


def upgrade() -> None:
    """Bring the tables forward."""
    ranks("new")
    op.create_table(
        "cover_watch",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_day", sa.String(length=10), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cover_watch")),
    )
    op.create_table(
        "holiday",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("first_id", sa.String(), nullable=False),
        sa.Column("second_id", sa.String(), nullable=True),
        sa.Column("lead_id", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_holiday_order")),
        sa.ForeignKeyConstraint(["first_id"], ["staff.id"], name=op.f("fk_holiday_first_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["staff.id"], name=op.f("fk_holiday_lead_id")),
        sa.ForeignKeyConstraint(["second_id"], ["staff.id"], name=op.f("fk_holiday_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
    )
    op.create_index(op.f("ix_holiday_first_id"), "holiday", ["first_id"])

    op.create_table(
        "rota",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("begins", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.CheckConstraint("rank IN (1, 2, 3)", name=op.f("ck_rota_rank")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_rota_weekday")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_rota_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota")),
    )
    op.create_index(op.f("ix_rota_staff_id"), "rota", ["staff_id"])

    op.create_table(
        "swap",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("from_id", sa.String(), nullable=False),
        sa.Column("to_id", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("back_begins_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("back_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'agreed', 'declined', 'lapsed')", name=op.f("ck_swap_state")),
        sa.CheckConstraint("(back_begins_at IS NULL) = (back_ends_at IS NULL)", name=op.f("ck_swap_back")),
        sa.CheckConstraint("ends_at > begins_at", name=op.f("ck_swap_order")),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_swap_two")),
        sa.CheckConstraint("rank IN (1, 2, 3)", name=op.f("ck_swap_rank")),
        sa.ForeignKeyConstraint(["from_id"], ["staff.id"], name=op.f("fk_swap_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["staff.id"], name=op.f("fk_swap_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
    )
    op.create_index(op.f("ix_swap_from_id"), "swap", ["from_id"])
    op.create_index(op.f("ix_swap_to_id"), "swap", ["to_id"])

    op.create_table(
        "test_alert",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_test_alert_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_alert")),
    )
    op.create_index(
        "ix_test_alert_due",
        "test_alert",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_test_alert_staff_id"), "test_alert", ["staff_id"])


def downgrade() -> None:
    """Bring the tables back: the pattern, holidays, swaps and tests are lost, and so are the shifts of leads."""
    op.execute("DELETE FROM shift WHERE rank = 3")
    ranks("old")

    op.drop_table("test_alert")

    op.drop_table("swap")

    op.drop_table("rota")

    op.drop_table("holiday")
    op.drop_table("cover_watch")
