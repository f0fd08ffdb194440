"""Guided sessions

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

import db.models

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "guided_sessions",
        sa.Column("user_id", _ID, autoincrement=False, nullable=False),
        sa.Column("routine", sa.String(length=64), nullable=False),
        sa.Column("delivery_id", _ID, nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("anew", sa.Boolean(), nullable=False),
        sa.Column("started_at", db.models.UTCDateTime(timezone=True), nullable=False),
        sa.Column("elapsed", sa.Double(), nullable=False),
        sa.Column("running_since", db.models.UTCDateTime(timezone=True), nullable=True),
        sa.Column("paused_at", db.models.UTCDateTime(timezone=True), nullable=True),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("edited_at", db.models.UTCDateTime(timezone=True), nullable=True),
        sa.Column("next_edit_at", db.models.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_guided_sessions_user_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_guided_sessions_delivery_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_guided_sessions"),
    )
    with op.batch_alter_table("guided_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_guided_sessions_next_edit_at", ["next_edit_at"], unique=False)


def downgrade() -> None:
    op.drop_table("guided_sessions")
