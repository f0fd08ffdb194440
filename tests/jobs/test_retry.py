"""What is decided about a nudge that did not leave."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobs import retry
from jobs.retry import MAX_ATTEMPTS, Again, Decision, GiveUp
from jobs.sender import SendError


def decide(error: SendError, *, attempts: int, jitter: float = 0, may_have_arrived: bool = False) -> Decision:
    return retry.decide(error, attempts=attempts, may_have_arrived=may_have_arrived, jitter=jitter)


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

    assert isinstance(decide(error, attempts=1), Again)
    assert GiveUp() == decide(error, attempts=2, may_have_arrived=True)


def test_failures_before_an_ambiguous_one_do_not_count_against_it() -> None:
    """Five clean refusals of the network, then a first ambiguous one; and a clean one after that."""
    assert isinstance(decide(SendError("timed out", ambiguous=True), attempts=6), Again)
    assert isinstance(decide(SendError("network"), attempts=7, may_have_arrived=True), Again)


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_waits_grow_and_are_spread_while_telegram_is_away(attempts: int, jitter: float) -> None:
    """Between half and one and a half of 5 s doubled, at last between five and ten minutes, without an end."""
    decision = decide(SendError("network"), attempts=attempts, jitter=jitter)

    assert isinstance(decision, Again)
    assert timedelta(seconds=2.5) <= decision.wait <= timedelta(minutes=10)
    if attempts <= 6:
        base = timedelta(seconds=5) * 2 ** (attempts - 1)
        assert base / 2 <= decision.wait <= base * 1.5
    if attempts >= 8:
        assert timedelta(minutes=5) <= decision.wait


def test_a_refused_message_is_given_up_after_the_last_attempt() -> None:
    """Without letting the person's reminders sleep: the message was the one at fault."""
    error = SendError("refused", refused=True)

    assert isinstance(decide(error, attempts=MAX_ATTEMPTS - 1), Again)
    assert GiveUp() == decide(error, attempts=MAX_ATTEMPTS)
