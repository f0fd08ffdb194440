"""Some hundreds of generated updates of every kind, through the real bot. `make fuzz` takes a hundred thousand."""

import pytest

from tests.fuzz.arena import arena_on
from tests.fuzz.updates import CONTENTS, KINDS, Updates

pytestmark = pytest.mark.conversation


async def test_no_update_does_harm(database: str) -> None:
    """No fault of ours, nothing that Telegram would refuse, and bob's data are as they were."""
    async with arena_on(database) as arena:
        await arena.feed(seed=1, total=600)

    assert [] == arena.problems


def test_every_kind_of_update_and_message_is_generated_and_comes_again() -> None:
    """All that the library knows, within a few thousand; the same seed gives the same."""
    updates, again = (Updates(7, people=[1, 2], others=[3]) for _ in range(2))
    made = [updates.next() for _ in range(20_000)]
    kinds = {name for update in made for name in update}
    contents = {name for update in made if isinstance(body := update.get("message"), dict) for name in body}

    assert set(KINDS) | {"future_kind"} <= kinds
    assert set(CONTENTS) <= contents
    assert repr(made[:500]) == repr([again.next() for _ in range(500)])
