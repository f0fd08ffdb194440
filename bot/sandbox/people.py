"""People and groups as tests drive them: act, wait until the bot has taken it, look at the chat."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.sandbox.actor import Actor
from bot.sandbox.chats import Chat, Message
from bot.sandbox.errors import Json
from bot.sandbox.queries import InlineAsk, Tap
from bot.sandbox.views import SeenMessage, seen

if TYPE_CHECKING:
    from bot.sandbox.state import SandboxState


class Person(Actor):
    """Somebody with a private chat. Each coroutine acts and returns once the bot confirmed the update.

    All waiting ends with UnansweredError after the feed's patience.
    """

    async def says(self, text: str, to: "Group | None" = None, reply_to: SeenMessage | None = None) -> int:
        """Write `text`, in a group or in private."""
        return await self._handled(self.write(text, to, reply_to))

    async def starts(self, payload: str = "") -> int:
        """Press Start, or follow a t.me link that carries `payload`."""
        return await self.says(f"/start {payload}".strip())

    async def taps(self, label: str, message: SeenMessage | None = None, to: "Group | None" = None) -> Tap:
        """Tap an inline button. The Tap tells whether and with what words the bot answered."""
        tap = self.tap(label, message, to)
        await self._handled(tap.update_id)
        return tap

    async def presses(self, label: str, place: tuple[float, float] | None = None) -> int:
        """Press a key of the reply keyboard; a location key sends `place` (latitude, longitude)."""
        return await self._handled(self.press(label, place))

    async def shares_location(self, latitude: float, longitude: float) -> int:
        """Send a place, in degrees."""
        return await self._handled(self.send_location(latitude, longitude))

    async def shares_contact(self, phone_number: str = "+10000000000") -> int:
        """Send the person's own contact."""
        return await self._handled(self.send_contact(phone_number))

    async def sends_photo(self, data: bytes, caption: str = "") -> int:
        """Send a picture."""
        return await self._handled(self.send_photo(data, caption))

    async def sends_document(self, data: bytes, name: str = "file.txt", caption: str = "") -> int:
        """Send a file."""
        return await self._handled(self.send_document(data, name, caption))

    async def sends_voice(self, seconds: int = 1) -> int:
        """Send a voice message."""
        return await self._handled(self.send_voice(seconds))

    async def sends_sticker(self, emoji: str = "👍") -> int:
        """Send a sticker."""
        return await self._handled(self.send_sticker(emoji))

    async def edits(self, message: SeenMessage, text: str) -> int:
        """Change one of the person's own messages."""
        return await self._handled(self.edit(message, text))

    async def blocks(self) -> int:
        """Block the bot."""
        return await self._handled(self.block())

    async def unblocks(self) -> int:
        """Take the bot back."""
        return await self._handled(self.unblock())

    async def asks_inline(self, query: str) -> InlineAsk:
        """Type `@bot query` and wait for the bot's results."""
        ask = self.ask_inline(query)
        await self.until(lambda: ask.answered, f"no answer to the inline query {query!r}")
        return ask

    async def chooses(self, result: Json) -> int:
        """Pick one of an inline query's results."""
        return await self._handled(self.choose(result))

    async def _handled(self, update_id: int) -> int:
        await self.state.handled(update_id)
        return update_id

    @property
    def last(self) -> SeenMessage:
        """The bot's latest message to this person. Raises LookupError when there is none."""
        for message in reversed(self.chat.history.values()):
            if message.from_bot:
                return seen(message, self.state.files)
        raise LookupError(f"the bot has sent {self.name} nothing")

    @property
    def keyboard(self) -> list[list[str]]:
        """The labels of the reply keyboard on show, row by row; empty when there is none."""
        rows = (self.chat.keyboard or {}).get("keyboard", [])
        return [[key["text"] if isinstance(key, dict) else key for key in row] for row in rows]

    @property
    def all_taps(self) -> list[Tap]:
        """This person's taps, oldest first, with the toasts and alerts they were answered with."""
        return [tap for tap in self.state.queries.taps if tap.person_id == self.id]

    @property
    def spinning(self) -> bool:
        """Whether a button this person tapped still waits for an answer."""
        return any(tap.person_id == self.id for tap in self.state.queries.spinning(self.id))

    async def receives(self, count: int = 1) -> list[SeenMessage]:
        """The next `count` bot messages since this person last acted or received; waits for them."""
        await self.until(
            lambda: len(self._unread()) >= count,
            lambda: f"{self.name} got {len(self._unread())} of {count} expected messages",
        )
        received = self._unread()[:count]
        self.read_up_to = received[-1].id
        return [seen(message, self.state.files) for message in received]

    def _unread(self) -> list[Message]:
        return [m for m in self.chat.history.values() if m.from_bot and m.id > self.read_up_to]

    async def sees(self, words: str) -> SeenMessage:
        """The latest bot message that contains `words`, new or edited; waits for one."""

        def found() -> SeenMessage | None:
            shown = (m for m in reversed(self.messages) if m.from_bot and words in m.text)
            return next(shown, None)

        await self.until(lambda: found() is not None, lambda: f"{self.name} never saw {words!r}")
        message = found()
        if message is None:
            raise LookupError(words)
        return message

    async def until(self, condition: Callable[[], bool], why: str | Callable[[], str]) -> None:
        """Wait until `condition()` holds, looked at after every change. Raises UnansweredError with `why`."""
        await self.state.feed.until(condition, why if callable(why) else lambda: why)


class Group:
    """A group chat with the bot in it."""

    def __init__(self, state: "SandboxState", chat: Chat) -> None:
        self.state = state
        self.chat = chat

    @property
    def id(self) -> int:
        """The chat id, negative."""
        return self.chat.id

    @property
    def title(self) -> str:
        """The group's title."""
        return str(self.chat.wire["title"])

    @property
    def messages(self) -> list[SeenMessage]:
        """The group's messages, oldest first."""
        return [seen(message, self.state.files) for message in self.chat.history.values()]

    @property
    def members(self) -> list[Json]:
        """The users who belong to the group or wrote in it."""
        return list(self.chat.members.values())
