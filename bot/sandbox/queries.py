"""Button taps and inline queries that wait for the bot's answer."""

from collections import deque
from dataclasses import dataclass, field
from itertools import count

from bot.sandbox.errors import Json, bad_request

KEPT_QUERIES = 10_000
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(slots=True)
class Tap:
    """One tap on an inline button; the button spins until `answered`."""

    id: str
    chat_id: int
    message_id: int
    person_id: int
    data: str
    update_id: int = 0
    answered: bool = False
    text: str = ""
    show_alert: bool = False
    url: str | None = None


@dataclass(slots=True)
class InlineAsk:
    """One inline query and the results that the bot gave."""

    id: str
    person_id: int
    query: str
    update_id: int = 0
    answered: bool = False
    results: list[Json] = field(default_factory=list)
    options: Json = field(default_factory=dict)


class Queries:
    """UnansweredError queries by id; the oldest are forgotten, as Telegram forgets them."""

    def __init__(self) -> None:
        self._ids = count(700_000_000_001)
        self._open: dict[str, Tap | InlineAsk] = {}
        self.taps: deque[Tap] = deque(maxlen=KEPT_QUERIES)

    def tap(self, chat_id: int, message_id: int, person_id: int, data: str) -> Tap:
        """A new tap, spinning."""
        tap = Tap(str(next(self._ids)), chat_id, message_id, person_id, data)
        self.taps.append(tap)
        self._keep(tap)
        return tap

    def ask(self, person_id: int, query: str) -> InlineAsk:
        """A new inline query."""
        ask = InlineAsk(str(next(self._ids)), person_id, query)
        self._keep(ask)
        return ask

    def _keep(self, query: Tap | InlineAsk) -> None:
        self._open[query.id] = query
        if len(self._open) > KEPT_QUERIES:
            del self._open[next(iter(self._open))]

    def take_tap(self, query_id: str) -> Tap:
        """The open tap with this id, to be answered. Raises ApiError 400 for any other id."""
        found = self._open.pop(query_id, None)
        if not isinstance(found, Tap):
            raise bad_request(_TOO_OLD)
        return found

    def take_ask(self, query_id: str) -> InlineAsk:
        """The open inline query with this id, to be answered. Raises ApiError 400 for any other id."""
        found = self._open.pop(query_id, None)
        if not isinstance(found, InlineAsk):
            raise bad_request(_TOO_OLD)
        return found

    def spinning(self, chat_id: int) -> list[Tap]:
        """The taps in this chat that still wait for an answer."""
        return [tap for tap in self._open.values() if isinstance(tap, Tap) and tap.chat_id == chat_id]
