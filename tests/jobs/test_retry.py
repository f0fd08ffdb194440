"""What is decided about a nudge that did not leave."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobs.retry import MAX_AMBIGUOUS, MAX_ATTEMPTS, Again, GiveUp, decide
from jobs.sender import SendError


def test_a_person_who_blocked_the_bot_is_left_in_peace() -> None:
    """403 and chat not found: give up, and let their reminders sleep."""
    assert GiveUp(asleep=True) == decide(SendError("forbidden", permanent=True), attempts=1, jitter=0)


def test_a_chat_that_moved_gets_its_nudge_at_once() -> None:
    """The new id is known, so nothing has to be waited for."""
    assert Again(timedelta(0)) == decide(SendError("moved", new_chat_id=7), attempts=1, jitter=0)


def test_a_chat_that_moves_for_ever_is_given_up() -> None:
    """A new id that leads to another new id must not go round in circles."""
    assert GiveUp() == decide(SendError("moved", new_chat_id=7), attempts=MAX_ATTEMPTS, jitter=0)


def test_telegrams_pause_is_kept_and_costs_no_attempt() -> None:
    """429 is the token's fault, not this nudge's."""
    error = SendError("rate limited", retry_after=timedelta(seconds=17))

    assert Again(timedelta(seconds=17), counts=False) == decide(error, attempts=MAX_ATTEMPTS, jitter=0.9)


def test_an_ambiguous_timeout_is_tried_once_more_only() -> None:
    """It may have arrived: one duplicate at the most."""
    error = SendError("timed out", ambiguous=True)

    assert isinstance(decide(error, attempts=MAX_AMBIGUOUS - 1, jitter=0), Again)
    assert GiveUp() == decide(error, attempts=MAX_AMBIGUOUS, jitter=0)


@given(st.integers(1, MAX_ATTEMPTS - 1), st.floats(0, 1, exclude_max=True))
def test_waits_grow_with_every_attempt_and_are_spread(attempts: int, jitter: float) -> None:
    """Between half and one and a half of 5 s doubled, never beyond a quarter of an hour."""
    decision = decide(SendError("network"), attempts=attempts, jitter=jitter)

    assert isinstance(decision, Again)
    base = min(timedelta(seconds=5) * 2 ** (attempts - 1), timedelta(minutes=10))
    assert base / 2 <= decision.wait <= base * 1.5


def test_after_the_last_attempt_it_is_given_up() -> None:
    """Without letting the person's reminders sleep: Telegram was the one to fail."""
    assert GiveUp() == decide(SendError("network"), attempts=MAX_ATTEMPTS, jitter=0)
