"""What fails all the time does not fill the log."""

import logging

import pytest

from jobs.outage import Outage


def test_a_fault_is_said_now_and_then_and_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    """Of 250 tries each hundredth; another reason at once; what works is not spoken of."""
    outage = Outage(logging.getLogger("jobs"), "planning")
    outage.over()
    for _ in range(250):
        outage.failed("no connection")
    outage.failed("no room")
    outage.over()
    outage.over()

    again = "planning failed (no connection); it is tried again and again"
    other = "planning failed (no room); it is tried again and again"
    assert [again, again, again, other, "planning works again, after 251 tries"] == caplog.messages
