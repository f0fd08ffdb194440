"""What somebody stretches is sealed, and a nudge that was left out does not say that it was for their health

Revision 0007, after 0006. It only adds, so that the version before can run beside this one: `routine` stays for it, and
is empty in new rows. What is in it goes when the session ends, after hours at most. What somebody was asked and has not
answered may hold words that they typed; it goes a day from now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TELLING, _SILENT = "withheld for safety", "left out"
_NOW = {"postgresql": "now()", "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', 'now')"}


def upgrade() -> None:
    op.add_column("guided_sessions", sa.Column("plan", sa.JSON(), nullable=True))
    _say(_SILENT, instead_of=_TELLING)
    now = _NOW[op.get_bind().dialect.name]
    op.execute(f"UPDATE users SET consent_asked_at = {now} WHERE expecting IS NOT NULL AND consent_asked_at IS NULL")  # noqa: S608 - our own words


def downgrade() -> None:
    _say(_TELLING, instead_of=_SILENT)
    op.drop_column("guided_sessions", "plan")


def _say(new: str, *, instead_of: str) -> None:
    deliveries = sa.table("deliveries", sa.column("failure", sa.String))
    op.execute(deliveries.update().where(deliveries.c.failure == instead_of).values(failure=new))
