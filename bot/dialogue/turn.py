"""What a handler takes and gives: a Turn in, Replies out. Nothing here knows Telegram."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.dialogue.operators import Operators
from bot.dialogue.searching.index import Index, build
from bot.dialogue.searching.words import search_words
from bot.dialogue.words import Words
from db.engine import Session, Sessions
from db.knowledge.cards import FALLBACK, Edition, Knowledge
from db.models import Reminder, User
from db.places.places import Places
from jobs.almanac import Almanac
from jobs.farewell import Terms
from jobs.preferences import Preferences
from jobs.stored import UnreadableError
from jobs.suggest.profile import Profile

if TYPE_CHECKING:
    from bot.dialogue.routes import Route

# Buttons of another version are answered kindly and change nothing.
_BUTTON_VERSION = "1"
_BUTTON_BYTES = 64
# Every number of this many digits fits the databases' 64-bit integers.
_ID_DIGITS = 18


# What came in -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Command:
    """`/name rest`, without the slash and without @bot."""

    name: str
    rest: str = ""


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Press:
    """A tap on a button: an action of the route table and its arguments."""

    action: str
    args: tuple[str, ...] = ()

    def encode(self) -> str:
        """At most 64 bytes. Raises ValueError for more."""
        data = ":".join((_BUTTON_VERSION, self.action, *self.args))
        if len(data.encode()) > _BUTTON_BYTES:
            raise ValueError(f"the data of a {self.action} button is too long")
        return data

    @property
    def fits(self) -> bool:
        """Whether it can be a button: typed words may be too long for one."""
        return len(":".join((_BUTTON_VERSION, self.action, *self.args)).encode()) <= _BUTTON_BYTES

    @classmethod
    def decode(cls, data: str) -> "Press | None":
        """None for data of another version or none of ours."""
        version, _, rest = data.partition(":")
        action, *args = rest.split(":")
        press = cls(action, tuple(args))
        return press if version == _BUTTON_VERSION and action and press.fits else None


def row_id(text: str) -> int | None:
    """A row's number out of a button; None for what cannot be one (whoever sends it can make it up)."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _ID_DIGITS else None


@dataclass(frozen=True)
class Place:
    latitude: float
    longitude: float


class Unreadable(StrEnum):
    """What the bot can receive but not read."""

    STICKER = "sticker"
    PICTURE = "picture"
    SOUND = "sound"
    FILE = "file"
    OLD_BUTTON = "old_button"
    OTHER = "other"


Incoming = Command | Text | Press | Place | Unreadable


# What goes out ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Button:
    """An inline button. `style` is Telegram's primary, success or danger."""

    label: str
    press: Press
    style: str | None = None


@dataclass(frozen=True)
class Keyboard:
    """Buttons in place of the person's keyboard: one asks for the location, the others send their label."""

    location: str
    others: tuple[str, ...] = ()
    placeholder: str = ""


class Hide(StrEnum):
    """Take the reply keyboard away."""

    KEYBOARD = "keyboard"


Rows = Sequence[Sequence[Button]]


class Refusal(StrEnum):
    """Why a tap changes nothing. Whoever counts taps counts them by it."""

    FORGED = "forged"
    """No button of ours has ever carried this."""
    MISSING = "missing"
    """It names what this person does not have: another's, or long gone."""
    STALE = "stale"
    """It was right once: of an older version, or of what has changed since."""
    REPLAYED = "replayed"
    """It was answered already."""


