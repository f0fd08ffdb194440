"""How much is claimed ahead follows how fast it leaves."""

import pytest

from jobs.room import STALE, Room


@pytest.mark.parametrize("rate", [1, 30, 75, 400, 1000])
def test_what_is_claimed_leaves_before_it_has_to_be_read_anew(rate: int) -> None:
    """At whatever rate they leave, in the end each of them waits for less; and no less is claimed than that allows."""
    room, waits = Room(10, 500), list[float]()
    for _ in range(5000):
        waits.append(room.size / rate)
        room.waited(waits[-1])

    assert waits[-1] < STALE.total_seconds() or room.size == 10
    assert room.size == 500 or room.size / rate >= 0.2 - 1 / rate


def test_a_wait_shows_late_and_shrinks_it_by_half_until_then() -> None:
    """All that were claimed before it shrank wait just as long."""
    room = Room(10, 400)
    for _ in range(400):
        room.waited(STALE.total_seconds())

    assert 200 == room.size


def test_there_is_room_for_a_few_at_least() -> None:
    """However slow it is, and where a rate leaves less than that."""
    room = Room(10, 4)
    for _ in range(1000):
        room.waited(60)

    assert 10 == room.size
