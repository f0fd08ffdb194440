"""Room for replies in the pace that processes share

Revision 0008, after 0007. It only adds, so that the version before can run beside this one: that leaves no room, and
where both send, a second in which somebody asks can hold a few messages too many; Telegram answers with a pause.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NEW = ("asked_at", "room_at")


def upgrade() -> None:
    for name in _NEW:
        op.add_column("budgets", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in reversed(_NEW):
        op.drop_column("budgets", name)
