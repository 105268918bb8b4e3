"""Photos of patients, and the pictures that are kept of them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "photo",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=True),
        sa.Column("checkin_id", sa.String(), nullable=True),
        sa.Column("file_id", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'kept', 'refused', 'failed')", name=op.f("ck_photo_state")),
        sa.CheckConstraint("state <> 'waiting' OR next_at IS NOT NULL", name=op.f("ck_photo_waiting")),
        sa.CheckConstraint("state NOT IN ('refused', 'failed') OR why <> ''", name=op.f("ck_photo_why")),
        sa.ForeignKeyConstraint(["checkin_id"], ["checkin.id"], name=op.f("fk_photo_checkin_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_photo_patient_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_photo_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    op.create_index(op.f("ix_photo_patient_id"), "photo", ["patient_id"])
    op.create_index(
        op.f("ix_photo_due"),
        "photo",
        ["next_at"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "picture",
        sa.Column("photo_id", sa.String(length=16), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_picture_photo_id")),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_picture")),
    )


def downgrade() -> None:
    """Take it back: kept photos are lost."""
    op.drop_table("picture")
    op.drop_index(op.f("ix_photo_due"), "photo")
    op.drop_index(op.f("ix_photo_patient_id"), "photo")
    op.drop_table("photo")
