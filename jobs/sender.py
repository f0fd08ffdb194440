"""What the deliverer asks of whoever speaks: send one nudge, or say why not."""

from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from jobs.preferences import Preferences
from jobs.suggest.suggestion import Suggestion


class Nudge(NamedTuple):
    """One message that a person gets: data, no words.

    `promised_at` is in UTC; `late_by` is zero unless the person should be told of a delay. `suggestion` is None for
    the question what to do with reminders of this kind. `asked`: how often it has been sent, this time included, of
    `of` at most; `replaces` is the message that asked before. `maybe_twice`: an earlier try may have arrived.
    `leaving_at`: it is a farewell, and all about them is deleted then.
    """

    delivery_id: int
    chat_id: int
    language: str
    zone: str | None
    preferences: Preferences
    kind: str
    suggestion: Suggestion | None
    promised_at: datetime
    late_by: timedelta
    asked: int = 1
    of: int = 1
    replaces: int | None = None
    maybe_twice: bool = False
    leaving_at: datetime | None = None


class SendError(Exception):
    """A nudge did not leave.

    `permanent`: this person can't be reached until they write again. `retry_after`: Telegram's pause for
    the whole token. `new_chat_id`: the chat moved. `ambiguous`: it may have arrived all the same. `refused`:
    Telegram does not take this message. None of them: Telegram was out of reach or at fault.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        new_chat_id: int | None = None,
        ambiguous: bool = False,
        refused: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.new_chat_id = new_chat_id
        self.ambiguous = ambiguous
        self.refused = refused


class Sender(Protocol):
    async def send(self, nudge: Nudge) -> int:
        """Send it and return the message's id. Raises SendError."""
        ...
