"""Delivery by many: the token's budget in one row, and indexes for claims in their order, each person's included

Revision 0005, after 0004. Nothing that an older program reads or writes changes. The indexes may
have been built beforehand, concurrently (docs/operations.md).
"""

import sqlalchemy as sa
from alembic import op

import db.models

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INSTANT = db.models.UTCDateTime(timezone=True)
_DUE = "next_due_at IS NOT NULL"
_WAITING = "status IN ('planned', 'snoozed')"
_OWED = "status IN ('planned', 'snoozed', 'claimed')"


def upgrade() -> None:
    op.create_table(
        "budgets",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("free_at", _INSTANT, nullable=False),
        sa.Column("blocked_at", _INSTANT, nullable=False),
        sa.Column("blocked_until", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("bot_id", name="pk_budgets"),
    )
    op.create_index(
        "ix_reminders_due", "reminders", ["next_due_at", "id"],
        sqlite_where=sa.text(_DUE), postgresql_where=sa.text(_DUE), if_not_exists=True,
    )  # fmt: skip
    op.drop_index("ix_reminders_next_due_at", table_name="reminders")
    op.create_index(
        "ix_deliveries_ripe", "deliveries", ["send_at", "id"],
        sqlite_where=sa.text(_WAITING), postgresql_where=sa.text(_WAITING), if_not_exists=True,
    )  # fmt: skip
    op.drop_index("ix_deliveries_send_at", table_name="deliveries")
    op.create_index(
        "ix_deliveries_owed", "deliveries", ["user_id", "promised_at"],
        sqlite_where=sa.text(_OWED), postgresql_where=sa.text(_OWED), if_not_exists=True,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_deliveries_owed", table_name="deliveries")
    op.create_index(
        "ix_deliveries_send_at", "deliveries", ["send_at"],
        sqlite_where=sa.text(_WAITING), postgresql_where=sa.text(_WAITING),
    )  # fmt: skip
    op.drop_index("ix_deliveries_ripe", table_name="deliveries")
    op.create_index(
        "ix_reminders_next_due_at", "reminders", ["next_due_at"],
        sqlite_where=sa.text(_DUE), postgresql_where=sa.text(_DUE),
    )  # fmt: skip
    op.drop_index("ix_reminders_due", table_name="reminders")
    op.drop_table("budgets")
