"""The table of methods: name in lower case (Telegram ignores case) to its name and function."""

from bot.sandbox.api import chats, edits, messages, profile, queries, updates
from bot.sandbox.api.profile import Method

METHODS: dict[str, tuple[str, Method]] = {
    name.lower(): (name, method)
    for area in (chats, edits, messages, profile, queries, updates)
    for name, method in area.METHODS.items()
}
