"""Privacy: which keys sealed columns were written with, and until when a person's data stay

Revision 0006, after 0005. Columns are sealed by the program afterwards (`db.sealing`), not here: a migration has no
keys. An older program cannot read what is sealed: it must be stopped before (docs/operations.md).
"""

import sqlalchemy as sa
from alembic import op

import db.models

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_INSTANT = db.models.UTCDateTime(timezone=True)
_NEW = ("check_begun_at", "consent_asked_at", "exported_at", "leaving_at")


def upgrade() -> None:
    op.create_table(
        "data_keys",
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_data_keys"),
    )
    for name in _NEW:
        op.add_column("users", sa.Column(name, _INSTANT, nullable=True))
    op.add_column("deliveries", sa.Column("skipped_for", sa.JSON(), nullable=True))
    op.execute(
        "UPDATE deliveries SET skipped_for = CAST('\"' || skip_reason || '\"' AS JSON) WHERE skip_reason IS NOT NULL"
        if op.get_bind().dialect.name == "postgresql"
        else "UPDATE deliveries SET skipped_for = '\"' || skip_reason || '\"' WHERE skip_reason IS NOT NULL"
    )
    op.drop_column("deliveries", "skip_reason")
    for name in ("profile", "expecting"):  # as an explicit None was written before
        op.execute(f"UPDATE users SET {name} = NULL WHERE CAST({name} AS TEXT) = 'null'")  # noqa: S608 - our own names
    # What is under way begins anew, and what waits for consent is asked again: both are about a day old at most.
    op.execute('UPDATE users SET "check" = NULL')
    op.execute("UPDATE users SET expecting = NULL WHERE CAST(expecting AS TEXT) LIKE '%consent%'")


def downgrade() -> None:
    op.add_column("deliveries", sa.Column("skip_reason", sa.String(length=16), nullable=True))
    op.drop_column("deliveries", "skipped_for")
    for name in reversed(_NEW):
        op.drop_column("users", name)
    op.drop_table("data_keys")
