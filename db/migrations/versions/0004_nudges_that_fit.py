"""Nudges that fit the person: preferences, pauses, nags, questions, what was suggested

Revision 0004, after 0003. New columns have defaults on the server, so that an older program can go on writing rows.
"""

import sqlalchemy as sa
from alembic import op

import db.models

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INSTANT = db.models.UTCDateTime(timezone=True)
_JSON = sa.JSON()
_AGAIN = "status = 'sent' AND again_at IS NOT NULL"

_NEW = {
    "users": (
        ("preferences", _JSON, True, None),
        ("paused_until", _INSTANT, True, None),
    ),
    "reminders": (
        ("zone", sa.String(length=64), True, None),
        ("anyway", sa.Boolean(), False, sa.false()),
        ("nag", sa.Integer(), False, sa.text("0")),
        ("goal", sa.Integer(), True, None),
        ("ignored", sa.Integer(), False, sa.text("0")),
        ("last_day", sa.Date(), True, None),
        ("kept_at", _INSTANT, True, None),
        ("rests_since", _INSTANT, True, None),
    ),
    "deliveries": (
        ("suggestion", _JSON, True, None),
        ("question", sa.Boolean(), False, sa.false()),
        ("asked", sa.Integer(), False, sa.text("0")),
        ("again_at", _INSTANT, True, None),
        ("skip_reason", sa.String(length=16), True, None),
    ),
}


def upgrade() -> None:
    for table, columns in _NEW.items():
        for name, kind, nullable, default in columns:
            op.add_column(table, sa.Column(name, kind, nullable=nullable, server_default=default))
    op.create_index(
        "ix_deliveries_again_at", "deliveries", ["again_at"],
        sqlite_where=sa.text(_AGAIN), postgresql_where=sa.text(_AGAIN),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_deliveries_again_at", table_name="deliveries")
    for table, columns in reversed(_NEW.items()):
        for name, *_rest in reversed(columns):
            op.drop_column(table, name)
