"""Rows by many numbers at once."""

from typing import Any

import pytest
from sqlalchemy import event, select

from db import users
from db.among import among
from db.engine import Sessions
from db.models import User
from tests.jobs.cast import MONDAY_NOON


@pytest.mark.parametrize(("wanted", "found"), [([], []), ([2], [2]), ([3, 1, 3], [1, 3]), ([2, 10**12], [2])], ids=str)
async def test_those_whose_number_is_named_are_found(sessions: Sessions, wanted: list[int], found: list[int]) -> None:
    """None for none, nobody twice, and a number that nobody has costs the others nothing."""
    async with sessions.begin() as session:
        for chat_id in (1, 2, 3):
            await users.ensure(session, chat_id=chat_id, language="en", now=MONDAY_NOON)
        asked = select(User.chat_id).where(among(User.chat_id, "chats")).order_by(User.chat_id)
        chats = (await session.scalars(asked, {"chats": wanted})).all()

    assert found == list(chats)


async def test_the_statement_is_the_same_however_many_there_are(sessions: Sessions) -> None:
    """Else drivers and databases would take it apart anew for each count."""
    texts = set[str]()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT"):
            texts.add(statement)

    async with sessions.begin() as session:
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        for count in (1, 2, 100):
            await users.by_ids(session, range(count))
        event.remove(engine, "before_cursor_execute", note)

    assert 1 == len(texts)
