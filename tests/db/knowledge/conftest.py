import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from db.knowledge.cards import Knowledge
from db.knowledge.loader import HERE, load


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """What ships with the code."""
    return load()


Breaker = Callable[[str, str, str], Path]


@pytest.fixture
def broken(tmp_path: Path) -> Breaker:
    """A copy of the data in which one passage of one file is replaced by another."""
    root = tmp_path / "knowledge"
    shutil.copytree(HERE, root)

    def change(file: str, old: str, new: str) -> Path:
        path = root / file
        content = path.read_text("utf-8")
        assert old in content, f"{file} no longer holds {old!r}"
        path.write_text(content.replace(old, new, 1), "utf-8")
        return root

    return change
