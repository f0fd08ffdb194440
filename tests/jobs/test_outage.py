"""What fails every second does not fill the log."""

import logging

import pytest

from jobs.outage import Outage


def test_a_fault_is_said_once_a_minute_and_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    """Once a second for two minutes and a half; what works is not spoken of."""
    outage = Outage(logging.getLogger("jobs"), "planning")
    outage.over()
    for _ in range(150):
        outage.failed("no connection")
    outage.over()
    outage.over()

    failed = "planning failed (no connection); it is tried again every second"
    assert [failed] * 3 + ["planning works again, after 150 tries"] == caplog.messages
