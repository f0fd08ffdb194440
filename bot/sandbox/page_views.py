"""The sandbox's state as JSON for the page."""

from collections.abc import Callable
from itertools import islice

from bot.sandbox.chats import Chat, Message
from bot.sandbox.errors import Json
from bot.sandbox.people import Person
from bot.sandbox.queries import InlineAsk, Tap
from bot.sandbox.state import SandboxState

_LISTED_PEOPLE = 200  # a benchmark's crowd need not all be on the page


def overview(state: SandboxState) -> Json:
    """Everything but the messages: the bot, the people, the groups, the clock."""
    return {
        "bot": {"id": state.bot["id"], "name": state.bot["first_name"], "username": state.bot["username"]},
        "people": [_person(state, person) for person in islice(state.people.values(), _LISTED_PEOPLE)],
        "groups": [{"id": group.id, "title": group.title} for group in state.groups.values()],
        "now": state.now(),
        "clock_control": state.control is not None,
    }


def _person(state: SandboxState, person: Person) -> Json:
    language = str(person.user["language_code"])
    profile = state.profile
    button = person.chat.menu_button or profile.menu_button
    return {
        "id": person.id,
        "name": person.name,
        "language_code": language,
        "blocked": person.blocked,
        "commands": profile.commands_for(person.id, language),
        "description": profile.descriptions.get(language) or profile.descriptions.get("", ""),
        "bot_name": profile.names.get(language) or profile.names.get("", ""),
        "menu_button": button["type"] != "default",
    }


def chat_view(state: SandboxState, chat: Chat) -> Json:
    """One chat with its history, its reply keyboard and its spinning buttons."""
    return {
        "id": chat.id,
        "keyboard": chat.keyboard,
        "messages": [message_view(message) for message in chat.history.values()],
        "taps": [tap_view(tap) for tap in state.queries.spinning(chat.id)],
    }


def message_view(message: Message) -> Json:
    """One message in its Bot API form and whose it is."""
    forced = bool(message.keyboard and message.keyboard.get("force_reply"))
    return {**message.wire, "from_bot": message.from_bot, "force_reply": forced}


def tap_view(tap: Tap) -> Json:
    """One tap and what became of it."""
    return {
        "id": tap.id,
        "message_id": tap.message_id,
        "person_id": tap.person_id,
        "data": tap.data,
        "answered": tap.answered,
        "text": tap.text,
        "show_alert": tap.show_alert,
        "url": tap.url,
    }


def event_view(state: SandboxState, event: Json) -> Json | None:
    """A change as the page's stream carries it; None for one that no page shows."""
    view = _EVENT_VIEWS.get(event["type"])
    return view(state, event) if view else event


def _message_event(state: SandboxState, event: Json) -> Json:
    keyboard = state.chats[event["chat_id"]].keyboard
    return {**event, "message": message_view(event["message"]), "keyboard": keyboard}


def _overview_event(state: SandboxState, _: Json) -> Json:
    return {"type": "overview", "overview": overview(state)}


def _inline_event(_: SandboxState, event: Json) -> Json:
    ask: InlineAsk = event["ask"]
    return {**event, "ask": {"query": ask.query, "results": ask.results}}


_EVENT_VIEWS: dict[str, Callable[[SandboxState, Json], Json | None]] = {
    "updates": lambda _state, _event: None,
    "message": _message_event,
    "edit": _message_event,
    "deleted": _message_event,
    "people": _overview_event,
    "bot": _overview_event,
    "chat": _overview_event,
    "tap": lambda _, event: {**event, "tap": tap_view(event["tap"])},
    "inline": _inline_event,
}