@dataclass(frozen=True)
class File:
    """Something to keep, made in memory: its name as the person sees it, and what is in it."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Reply:
    """One message. `edit`: in place of the message whose button was tapped. `toast`: the answer to the tap.

    With a `picture` or a `file`, which is always a message of its own, the text is its caption: at most 1,024
    characters. `picture` draws a PNG, in a thread and after the commit, for it takes longer than others may wait.
    `refused`: a tap that changed nothing.
    """

    text: Markup | None = None
    picture: Callable[[], bytes] | None = None
    file: File | None = None
    buttons: Rows = ()
    keyboard: Keyboard | Hide | None = None
    edit: bool = False
    toast: str | None = None
    refused: Refusal | None = None


@dataclass(frozen=True)
class Redirect:
    """Go on as if the person had written this."""

    text: str


@dataclass(frozen=True)
class Later:
    """A reply that is made after the commit, because it takes longer than others may wait.

    `make` reads in transactions of its own; `said` puts on record that the person has got it, and is called no sooner.
    Where the database is away in between, either is called again.
    """

    make: Callable[[Sessions], Awaitable[Reply]]
    said: Callable[[Session], Awaitable[None]]


Answer = Reply | Later | Redirect | Sequence[Reply | Later | Redirect]


# Between them -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class House:
    """What is the same for everybody: read-only data, built once."""

    knowledge: Knowledge
    places: Places
    username: str
    """The bot's, without @."""
    routes: "Mapping[str, Route]" = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    operators: Operators = field(default_factory=Operators)

    @cached_property
    def indexes(self) -> Mapping[str, Index]:
        """What free text is looked up in, by language."""
        editions = self.knowledge.editions
        commands = frozenset(self.routes)
        return {name: build(edition, search_words(name), commands) for name, edition in editions.items()}

    def index(self, language: str) -> Index:
        """The index of a language; English where there is none."""
        return self.indexes.get(language, self.indexes[FALLBACK])


@dataclass(frozen=True)
class Turn:
    """Who, what, now, session. Handlers take one and never send, commit, or read a clock.

    `text` is what follows the command, or the plain text; `args` are a button's; `now` is in UTC.
    """

    user: User
    session: Session
    now: datetime
    words: Words
    house: House
    text: str = ""
    args: tuple[str, ...] = ()
    place: Place | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The person's; UTC until they told us."""
        return ZoneInfo(self.user.zone or "UTC")

    @property
    def edition(self) -> Edition:
        """What is known, in the person's language."""
        return self.house.knowledge.edition(self.words.language)

    @property
    def profile(self) -> Profile:
        """What they told about themself. Raises UnreadableError, which `routes` answers."""
        told = Profile.from_json(self.user.profile)
        if not told.traits <= self._judged:
            raise UnreadableError("the safety table cannot judge what it does not know")
        return told

    @property
    def _judged(self) -> frozenset[str]:
        """All that the safety table knows of."""
        return frozenset(trait.id for trait in self.edition.safety.traits)

    @property
    def is_readable(self) -> bool:
        """Whether what they told about themself can be read."""
        try:
            return self.profile is not None
        except UnreadableError:
            return False

    @property
    def assumed(self) -> Profile:
        """Who safety takes them for: where what they told cannot be read, somebody with all that it knows of."""
        try:
            return self.profile
        except UnreadableError:
            return Profile(traits=self._judged)

    @property
    def preferences(self) -> Preferences:
        """How they want to be talked to; as usual where that cannot be read."""
        try:
            return Preferences.from_json(self.user.preferences)
        except UnreadableError:
            return Preferences()

    @property
    def almanac(self) -> Almanac:
        """The person's own time. Raises UnreadableError."""
        return Almanac.of(self.user)

    def almanac_of(self, reminder: Reminder) -> Almanac:
        """The person's time by the clock that a reminder keeps."""
        return Almanac.of(self.user, reminder)

    @property
    def local(self) -> datetime:
        return self.now.astimezone(self.zone)

    def refuse(self, why: Refusal, words: str | None = None) -> Reply:
        """The answer to a tap that changes nothing, kindly; `words` where more than that can be said."""
        return Reply(toast=words or self.words.gettext("This button no longer works."), refused=why)

    def having(self, *, text: str = "", args: tuple[str, ...] = (), place: Place | None = None) -> "Turn":
        return replace(self, text=text, args=args, place=place)


Handler = Callable[[Turn], Awaitable[Answer]]
