"""What becomes of a delivery: a nudge to send, or the row's next state. Pure; `jobs.deliver` sends and records."""

from datetime import datetime, timedelta
from typing import Any

from db.deliveries import FAREWELL
from db.models import Delivery, Status
from jobs import retry
from jobs.compose import LEFT_OUT, MOST_ASKED, Case, again_at, hushed_until, may_ask_again, unwanted
from jobs.fire import QUIET
from jobs.sender import Nudge, SendError
from jobs.suggest.kinds import usefulness
from jobs.suggest.suggestion import Suggestion

# Less than this is not worth a word.
_LATE = timedelta(minutes=5)
# The start of `Delivery.failure` once a try may have arrived all the same.
_AMBIGUOUS = "ambiguous: "

Outcome = dict[str, Any]
"""Columns of the delivery and their new values."""


NOBODYS: Outcome = {"status": Status.FAILED, "failure": "nobody's"}
"""What becomes of a delivery whose person is gone, as can be where SQLite's rows were deleted by hand."""


def nudge(case: Case, made: Suggestion | None, now: datetime) -> Nudge:
    """What the sender gets; `made` is None for a question or a farewell."""
    delivery, user = case.delivery, case.user
    late_by = now - delivery.promised_at
    return Nudge(
        delivery_id=delivery.id,
        chat_id=user.chat_id,
        language=user.language,
        zone=user.zone,
        preferences=case.almanac.preferences,
        kind=delivery.kind,
        suggestion=made,
        promised_at=delivery.promised_at,
        late_by=late_by if late_by >= _LATE else timedelta(0),
        asked=delivery.asked + 1,
        of=MOST_ASKED if case.reminder is not None and case.reminder.nag else 1,
        replaces=delivery.message_id if delivery.asked else None,
        maybe_twice=_may_have_arrived(delivery),
        leaving_at=user.leaving_at if delivery.kind == FAREWELL else None,
    )


def needless(case: Case) -> Outcome | None:
    """What becomes of it where it need not come any more."""
    if case.user.asleep_at is not None:
        return {"status": Status.FAILED, "failure": "asleep"}
    silence = unwanted(case)
    return None if silence is None else _not_sent(case.delivery, silence.reason)


def silent(delivery: Delivery) -> Outcome:
    """There is nothing to propose. Why is not kept: it can tell of an illness."""
    return _not_sent(delivery, LEFT_OUT)


def _not_sent(delivery: Delivery, reason: str) -> Outcome:
    """Or not once more."""
    return {"status": Status.SENT} if delivery.asked else {"status": Status.SKIPPED, "failure": reason}


def instead(case: Case, now: datetime) -> Outcome | None:
    """What becomes of it where it may not leave at `now`: too late, or in quiet hours or a pause."""
    delivery, useful = case.delivery, usefulness(case.delivery.kind)
    late, until = now - delivery.promised_at > useful, hushed_until(case, now)
    if delivery.asked:
        asks = not late and may_ask_again(case, now, since=delivery.promised_at)
        return None if asks else {"status": Status.SENT}
    if late:
        return {"status": Status.MISSED}
    if until is None:
        return None
    if until - delivery.promised_at > useful:
        return {"status": Status.SKIPPED, "failure": QUIET}
    return {**given_back(delivery), "send_at": until}


def given_back(delivery: Delivery) -> Outcome:
    """Planned again, at no cost."""
    return {"status": Status.PLANNED, "attempts": delivery.attempts - 1}


def sent(case: Case, made: Suggestion | None, message_id: int, at: datetime) -> Outcome:
    """It left at `at`, and may be asked again."""
    return {
        "status": Status.SENT,
        "message_id": message_id,
        "sent_at": at,
        "failure": None,
        "asked": case.delivery.asked + 1,
        "again_at": again_at(case, at),
        "suggestion": made.to_json() if made is not None else None,
    }


def failed(delivery: Delivery, error: SendError, now: datetime, *, jitter: float) -> Outcome:
    """It did not leave: given up, or tried again later. `jitter` in [0, 1)."""
    before = _may_have_arrived(delivery)
    decision = retry.decide(error, attempts=delivery.attempts, may_have_arrived=before, jitter=jitter)
    failure = f"{_AMBIGUOUS if before or error.ambiguous else ''}{error.reason}"[:64]
    if isinstance(decision, retry.GiveUp):
        return {"status": Status.FAILED, "failure": failure}
    return {
        "status": Status.PLANNED,
        "send_at": now + decision.wait,
        "attempts": delivery.attempts if decision.counts else delivery.attempts - 1,
        "failure": failure,
    }


def _may_have_arrived(delivery: Delivery) -> bool:
    """An earlier try of this claim's round ended without an answer."""
    return delivery.attempts > 1 and (delivery.failure or "").startswith(_AMBIGUOUS)
