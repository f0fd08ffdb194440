"""Delivery by many: the token's budget in one row, and an index for a person's nudges in their order

Revision 0005, after 0004. Nothing that an older program reads or writes changes.
"""

import sqlalchemy as sa
from alembic import op

import db.models

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INSTANT = db.models.UTCDateTime(timezone=True)
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
        "ix_deliveries_owed", "deliveries", ["user_id", "promised_at"],
        sqlite_where=sa.text(_OWED), postgresql_where=sa.text(_OWED),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_deliveries_owed", table_name="deliveries")
    op.drop_table("budgets")
