"""The next version of the program: a copy of this one with one more migration, which only adds."""

import shutil
from pathlib import Path

from tests.faults.processes import ROOT

NEXT = "9999"
"""The revision of its schema."""

_MIGRATION = '''"""A column and an index more, as a later version may need them."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{head}"


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("note", sa.String(16)))
    op.create_index("ix_deliveries_note", "deliveries", ["note"])
'''


def next_version(folder: Path) -> Path:
    """Make it in `folder`, and return where."""
    for floor in ("bot", "jobs", "db"):
        shutil.copytree(ROOT / floor, folder / floor, ignore=shutil.ignore_patterns("__pycache__"))
    migrations = folder / "db" / "migrations" / "versions"
    head = max(path.name.partition("_")[0] for path in migrations.glob("[0-9]*.py"))
    (migrations / f"{NEXT}_next.py").write_text(_MIGRATION.format(revision=NEXT, head=head))
    return folder
