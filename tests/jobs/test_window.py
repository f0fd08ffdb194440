"""What reaches the server in a second, whatever the road does. A road is played here: no time passes."""

import heapq
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.window import Flight, Window

_THERE = _BACK = 0.02


def _sent(rate: int, late: list[float]) -> list[float]:
    """When messages arrive that leave as soon as the window lets them; each is `late` by so much on its way there.

    Now and then one is as quick as can be, from which the sender knows the road.
    """
    now = 100.0
    window = Window(rate, lambda: now)
    answers: list[tuple[float, int, Flight]] = []
    numbers = count()
    arrivals = []
    for index, delay in enumerate(late):
        while (wait := window.wait()) > 0:
            if answers and answers[0][0] <= now + wait:
                now, _number, flight = heapq.heappop(answers)
                window.land(flight)
            else:
                now += wait
        flight = window.leave()
        window.take_off(flight)
        arrivals.append(now + _THERE + (0 if index % 10 == 0 else delay))
        heapq.heappush(answers, (arrivals[-1] + _BACK, next(numbers), flight))
    return sorted(arrivals)


@given(rate=st.integers(1, 20), late=st.lists(st.floats(0, 0.4), max_size=120))
def test_no_second_at_the_server_sees_more_than_the_rate(rate: int, late: list[float]) -> None:
    """However unevenly messages travel."""
    arrivals = _sent(rate, late)

    assert len(late) == len(arrivals)
    assert all(later - earlier > 1 for earlier, later in zip(arrivals, arrivals[rate:], strict=False))


def test_an_even_road_costs_nothing() -> None:
    """A hundred at ten a second: the last of them leaves in the tenth second."""
    arrivals = _sent(10, [0.0] * 100)

    assert 9 < arrivals[-1] - arrivals[0] < 9.1


def test_one_slow_message_delays_the_next_second_by_what_it_was_late() -> None:
    late = [0.0] * 20
    late[5] = 0.3
    arrivals = _sent(10, late)

    assert arrivals[-1] - arrivals[0] == pytest.approx(1 + 0.3 + 0.005)


def test_what_is_never_answered_takes_no_room_for_ever() -> None:
    """Two seconds after it left a message has arrived or never will."""
    now = 100.0
    window = Window(1, lambda: now)
    with window.leave():
        assert 0 < window.wait() < 0.1  # looks again
        now += 2

        assert window.wait() == 0


def test_what_is_answered_so_late_counts_from_then() -> None:
    """The road stood still, and all of it arrives together."""
    now = 100.0
    window = Window(2, lambda: now)
    with window.leave(), window.leave():
        now += 3
        assert 0 == window.wait()

    assert 2 == window.held()
    assert window.wait() > 0.9


def test_a_permit_whose_sending_is_not_told_of_counts_from_its_departure() -> None:
    window = Window(1, lambda: 100.0)
    window.leave()

    assert window.wait() == pytest.approx(1.005)


def test_the_first_answers_do_not_tell_how_quick_the_road_is() -> None:
    """One that took long may have spent all that time before the server saw it."""
    now = 100.0
    window = Window(1, lambda: now)
    flight = window.leave()
    window.take_off(flight)
    now += 0.3
    window.land(flight)

    assert window.wait() == pytest.approx(1.005)


def test_what_a_message_waits_between_permit_and_sending_is_no_part_of_the_road() -> None:
    """Eight took long to be made and a moment to be sent, so the last of them arrived when it was sent."""
    now = 100.0
    window = Window(8, lambda: now)
    flights = [window.leave() for _message in range(8)]
    now += 0.5
    for flight in flights:
        window.take_off(flight)
    now += 0.1
    for flight in flights:
        window.land(flight)

    assert window.wait() == pytest.approx(0.5 + 1.005 - 0.6)


def test_a_busy_moment_at_a_high_rate_does_not_make_the_road_look_slow() -> None:
    """A hundred answers in a row come late because the loop is busy: that says nothing of how long they travelled."""
    now = 100.0
    window = Window(200, lambda: now)

    def send(count: int, seconds: float) -> None:
        nonlocal now
        flights = [window.leave() for _message in range(count)]
        for flight in flights:
            window.take_off(flight)
        now += seconds
        for flight in flights:
            window.land(flight)

    send(100, 0.001)
    send(100, 0.05)

    now += 1.0
    assert window.wait(spare=100) == pytest.approx(0.005 - 0.001)  # the second hundred may have arrived at their ends


def test_a_road_that_became_slower_costs_nothing_for_long() -> None:
    now = 100.0
    window = Window(10, lambda: now)
    for took in (0.001, 0.1, 0.1):
        for _message in range(10):
            flight = window.leave()
            window.take_off(flight)
            now += took
            window.land(flight)
        now += 6

    flight = window.leave()
    window.take_off(flight)
    now += 0.1
    window.land(flight)
    assert window.wait(spare=9) == pytest.approx(1.005 - 0.1)


def test_after_a_long_silence_the_first_answers_are_believed_as_little_as_at_the_start() -> None:
    """Eight quick ones, nothing for a while, and then one that may have spent all its time before the server saw it."""
    now = 100.0
    window = Window(9, lambda: now)

    def send(seconds: float) -> None:
        nonlocal now
        flight = window.leave()
        window.take_off(flight)
        now += seconds
        window.land(flight)

    for _message in range(8):
        send(0.001)
    now += 60
    send(0.3)

    assert window.wait(spare=8) == pytest.approx(1.005)
