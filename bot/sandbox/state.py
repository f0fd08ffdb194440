"""Everything the sandbox knows, in one place that tests read and drive."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

from bot.sandbox.chats import Chat, Message
from bot.sandbox.control import ClockControl
from bot.sandbox.errors import Json, bad_request
from bot.sandbox.faults import Faults
from bot.sandbox.feed import Feed
from bot.sandbox.files import FileStore
from bot.sandbox.people import Group, Person
from bot.sandbox.profile import BotProfile
from bot.sandbox.queries import Queries
from bot.sandbox.updates import UpdateQueue
from bot.sandbox.views import SeenMessage
from bot.sandbox.webhook import WebhookDelivery

KEPT_CALLS = 100_000
FIRST_PERSON_ID = 5_000_000_001  # beyond 32 bits, as today's Telegram accounts are


class Call(NamedTuple):
    """One request of the bot. `at` is monotonic seconds, `outcome` an HTTP status or "dropped"."""

    method: str
    params: Json
    at: float
    outcome: int | str


class SandboxState:
    """People, chats, updates, files, faults and the record of calls of one sandbox."""

    def __init__(self, *, bot_id: int, clock: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self.clock = clock
        self.monotonic = monotonic
        self.control: ClockControl | None = None
        self.feed = Feed()
        # A bot remembers the updates it has handled: a sandbox that starts anew must not repeat their ids.
        self.updates = UpdateQueue(self._updates_changed, first_id=int(clock().timestamp() * 1000))
        self.webhook = WebhookDelivery(self.updates, clock, self._updates_changed)
        self.profile = BotProfile(bot_id)
        self.bot = self.profile.wire()
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.chats: dict[int, Chat] = {}
        self.files = FileStore()
        self.queries = Queries()
        self.faults = Faults(monotonic)
        self.calls: deque[Call] = deque(maxlen=KEPT_CALLS)
        self._person_ids = count(FIRST_PERSON_ID)
        self._group_ids = count(-4_000_000_001, -1)

    def _updates_changed(self) -> None:
        self.feed.publish({"type": "updates"})

    def now(self) -> int:
        """The sandbox's present instant in Unix seconds."""
        return int(self.clock().timestamp())

    def person(
        self, name: str, language_code: str = "en", username: str | None = None, *, opened: bool = False
    ) -> Person:
        """A new person; `opened` means they have written to the bot before."""
        fresh = next(one for one in self._person_ids if one not in self.people)
        person = self._add_person(fresh, name, language_code, username, opened=opened)
        self.feed.publish({"type": "people"})
        return person

    def returning(self, languages: Mapping[int, str]) -> list[Person]:
        """People whom a bot with a memory has met before this sandbox began: chat ids and language codes."""
        people = [
            self._add_person(one, f"Person {number}", language, None, opened=True)
            for number, (one, language) in enumerate(languages.items(), 1)
        ]
        self.feed.publish({"type": "people"})
        return people

    def crowd(self, ids: Iterable[int]) -> list[Person]:
        """People with these ids who all have written to the bot: recipients for a benchmark."""
        people = [self._add_person(one, f"Person {one}", "en", None, opened=True) for one in ids]
        self.feed.publish({"type": "people"})
        return people

    def _add_person(
        self, person_id: int, name: str, language_code: str, username: str | None, *, opened: bool
    ) -> Person:
        user = {"id": person_id, "is_bot": False, "first_name": name, "language_code": language_code}
        chat = {"id": person_id, "type": "private", "first_name": name}
        if username:
            user["username"] = chat["username"] = username
        person = Person(self, user, Chat(chat, opened=opened))
        self.people[person.id] = person
        self.chats[person.id] = person.chat
        return person

    def group(self, title: str, members: Sequence[Person] = ()) -> Group:
        """A new group that the bot has already joined."""
        wire = {"id": next(self._group_ids), "type": "group", "title": title}
        chat = Chat(wire, opened=True, members={member.id: member.user for member in members})
        group = Group(self, chat)
        self.groups[group.id] = group
        self.chats[group.id] = chat
        self.feed.publish({"type": "people"})
        return group

    def chat(self, chat_id: int) -> Chat:
        """The chat the bot may write to. Raises ApiError: 400 unknown, 403 blocked or left."""
        chat = self.chats.get(chat_id)
        if chat is None or not chat.opened:
            raise bad_request("chat not found")
        if chat.refusal:
            raise chat.refusal
        return chat

    def changed(self, chat: Chat, message: Message, kind: str = "message") -> None:
        """Tell the watchers that `message` is new ("message") or not what it was ("edit", "deleted")."""
        self.feed.publish({"type": kind, "chat_id": chat.wire["id"], "message": message})

    def raw_update(self, update: Json) -> int:
        """Queue any update (without `update_id`) and return its id."""
        return self.updates.push(update)

    async def handled(self, update_id: int) -> None:
        """Return once the bot has confirmed this update. Raises UnansweredError."""
        await self.feed.until(
            lambda: update_id not in self.updates.pending,
            lambda: f"the bot did not confirm update {update_id}: {self.updates.pending.get(update_id)}",
        )

    async def next_message(self, person: Person) -> SeenMessage:
        """The next message the bot sends to `person` after this call. Raises UnansweredError."""
        known = person.chat.last_message_id

        def arrived() -> Message | None:
            return next((m for m in person.chat.history.values() if m.from_bot and m.id > known), None)

        await self.feed.until(lambda: arrived() is not None, lambda: f"the bot sent nothing new to {person.name}")
        return next(message for message in person.messages if message.from_bot and message.id > known)

    def calls_of(self, method: str, chat_id: int | None = None) -> list[Call]:
        """The recorded calls of `method`, oldest first, of one chat or of all."""
        return [
            call
            for call in self.calls
            if call.method == method and chat_id in {None, as_chat_id(call.params.get("chat_id"))}
        ]


def as_chat_id(value: Any) -> int | None:
    """A chat id as requests carry it (a number or its digits), None for anything else."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
